"""One track: how sure its expectation is, what sounds like it, and what a model would say if it sounded otherwise.

Interval. An expectation plus and minus the size of miss that 80 of 100 other tracks stay within, out of fold: split by
split the tracks' ratings took no part in their own predictions (cross-conformal prediction). The tracks of the same fold
group (recording, artist, work) are left out, and groups count as one in the correction for few. Misses of either sign are
taken together: the two ends apart, each from its own tail, held new tracks as often on simulated listeners (79 to 82 % of
them, by model and size of list) and were wider by 1 to 2 %.

Distance. Euclid over standardised features, gaps filled with the median. How near two tracks are is told as the share of
all pairs of the list that are nearer still (of a random 1,000 tracks in larger lists), since a distance means nothing.

What if. One model is fitted on all tracks but those of the chosen one's fold group, so that it does not know the rating,
and asked again with other features. It says what the model would expect, not what a person would feel.

Sources: Vovk (2015), Ann. Math. Artif. Intell. 74, 9-28, for cross-conformal prediction; Barber, Candès, Ramdas &
Tibshirani (2021), Ann. Stat. 49, 486-507, doi 10.1214/20-AOS1965, for what such intervals guarantee; Wachter, Mittelstadt
& Russell (2018), Harv. J. Law Technol. 31, 841-887, for answers of the kind "had it been otherwise".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.dataset import Dataset
from core.drivers import alike, filled
from core.evaluate import Evaluation, fit
from core.explain.out_of_fold import MAX_BACKGROUND, Explanation
from core.folds import grouping
from core.models import select

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

LEVEL = 0.8
NEAR = 0.1  # share of all pairs that may be nearer than a matched pair
_STEPS = 2  # steps of the scale, from which two ratings differ clearly
_SAMPLED = 1_000  # tracks whose pairs are looked at
_STOPS = 60  # between a feature's least and largest value
_TOLD = 3  # features in which two tracks differ most


@dataclass(frozen=True)
class Interval:
    """What is expected of a track, by how much such expectations are off at most in `level` of all cases, and the range
    from low to high that this makes on the rating's `scale` (its ends); all in rating points.
    """

    expected: float
    off: float
    level: float
    scale: tuple[float, float]

    @property
    def low(self) -> float:
        """The range's lower end."""
        return float(np.clip(self.expected - self.off, *self.scale))

    @property
    def high(self) -> float:
        """The range's upper end."""
        return float(np.clip(self.expected + self.off, *self.scale))

    def holds(self, rating: float) -> bool:
        """Whether a rating is within reach of what is expected."""
        return abs(rating - self.expected) <= self.off


@dataclass(frozen=True)
class Difference:
    """A feature in which two tracks differ: the first one's value and the other's, in the feature's own unit."""

    feature: str
    own: float
    other: float


@dataclass(frozen=True)
class Near:
    """Another track, seen from one: its row, rating, the share of all pairs that are nearer, what differs most."""

    row: int
    rating: float
    nearer: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A model that does not know one track's rating, to be asked with other features.

    values (d,): the track's own, gaps filled as the model fills them; ranges (d, 2): the least and the largest value of
    each feature in the list; whole (d,): whether a feature has whole numbers only. background (m, d): training tracks.
    """

    model: str
    row: int
    seed: int
    features: tuple[str, ...]
    pipeline: Pipeline
    background: np.ndarray
    values: np.ndarray
    ranges: np.ndarray
    whole: np.ndarray

    def explain(self, values: np.ndarray) -> tuple[float, float, np.ndarray]:
        """What the model expects of a track with these features (d,), the base, and each one's part (d,), in rating points."""
        from core.explain.contributions import contributions  # loads the compiler; pages that only show must not

        rows = np.asarray(values, dtype=np.float64)[None]
        found = contributions(self.pipeline, rows, self.background, seed=self.seed)
        return found.base + float(found.values[0].sum()), found.base, found.values[0]  # they add up to the prediction

    def steps(self, name: str) -> list[float]:
        """Values to choose from, ascending, from the least to the largest in the list; the track's own is among them."""
        place = self.features.index(name)
        low, high = self.ranges[place]
        if self.whole[place] and high - low <= _STOPS:
            found = np.arange(low, high + 1)
        else:
            found = np.linspace(low, high, _STOPS + 1)
            found = np.round(found) if self.whole[place] else found
        return sorted({*found.tolist(), float(self.values[place])})


def prediction_interval(
    evaluation: Evaluation, dataset: Dataset, model: str, row: int | None = None, *, expected: float | None = None,
    level: float = LEVEL,
) -> Interval:  # fmt: skip
    """The range of ratings around what a model expects of the track `row`, or around another expectation.

    Of `row` its fold group is left out; without it (a new track) `expected` must be given. Raises ValueError for likes,
    whose two answers have no range, and where nothing is expected.
    """
    if evaluation.two_ratings:
        raise ValueError("Two different ratings have no range between them.")
    if expected is None:
        if row is None:
            raise ValueError("Give a track or an expectation.")
        expected = float(evaluation.mean_prediction(model)[row])
    off = _off(evaluation, dataset.rating, model, grouping(dataset).labels, row, level)
    return Interval(expected, off, level, _scale(dataset))


def _off(
    evaluation: Evaluation, rating: np.ndarray, model: str, labels: np.ndarray, row: int | None, level: float
) -> float:
    """The size of miss that `level` of the other groups' tracks stay within, over all repeats, in rating points."""
    others = np.full(len(rating), True) if row is None else labels != labels[row]
    sizes = np.abs(rating - evaluation.predictions[model])[:, others]
    groups = len(np.unique(labels[others]))
    share = min(1.0, np.ceil((groups + 1) * level) / groups)
    return float(np.quantile(sizes, share, method="inverted_cdf"))


def _scale(dataset: Dataset) -> tuple[float, float]:
    """The ends of the rating's scale, as far as ratings lie inside."""
    low, high = float(dataset.rating.min()), float(dataset.rating.max())
    return (low, high) if dataset.scale is None else (min(low, dataset.scale.low), max(high, dataset.scale.high))


def surprises(dataset: Dataset, evaluation: Evaluation, model: str, *, top: int = 5) -> pd.DataFrame:
    """The tracks that were rated furthest above what the model expects out of fold, and furthest below.

    Columns row, title, rating, expected, gap (rating - expected, in rating points), low and high (the ends of the 80 %
    interval; NaN of likes), outside (of that interval; never of likes). First the `top` above, largest gap first, then the
    `top` below, likewise.
    """
    expected = evaluation.mean_prediction(model)
    gap = dataset.rating - expected
    order = np.argsort(-gap, kind="stable")
    above, below = order[gap[order] > 0][:top], order[::-1][gap[order[::-1]] < 0][:top]
    rows = np.concatenate([above, below])
    off = np.full(len(rows), np.nan)
    if not evaluation.two_ratings:
        labels = grouping(dataset).labels
        off = np.array([_off(evaluation, dataset.rating, model, labels, int(row), LEVEL) for row in rows])
    ranges = [
        Interval(float(expected[row]), float(one), LEVEL, _scale(dataset)) for row, one in zip(rows, off, strict=True)
    ]
    return pd.DataFrame({
        "row": rows, "title": [dataset.titles[row] for row in rows], "rating": dataset.rating[rows],
        "expected": expected[rows], "gap": gap[rows], "low": [one.low for one in ranges], "high": [one.high for one in ranges],
        "outside": np.abs(gap[rows]) > off,
    })  # fmt: skip


@dataclass(frozen=True, eq=False)
class Sound:
    """How far apart the tracks of a list sound. d are the features that vary, `names`; z (N, d): standardised, gaps filled;
    pairs: the distances of all pairs, ascending.
    """

    dataset: Dataset
    names: list[str]
    z: np.ndarray
    pairs: np.ndarray

    def order(self, row: int, allowed: np.ndarray | None = None) -> np.ndarray:
        """Rows of other recordings than that of `row`, nearest first; only those `allowed` (N,)."""
        copies = self.dataset.recordings
        rows = np.flatnonzero((copies != copies[row]) & (True if allowed is None else allowed))
        return np.asarray(rows[np.argsort(self._distance(row)[rows], kind="stable")])

    def near(self, row: int, other: int) -> Near:
        """The other track as seen from `row`; a feature that one of them lacks is no difference."""
        given = self.dataset.features[self.names].iloc[[row, other]].to_numpy()
        apart = np.where(np.isnan(given).any(axis=0), 0, np.abs(self.z[other] - self.z[row]))
        most = [place for place in np.argsort(-apart, kind="stable")[:_TOLD] if apart[place] > 0]
        told = tuple(Difference(self.names[place], *map(float, given[:, place])) for place in most)
        nearer = np.searchsorted(self.pairs, self._distance(row)[other] * (1 - 1e-9)) / max(len(self.pairs), 1)
        return Near(other, float(self.dataset.rating[other]), float(nearer), told)

    def _distance(self, row: int) -> np.ndarray:
        return np.asarray(np.sqrt(((self.z - self.z[row]) ** 2).sum(axis=1)))


def sound(dataset: Dataset, *, seed: int = 0) -> Sound:
    """Measure a list; the pairs of a random 1,000 tracks stand for all of a larger one."""
    from scipy.spatial.distance import pdist

    x, names = filled(dataset)
    some = z = (x - x.mean(axis=0)) / x.std(axis=0)
    if len(z) > _SAMPLED:
        some = z[np.random.default_rng([seed, 6]).choice(len(z), _SAMPLED, replace=False)]
    return Sound(dataset, names, z, np.sort(pdist(some)))


def neighbours(sound: Sound, row: int, *, top: int = 5) -> tuple[Near, ...]:
    """The rated tracks that sound most like this one, nearest first; other copies of its recording are no neighbours."""
    return tuple(sound.near(row, int(other)) for other in sound.order(row)[:top])


def nearest_higher(sound: Sound, evaluation: Evaluation, model: str, row: int) -> Near | None:
    """The track that sounds most like this one among those that the model expects more of, by half its typical miss."""
    expected = evaluation.mean_prediction(model)
    found = sound.order(row, expected >= expected[row] + evaluation.row(model)["mae"] / 2)
    return sound.near(row, int(found[0])) if len(found) else None


def matched_pair(sound: Sound, row: int) -> Near | None:
    """The track that sounds most like this one among those rated clearly otherwise; None unless it is really near.

    Clearly: by two steps of the scale and by one standard deviation of the ratings; of likes, the other answer.
    """
    dataset = sound.dataset
    step = dataset.scale.step if dataset.scale else 0.0
    least = 0.0 if dataset.likes else max(_STEPS * step, float(dataset.rating.std()))
    gap = np.abs(dataset.rating - dataset.rating[row])
    found = sound.order(row, (gap > 0) & (gap >= least))
    nearest = sound.near(row, int(found[0])) if len(found) else None
    return nearest if nearest and nearest.nearer < NEAR else None


def filled_in(dataset: Dataset, row: int) -> dict[str, float]:
    """The features that this track lacks -> what a model takes instead: the median of the tracks that it learns from."""
    return _filled_in(dataset, row, _others(dataset, row))


def _filled_in(dataset: Dataset, row: int, others: np.ndarray) -> dict[str, float]:
    found = {}
    for place in np.flatnonzero(np.isnan(dataset.x[row])):
        given = dataset.x[others, place]
        given = given[~np.isnan(given)]
        found[dataset.feature_names[place]] = float(np.median(given)) if len(given) else 0.0  # as the imputer does
    return found


def _others(dataset: Dataset, row: int) -> np.ndarray:
    """Rows outside the track's fold group: those that a model may learn from."""
    labels = grouping(dataset).labels
    return np.flatnonzero(labels != labels[row])


def whatif(dataset: Dataset, model: str, row: int, *, seed: int = 0) -> WhatIf:
    """A model of the catalogue fitted on the tracks outside this one's fold group. Raises `SettingsError` on an unknown one."""
    chosen = next(entry for entry in select([model]) if entry.name == model)
    others = _others(dataset, row)
    pipeline = fit(chosen.pipeline(seed=seed), dataset.x[others], dataset.rating[others])
    draw = np.random.default_rng([seed, 7])
    background = dataset.x[np.sort(draw.choice(others, min(len(others), MAX_BACKGROUND), replace=False))]
    lacking = _filled_in(dataset, row, others)
    values = dataset.x[row].copy()
    for name, value in lacking.items():
        values[dataset.feature_names.index(name)] = value
    known = np.vstack([dataset.x, values])  # a feature that is missing everywhere has the value filled in
    ranges = np.column_stack([np.nanmin(known, axis=0), np.nanmax(known, axis=0)])
    whole = np.all(np.isnan(dataset.x) | (dataset.x == np.round(dataset.x)), axis=0)
    return WhatIf(model, row, seed, dataset.feature_names, pipeline, background, values, ranges, whole)


def otherwise(
    found: WhatIf, dataset: Dataset, explanation: Explanation, values: np.ndarray
) -> tuple[Explanation, Dataset]:
    """The track with these features (d,) as a list of one, in row 0, and what the model makes of it.

    `explanation` is one of single features of the same model; its settings are kept.
    """
    prediction, base, parts = found.explain(values)
    one = dataset.subset(np.array([found.row]))
    one = replace(one, features=pd.DataFrame([values], columns=list(found.features)))
    made = replace(
        explanation, rows=np.array([0]), values=parts[None], base=np.array([base]), prediction=np.array([prediction]),
        standard_error=None, by_round=parts[None, None],
    )  # fmt: skip
    return made, one


def companions(dataset: Dataset, name: str, value: float, current: Mapping[str, float]) -> dict[str, float]:
    """Where the features that sound alike with `name` go when it goes from its current value to another.

    Each by its linear regression on `name`, from its own current value, and no further than it goes in the list; rounded
    where it has whole numbers only.
    """
    x, names = filled(dataset)
    if name not in names:
        return {}
    place = names.index(name)
    clusters = alike(x)
    moved = x[:, place] - x[:, place].mean()
    found = {}
    for other in np.flatnonzero(clusters == clusters[place]):
        if other == place:
            continue
        slope = float(moved @ x[:, other] / (moved @ moved))
        column = dataset.features[names[other]].to_numpy()
        goes = current[names[other]] + slope * (value - current[name])
        goes = round(goes) if np.array_equal(x[:, other], np.round(x[:, other])) else goes
        found[names[other]] = float(np.clip(goes, np.nanmin(column), np.nanmax(column)))
    return found
