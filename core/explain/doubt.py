"""How firm an importance is: refits on other draws of tracks, on rearranged ratings, and on halves of the list.

Convention: every refit is explained on tracks that it has not seen, at most 30 of them against at most 30 of its own, with
whole groups (artists, works, recordings) drawn, rearranged and halved, never single tracks of one. The values of single
features are kept, so that any grouping of them can be judged without another refit. The draws also give the range of the
curves of the 20 features used most (`core.explain.shape`).

Three questions, none of which licenses the word "driver" (`core.drivers` does):

- How far does a bar move if other tracks had been rated? 100 bootstrap draws, 2.5 to 97.5 %. A drawn list holds tracks
  twice, from which every model learns more than it should, so that all its bars are longer: the draws' spread is put
  around the bar, in proportion to it. A mean size is never 0, so that this can never include it: it is no test.
- How long do bars get by luck? The longest bar of models of rearranged ratings, 95 % of 99 (Altmann et al. 2010). A bar
  below is nothing to speak of; a bar above is not yet a driver: where anything at all is real, models lean harder on
  everything (on simulated listeners two of three of what lies above are false).
- Do two halves of the list agree on the order? Rank correlation of the bars, 20 splits. On noise 0.2, partly by the
  groups' size.

Sources: Altmann, Tolosi, Sander & Lengauer (2010), Bioinformatics 26, 1340-1347, for importance against rearranged
ratings; Efron & Tibshirani (1993), An introduction to the bootstrap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core import engine
from core.chance import exchange
from core.dataset import Dataset
from core.evaluate import fit
from core.explain.groups import membership
from core.explain.out_of_fold import Explanation
from core.explain.shape import Shape, accumulated, edges
from core.folds import grouping, make_folds
from core.language import say
from core.models import Model, select

_EXPLAINED = 30  # tracks of a refit, and of its background
_LEAST = 16  # tracks learned from; the neighbours need 15
_PIECE = 6  # refits in one piece of work
_LARGE, _WIDE = 2_000, 100  # tracks and features; with more of either a third of the refits must do
_CURVES = 20  # features, those used most
_ASKED = 200  # tracks on which curves are drawn
_ROUNDS = 2  # of the folds, whose models make the curve


@dataclass(frozen=True, eq=False)
class Refits:
    """SHAP values of single features (d,) by refits, each for at most t tracks that it had not seen (NaN: fewer).

    drawn (draws, t, d) of bootstrap lists, rearranged (n, t, d) of rearranged ratings, halves (splits, 2, t, d). shapes: the
    curves of the features used most, that first; none of one that is the same for nearly all tracks.
    """

    model: str
    features: tuple[str, ...]
    drawn: np.ndarray
    rearranged: np.ndarray
    halves: np.ndarray
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, eq=False)
class Doubt:
    """What refits say of the bars of some players.

    frame: place, low, high (rating points), rank_low, rank_high (1 is the longest bar), loose: whether the rank's range
    spans more than half of the players. line: the longest bar that rearranged ratings reach in 95 of 100 cases. halves,
    halves_low, halves_high: rank correlation between two halves, its median and 5 to 95 % of the splits (NaN with one
    player). refits: how many there were.
    """

    frame: pd.DataFrame
    line: float
    halves: float
    halves_low: float
    halves_high: float
    refits: int


@dataclass(frozen=True)
class Repeats:
    """How often a model is fitted again: on drawn lists, on rearranged ratings, on two halves of the list."""

    draws: int = 100
    rearranged: int = 99
    halves: int = 20


USUAL = Repeats()


def refit(
    dataset: Dataset, explanation: Explanation, *, repeats: Repeats = USUAL, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> Refits:  # fmt: skip
    """Fit the explained model again on drawn lists, rearranged ratings and halves. `explanation` is of single features."""
    model = next(entry for entry in select([explanation.model]) if entry.name == explanation.model)
    few = 3 if dataset.tracks > _LARGE or len(dataset.feature_names) > _WIDE else 1
    draw = np.random.default_rng([seed, 7])
    kept, x, y = grouping(dataset), dataset.x, dataset.rating
    groups = [np.flatnonzero(kept.labels == label) for label in np.unique(kept.labels)]
    grid = _grid(dataset, explanation, draw)
    folds = make_folds(dataset, seed=seed)
    whole = [_Job(fold.train, y[fold.train], bent=True) for fold in folds if fold.repeat < _ROUNDS]
    drawn = [_drawn(groups, draw, y) for _ in range(repeats.draws // few)]
    rearranged = []
    for number, ratings in enumerate(exchange(y, kept.exchangeable, repeats.rearranged // few, draw)):
        fold = folds[number % len(folds)]
        rearranged.append(_Job(fold.train, ratings[fold.train], _some(fold.test, draw)))
    halves = []
    for _ in range(repeats.halves // min(few, 2)):
        one, other = _halves(groups, dataset.tracks, draw)
        if min(len(one), len(other)) >= _LEAST:
            halves += [_Job(a, y[a], _some(b, draw)) for a, b in ((one, other), (other, one))]
    jobs = whole + drawn + rearranged + halves
    tasks = [(_refit, (model, x, jobs[at : at + _PIECE], grid, seed)) for at in range(0, len(jobs), _PIECE)]
    pieces = engine.run(tasks, workers=workers, progress=progress, label=say("Fitting again"))
    found = [one for piece in pieces for one in piece]
    values = np.full((len(jobs), _EXPLAINED, len(dataset.feature_names)), np.nan, dtype=np.float32)
    for number, (own, _) in enumerate(found):
        values[number, : len(own)] = own
    cuts = np.cumsum([len(whole), len(drawn), len(rearranged)])
    curves = [curve for _, curve in found[: cuts[1]]]
    shapes = tuple(
        Shape(dataset.feature_names[column], ends, *np.split(np.array([curve[at] for curve in curves]), cuts[:1]))
        for at, (column, ends) in enumerate(zip(grid.columns, grid.ends, strict=True))
    )
    _, of_drawn, of_rearranged, of_halves = np.split(values, cuts)
    return Refits(
        explanation.model, dataset.feature_names, of_drawn, of_rearranged,
        of_halves.reshape(-1, 2, *values.shape[1:]), shapes,
    )  # fmt: skip


def doubt(refits: Refits, explanation: Explanation) -> Doubt:
    """What the refits say of an explanation's bars, grouped as they are."""
    member = membership(refits.features, explanation.players)
    drawn, rearranged, halves = (
        _sizes(values, member)
        for values in (refits.drawn, refits.rearranged, refits.halves.reshape(-1, *refits.drawn.shape[1:]))
    )
    bars = explanation.importance.sort_values("place")["importance"].to_numpy()
    low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975], axis=0)
    part = np.divide(bars, middle, out=np.ones_like(bars), where=middle > 0)
    ranks = _ranks(drawn)
    rank_low, rank_high = np.quantile(ranks, [0.025, 0.975], axis=0)
    agree = [_agreement(one, other) for one, other in halves.reshape(-1, 2, len(bars))]
    median, five, most = np.quantile(agree, [0.5, 0.05, 0.95]) if agree and len(bars) > 2 else [np.nan] * 3
    frame = pd.DataFrame({
        "place": range(len(bars)), "low": np.minimum(part * low, bars), "high": np.maximum(part * high, bars),
        "rank_low": rank_low, "rank_high": rank_high, "loose": rank_high - rank_low > len(bars) / 2,
    })  # fmt: skip
    line = float(np.quantile(rearranged.max(axis=1), 0.95))
    count = len(refits.drawn) + len(refits.rearranged) + 2 * len(refits.halves)
    return Doubt(frame, line, float(median), float(five), float(most), count)


@dataclass(frozen=True, eq=False)
class _Job:
    """One refit: the rows learned from and their ratings, the rows explained, and whether curves are wanted."""

    rows: np.ndarray
    rating: np.ndarray
    explained: np.ndarray | None = None
    bent: bool = False


@dataclass(frozen=True, eq=False)
class _Grid:
    """On which tracks (t, d), of which columns, and at which values curves are drawn."""

    x: np.ndarray
    columns: tuple[int, ...]
    ends: tuple[np.ndarray, ...]


def _grid(dataset: Dataset, explanation: Explanation, draw: np.random.Generator) -> _Grid:
    x = dataset.x if dataset.tracks <= _ASKED else dataset.x[draw.choice(dataset.tracks, _ASKED, replace=False)]
    ends = {int(place): edges(x[:, place]) for place in explanation.importance["place"].head(_CURVES)}
    kept = tuple(place for place, own in ends.items() if len(own) > 1)
    return _Grid(x, kept, tuple(ends[place] for place in kept))


def _drawn(groups: list[np.ndarray], draw: np.random.Generator, y: np.ndarray) -> _Job:
    """Whole groups with replacement; the tracks of those not drawn are explained."""
    while True:
        chosen = draw.integers(0, len(groups), len(groups))
        left = np.setdiff1d(np.arange(len(groups)), chosen)
        rows = np.concatenate([groups[number] for number in chosen])
        if len(left) and len(rows) >= _LEAST and np.ptp(y[rows]) > 0:
            explained = _some(np.concatenate([groups[number] for number in left]), draw)
            return _Job(rows, y[rows], explained, bent=True)


def _halves(groups: list[np.ndarray], tracks: int, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    order = [groups[number] for number in draw.permutation(len(groups))]
    reached = np.cumsum([len(group) for group in order])
    cut = max(1, min(int(np.searchsorted(reached, tracks / 2)) + 1, len(order) - 1))
    return np.concatenate(order[:cut]), np.concatenate(order[cut:])


def _some(rows: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= _EXPLAINED else draw.choice(rows, _EXPLAINED, replace=False)


def _refit(
    model: Model, x: np.ndarray, jobs: list[_Job], grid: _Grid, seed: int
) -> list[tuple[np.ndarray, list[np.ndarray]]]:
    """SHAP values (explained, d) and curves of each job."""
    from core.explain.contributions import contributions  # loads the compiler; pages that only show must not

    found = []
    for job in jobs:
        pipeline = fit(model.pipeline(seed=seed), x[job.rows], job.rating)
        curves = accumulated(pipeline.predict, grid.x, grid.columns, grid.ends) if job.bent else []
        values = np.empty((0, x.shape[1]))
        if job.explained is not None:
            own = np.random.default_rng([seed, len(job.rows), int(job.rows.sum())])
            background = x[_some(np.unique(job.rows), own)]
            values = contributions(pipeline, x[job.explained], background, seed=seed, permutations=_EXPLAINED).values
        found.append((values, curves))
    return found


def _sizes(values: np.ndarray, member: np.ndarray) -> np.ndarray:
    """Importance (refits, players) from the features' values (refits, t, d)."""
    return np.asarray(np.nanmean(np.abs(values @ member.astype(values.dtype)), axis=1, dtype=np.float64))


def _ranks(sizes: np.ndarray) -> np.ndarray:
    """1 for the longest bar of each row; equal bars share their mean rank."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(-sizes, axis=1))


def _agreement(one: np.ndarray, other: np.ndarray) -> float:
    """Rank correlation of two halves' bars; 0 where a half uses nothing."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    from scipy.stats import spearmanr

    return float(spearmanr(one, other).statistic)
