"""Ratings with habits taken out, and whether a model foretells more when it learns from those.

Convention: a habit adds a part to every rating: a straight line over a column's ranks (the order, popularity, age, what was
added when), a step (explicit words, one's youth, the first and the last tenth), a line over the rating before, or a level for
each artist, album, work or source. The part is learned from the tracks that a model learns from, and from what sound leaves of
their ratings, one habit after the other; a group's level is shrunken by how little is known of it, and 0 where none of its
tracks is known. So nothing of a held-out track's rating is in its own part; the rating before counts where that track is among
the known ones. A model then learns from ratings less these parts, and for a held-out track its part is added again. What is
compared is this against the same model on the same folds as they are, `core.compare`'s way.

A habit of the use of the scale, a middle, the length and the complexity cannot be taken out: the first two add no such part,
and the last two are features of sound.

Sources: Koren (2010), Commun. ACM 53(4), 89-97, for ratings as baselines that drift plus taste; Robinson (1991), Stat. Sci. 6,
15-32, for shrunken levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core import engine
from core.biases.bias import Bias
from core.biases.groups import HALOS, intraclass, shrinkage
from core.biases.order import CODES as OF_ORDER
from core.biases.order import tenths
from core.biases.sound import Heard, heard
from core.compare import difference
from core.dataset import Dataset
from core.evaluate import Evaluation, fit, skill
from core.folds import Fold
from core.language import say
from core.models import CATALOGUE

LINES = ("drift", "popularity", "year", "added")
STEPS = ("start", "finish", "youth", "explicit")
GROUPS = (*HALOS, "source")
REMOVABLE = (*LINES, *STEPS, "contrast", *GROUPS)


@dataclass(frozen=True, eq=False)
class Habit:
    """A habit that adds a part to every rating. values (N,): of a line or a step its column, NaN where unknown; of groups
    their labels from 0, -1 for none; of contrast the row that was rated before, -1 for none.
    """

    code: str
    column: str
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Without:
    """One model with and without the habits in what it learns from. as_is, without: pooled skill; alone: the skill of the
    average and the habits' parts, without sound. difference, low, high: of without less as_is, with its 95 % range; verdict:
    `better`, `same`, `worse` or `open` (`core.compare`).
    """

    model: str
    habits: tuple[Habit, ...]
    as_is: float
    without: float
    alone: float
    difference: float
    low: float
    high: float
    verdict: str


def habit(dataset: Dataset, bias: Bias) -> Habit | None:
    """What a bias adds to each rating; None where it adds no part that could be taken out."""
    if bias.code not in REMOVABLE or bias.of_tracks is None:
        return None
    if bias.code in GROUPS:
        return Habit(bias.code, bias.column, bias.of_tracks.astype(int))
    if bias.code in OF_ORDER:
        order = np.argsort(bias.of_tracks, kind="stable")
        if bias.code == "contrast":
            before = np.full(dataset.tracks, -1)
            before[order[1:]] = order[:-1]
            return Habit(bias.code, bias.column, before)
        if bias.code in STEPS:
            step = np.zeros(dataset.tracks)
            start, finish = tenths(dataset.tracks)
            step[order[start if bias.code == "start" else finish]] = 1
            return Habit(bias.code, bias.column, step)
    return Habit(bias.code, bias.column, bias.of_tracks.astype(float))


def parts(sound: Heard, habits: Sequence[Habit], train: np.ndarray) -> np.ndarray:
    """What the habits together add to each rating (N,), learned from the tracks `train` (k,) alone; its mean over them is 0."""
    total = np.zeros(len(sound.rating))
    for one in habits:
        rest = Heard(sound.z, sound.names, sound.rating - total, sound.together)
        if one.code in GROUPS:
            added = _levels(rest, one.values, train)
        elif one.code == "contrast":
            known = np.zeros(len(total), dtype=bool)
            known[train] = True
            given = (one.values >= 0) & known[one.values]
            added = _line(rest, np.where(given, sound.rating[one.values], np.nan), train)
        else:
            added = _line(rest, _ranked(one.values, train) if one.code in LINES else one.values, train)
        total += added - added[train].mean()
    return total


def taken_out(dataset: Dataset, habits: Sequence[Habit]) -> np.ndarray:
    """The ratings less the habits' parts (N,), both of all tracks: for people, never for a model."""
    return np.asarray(dataset.rating - parts(heard(dataset), habits, np.arange(dataset.tracks)))


def compare(
    dataset: Dataset, evaluation: Evaluation, habits: Sequence[Habit], *, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Without:  # fmt: skip
    """The evaluation's headline model on the evaluation's folds, with the habits taken out of what it learns from."""
    model, sound = evaluation.headline, heard(dataset)
    tasks = [(_fold, (model, dataset.x, sound, tuple(habits), fold, seed)) for fold in evaluation.folds]
    found = engine.run(tasks, workers=workers, progress=progress, label=say("Taking the habits out"))
    predicted, alone = (
        np.full_like(evaluation.predictions[model], np.nan),
        np.full_like(evaluation.predictions[model], np.nan),
    )
    gains = []
    for fold, (own, own_alone) in zip(evaluation.folds, found, strict=True):
        place = fold.repeat, fold.test
        predicted[place], alone[place] = own, own_alone
        rating, guess = dataset.rating[fold.test], dataset.rating[fold.train].mean()
        gains.append(skill(rating, own, guess) - skill(rating, evaluation.predictions[model][place], guess))
    guesses = evaluation.predictions["baseline"]
    as_is, without, by_habit = (
        float(np.mean([skill(dataset.rating, row, guess) for row, guess in zip(rows, guesses, strict=True)]))
        for rows in (evaluation.predictions[model], predicted, alone)
    )
    share = float(np.mean([len(fold.test) / len(fold.train) for fold in evaluation.folds]))
    given = np.array(gains)
    centre, low, high, _, _, _, verdict = difference(given[~np.isnan(given)], without - as_is, share)
    return Without(model, tuple(habits), as_is, without, by_habit, centre, low, high, verdict)


def _fold(
    model: str, x: np.ndarray, sound: Heard, habits: tuple[Habit, ...], fold: Fold, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Predictions of the test tracks with the habits put back, and of the habits alone."""
    added = parts(sound, habits, fold.train)
    rating = sound.rating[fold.train] - added[fold.train]
    pipeline = fit(CATALOGUE[model].pipeline(seed=seed), x[fold.train], rating)
    return pipeline.predict(x[fold.test]) + added[fold.test], rating.mean() + added[fold.test]


def _line(sound: Heard, column: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Slope times column (N,), 0 where the column is unknown; by what sound leaves of both."""
    rows = train[~np.isnan(column[train])]
    known = column[rows]
    if len(rows) < 3 or np.ptp(known) == 0 or np.ptp(sound.rating[rows]) == 0:
        return np.zeros(len(column))
    left, along = sound.left(known, rows)
    slope = float(left @ along / max(along @ along, 1e-12)) / float(known.std())
    return np.where(np.isnan(column), 0.0, slope * (column - known.mean()))


def _levels(sound: Heard, labels: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Each group's shrunken level (N,), 0 for tracks without one."""
    rows = train[labels[train] >= 0]
    groups = int(labels.max()) + 1
    own, sizes = np.unique(labels[rows], return_inverse=True)[1], np.bincount(labels[rows], minlength=groups)
    if len(rows) < 3 or not 1 < len(np.unique(own)) < len(rows) or np.ptp(sound.rating[rows]) == 0:
        return np.zeros(len(labels))
    left = sound.left(np.arange(len(rows), dtype=float), rows)[0]
    share = float(np.nan_to_num(np.clip(intraclass(left, own), 0.0, 0.95)))
    levels = shrinkage(sizes, share) * np.bincount(labels[rows], left - left.mean(), groups) / np.maximum(sizes, 1)
    return np.where(labels >= 0, levels[labels], 0.0)


def _ranked(values: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Each value's place among those of `train`, 0 to 1 (N,); NaN where unknown."""
    known = np.sort(values[train][~np.isnan(values[train])])
    if not len(known):
        return np.full(len(values), np.nan)
    place = (np.searchsorted(known, values, "left") + np.searchsorted(known, values, "right")) / (2 * len(known))
    return np.where(np.isnan(values), np.nan, place)
