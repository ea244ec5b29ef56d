"""What a model used for tracks that it had not seen: SHAP values out of fold.

Convention: each track is explained by the models of the folds that held it out, against a background of that
fold's training rows (interventional SHAP: absent features are drawn from the background, so the values say what
the *model* did, not how the world works). Values are rating points; base + sum of values = prediction, for every
track. Values, bases and predictions are means over the rounds (repeats of the cross-validation).

Source: Chen, Janizek, Lundberg & Lee (2020), "True to the model or true to the data?", arXiv 2006.16234.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core import engine
from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate_and_look, fit
from core.explain.groups import Player, membership, singly
from core.folds import Fold, make_folds
from core.language import say
from core.models import AVERAGE, BASELINE, CATALOGUE, Model, select

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MAX_EXPLAINED = 1_000  # tracks; a random sample beyond
MAX_BACKGROUND = 100


@dataclass(frozen=True, eq=False)
class Explanation:
    """SHAP values of one model for the k explained tracks, of p players: single features, or groups of them.

    rows (k,) row numbers in the data set; values (k, p); base, prediction (k,); standard_error (k, p) of the
    sampling where the route is not exact, else None (of a group: as if its features erred independently).
    by_round (rounds, k, p): the values of each round. gap: largest |base + sum - prediction| seen in any fold, in rating
    points.
    """

    model: str
    seed: int
    players: tuple[Player, ...]
    rows: np.ndarray
    values: np.ndarray
    base: np.ndarray
    prediction: np.ndarray
    standard_error: np.ndarray | None
    by_round: np.ndarray
    route: str
    gap: float

    @property
    def features(self) -> tuple[str, ...]:
        """What tables call the players: a feature's name, a group's."""
        return tuple(player.key for player in self.players)

    @property
    def is_grouped(self) -> bool:
        """Whether any player is more than one feature."""
        return any(len(player.features) > 1 for player in self.players)

    @property
    def rounds(self) -> int:
        """How often the cross-validation was repeated."""
        return len(self.by_round)

    @cached_property
    def importance(self) -> pd.DataFrame:
        """place (of the player), feature, importance; largest first, in rating points.

        Importance is the mean size of a value over tracks and rounds: what one model uses, so that it compares with refits
        (the size of the rounds' mean would shrink with their number).
        """
        mean = np.abs(self.by_round).mean(axis=(0, 1), dtype=np.float64)
        frame = pd.DataFrame({"place": range(len(mean)), "feature": self.features, "importance": mean})
        return frame.sort_values("importance", ascending=False, kind="stable", ignore_index=True)

    def grouped(self, players: tuple[Player, ...]) -> Explanation:
        """The same of single features as groups of them: sums with their signs."""
        member = membership(self.features, players)
        error = None if self.standard_error is None else np.sqrt(self.standard_error**2 @ member)
        return replace(
            self, players=players, values=self.values @ member, standard_error=error,
            by_round=self.by_round @ member.astype(self.by_round.dtype),
        )  # fmt: skip

    def followed(self, place: int, features: pd.DataFrame) -> str:
        """The feature of a player whose ranks the player's values go with most; `features` (N, d) are the data set's."""
        names = self.players[place].features
        if len(names) == 1:
            return names[0]
        own = features.iloc[self.rows].loc[:, list(names)].rank()
        with np.errstate(invalid="ignore", divide="ignore"):  # what is the same everywhere goes with nothing
            fits = own.corrwith(pd.Series(self.values[:, place], index=own.index).rank()).abs().fillna(0.0)
        return names[int(np.argmax(fits))]

    def frame(self, titles: tuple[str, ...]) -> pd.DataFrame:
        """One row per track x player, for download: track, feature, SHAP value, standard error."""
        tracks, features = self.values.shape
        error = np.zeros_like(self.values) if self.standard_error is None else self.standard_error
        return pd.DataFrame({
            "track": np.repeat([titles[row] for row in self.rows], features),
            "feature": np.tile(self.features, tracks),
            "shap_value": self.values.ravel(),
            "standard_error": error.ravel(),
        })  # fmt: skip

    def track_frame(self, row: int) -> pd.DataFrame:
        """One track's values, for download: base, one row per player, and the prediction."""
        at = int(np.searchsorted(self.rows, row))
        names = ["base", *self.features, "prediction"]
        return pd.DataFrame({"part": names, "rating_points": [self.base[at], *self.values[at], self.prediction[at]]})


def explain(
    dataset: Dataset, model: str, *, row: int | None = None, rounds: int | None = None, seed: int = 0,
    workers: int | None = None, progress: engine.Progress | None = None,
) -> Explanation:  # fmt: skip
    """SHAP values of one model of the catalogue for all tracks (a random sample of 1,000 in larger lists).

    `row` asks for one track alone, for those that the sample left out; `rounds` for the first so many rounds of folds.
    The folds are those of `evaluate` with the same seed. Raises `SettingsError` on an unknown model.
    """
    label = say("Explaining {model}", model=say(CATALOGUE[model].label).lower()) if model in CATALOGUE else ""
    return _explain(dataset, [model], row, rounds, seed, workers, progress, label)[model]


def explain_several(
    dataset: Dataset, models: Sequence[str], *, rounds: int | None = None, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> dict[str, Explanation]:  # fmt: skip
    """As `explain`, of several models at once: no worker waits for the last fold of each."""
    return _explain(dataset, models, None, rounds, seed, workers, progress, say("Explaining the models"))


def evaluate_and_explain(
    dataset: Dataset, *, models: Iterable[str] | None = None, seed: int = 0, workers: int | None = None,
    progress: engine.Progress | None = None,
) -> tuple[Evaluation, dict[str, Explanation]]:  # fmt: skip
    """`evaluate`, and `explain` of every model but the baseline and the average, best skill first, all of the same fits."""
    rows = _sample(dataset.tracks, seed)
    evaluation, looked = evaluate_and_look(
        dataset, partial(_look, rows=rows, seed=seed), models=models, seed=seed, workers=workers, progress=progress
    )  # fmt: skip
    used = [number for number, fold in enumerate(evaluation.folds) if len(np.intersect1d(fold.test, rows))]
    folds = [evaluation.folds[number] for number in used]
    return evaluation, {
        name: _gather(dataset, name, seed, rows, folds, [looked[number][name] for number in used])
        for name in evaluation.models if name not in {AVERAGE, BASELINE}
    }  # fmt: skip


def _explain(
    dataset: Dataset, models: Sequence[str], row: int | None, rounds: int | None, seed: int, workers: int | None,
    progress: engine.Progress | None, label: str,
) -> dict[str, Explanation]:  # fmt: skip
    chosen = {entry.name: entry for entry in select(models)}
    rows = _sample(dataset.tracks, seed) if row is None else np.array([row])
    used = [fold for fold in make_folds(dataset, seed=seed) if rounds is None or fold.repeat < rounds]
    used = [fold for fold in used if len(np.intersect1d(fold.test, rows))]
    tasks = [
        (_explain_fold, (chosen[name], dataset.x, dataset.rating, fold, rows, seed)) for name in models for fold in used
    ]
    parts = engine.run(tasks, workers=workers, progress=progress, label=label)
    return {
        name: _gather(dataset, name, seed, rows, used, parts[place * len(used) : (place + 1) * len(used)])
        for place, name in enumerate(models)
    }


def _sample(tracks: int, seed: int) -> np.ndarray:
    """All rows, or a random 1,000 of them; never the first."""
    if tracks <= MAX_EXPLAINED:
        return np.arange(tracks)
    return np.sort(np.random.default_rng(seed).choice(tracks, MAX_EXPLAINED, replace=False))


@dataclass(frozen=True, eq=False)
class _Part:
    """One fold: the explained test rows and what was found for them."""

    rows: np.ndarray
    values: np.ndarray
    base: float
    prediction: np.ndarray
    standard_error: np.ndarray | None
    route: str


def _explain_fold(model: Model, x: np.ndarray, rating: np.ndarray, fold: Fold, rows: np.ndarray, seed: int) -> _Part:
    pipeline = fit(model.pipeline(seed=seed), x[fold.train], rating[fold.train])
    return _parts({model: pipeline}, x, fold, rows, seed)[model.name]


def _look(fitted: dict[Model, Pipeline], x: np.ndarray, fold: Fold, *, rows: np.ndarray, seed: int) -> dict[str, _Part]:
    asked = {model: pipeline for model, pipeline in fitted.items() if model.name not in {AVERAGE, BASELINE}}
    return _parts(asked, x, fold, rows, seed) if len(np.intersect1d(fold.test, rows)) else {}


def _parts(fitted: dict[Model, Pipeline], x: np.ndarray, fold: Fold, rows: np.ndarray, seed: int) -> dict[str, _Part]:
    """What models that were fitted on the fold's training rows of x (N, d) used for those of `rows` that it held out."""
    from core.explain.contributions import contributions  # loads the compiler; pages that only show must not

    wanted = np.intersect1d(fold.test, rows)
    draw = np.random.default_rng([seed, fold.repeat, fold.number])
    size = min(len(fold.train), MAX_BACKGROUND)
    background = x[np.sort(draw.choice(fold.train, size, replace=False))]
    # a seed of its own for each fold, so that the sampling errors of the rounds are independent
    own = int(np.random.SeedSequence([seed, fold.repeat, fold.number]).generate_state(1)[0])
    parts: dict[str, _Part] = {}
    # The steps before a regressor act on each column alone and are one of two: the game is played behind them.
    prepared: dict[bool, tuple[np.ndarray, np.ndarray]] = {}
    for model, pipeline in fitted.items():
        if model.scaled not in prepared:
            prepared[model.scaled] = pipeline[:-1].transform(x[wanted]), pipeline[:-1].transform(background)
        found = contributions(pipeline[-1], *prepared[model.scaled], seed=own)
        parts[model.name] = _Part(
            wanted, found.values, found.base, found.prediction, found.standard_error, found.route
        )  # fmt: skip
    return parts


def _gather(
    dataset: Dataset, model: str, seed: int, rows: np.ndarray, folds: list[Fold], parts: list[_Part]
) -> Explanation:
    d, numbers = len(dataset.feature_names), sorted({fold.repeat for fold in folds})
    rounds = len(numbers)
    values, base, prediction = np.zeros((len(rows), d)), np.zeros(len(rows)), np.zeros(len(rows))
    variance, gap = np.zeros((len(rows), d)), 0.0
    by_round = np.zeros((rounds, len(rows), d), dtype=np.float32)
    for fold, part in zip(folds, parts, strict=True):
        at = np.searchsorted(rows, part.rows)
        values[at] += part.values / rounds
        base[at] += part.base / rounds
        prediction[at] += part.prediction / rounds
        if part.standard_error is not None:
            variance[at] += (part.standard_error / rounds) ** 2  # rounds are sampled independently
        turn = numbers.index(fold.repeat)
        by_round[turn, at] = part.values
        gap = max(gap, float(np.abs(part.base + part.values.sum(axis=1) - part.prediction).max()))
    exact = all(part.standard_error is None for part in parts)
    return Explanation(
        model=model, seed=seed, players=singly(dataset.feature_names), rows=rows, values=values, base=base,
        prediction=prediction, standard_error=None if exact else np.sqrt(variance), by_round=by_round,
        route=parts[0].route, gap=gap,
    )  # fmt: skip
