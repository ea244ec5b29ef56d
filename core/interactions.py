"""Do two features act together, beyond what each does by itself?

Convention: asked only of 300 tracks or more with a skill of at least 0.20; below, it would hardly ever be found (a taste
for nothing but a product of two features is not even told from guessing). What the additive curves leave of each rating,
out of fold, is held against the product of each two features' ranks, less what all features' ranks and their squares say of
that product. The statistic is the largest of all correlations; its p is from 999 rearrangements of what was left, groups
respected (`core.chance.exchange`), so that it counts every pair that was looked at.

Effect: how much higher tracks are rated that have much of both or little of both than those that have much of one and
little of the other ("much" and "little": a standard deviation of the ranks above and below the middle), in rating points,
with the 95 % range of the sandwich over groups. Features that sound alike stand for each other here too.

On simulated listeners of 300 tracks whose tastes only add up, a pair is told of 7 of 120; the true one of 38 of 40 whose taste
is a product that explains 20 % (`tests.truth.suite_shape`).

With more than 60 features one of each cluster (`core.drivers.alike`) is asked; of more than 2,000 tracks a random 2,000.

Sources: Friedman & Popescu (2008), Ann. Appl. Stat. 2, 916-954, for interactions as what an additive model leaves; Westfall
& Young (1993), Resampling-based multiple testing, for the largest of all; Liang & Zeger (1986), Biometrika 73, 13-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.chance import exchange, p_value
from core.dataset import Dataset
from core.drivers import ALPHA, alike, filled, joined
from core.evaluate import Evaluation

ADDITIVE = "additive_splines"
LEAST_TRACKS, LEAST_SKILL = 300, 0.2
_FEATURES = 60
_TRACKS = 2_000
_BLOCK = 500  # pairs at once


@dataclass(frozen=True)
class Pair:
    """The two features that act together most, if any two do. effect, low, high: rating points."""

    features: tuple[str, str]
    p_value: float
    effect: float
    low: float
    high: float

    @property
    def told(self) -> bool:
        """Whether it is more than luck."""
        return self.p_value <= ALPHA


def may_be_asked(tracks: int, skill: float) -> bool:
    """Whether there is enough to ask."""
    return tracks >= LEAST_TRACKS and skill >= LEAST_SKILL


def strongest_pair(
    dataset: Dataset,
    evaluation: Evaluation,
    *,
    groups: np.ndarray | None = None,
    permutations: int = 999,
    seed: int = 0,
) -> Pair | None:
    """The test of all pairs of features; None where there are no two. `evaluation` must hold the additive curves."""
    draw = np.random.default_rng([seed, 8])
    x, names = filled(dataset)
    if len(names) > _FEATURES:
        _, first = np.unique(alike(x), return_index=True)
        kept = np.sort(first)[:_FEATURES]
        x, names = x[:, kept], [names[number] for number in kept]
    left, own = dataset.rating - evaluation.mean_prediction(ADDITIVE), joined(dataset, groups)
    if dataset.tracks > _TRACKS:
        rows = np.sort(draw.choice(dataset.tracks, _TRACKS, replace=False))
        x, left, own = x[rows], left[rows], np.unique(own[rows], return_inverse=True)[1]
        x = x[:, np.ptp(x, axis=0) > 0]
    pairs = list(combinations(range(x.shape[1]), 2))
    if not pairs:
        return None
    ranks = _ranks(x)
    alone = np.column_stack([np.ones(len(x)), ranks, ranks**2])
    basis, size, _ = np.linalg.svd(alone, full_matrices=False)
    basis = basis[:, size > 1e-9 * size[0]]
    ratings = np.vstack([left, exchange(left, own, permutations, draw)])
    ratings -= ratings.mean(axis=1, keepdims=True)
    largest, best = np.zeros(len(ratings)), pairs[0]
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        products = _products(ranks, block, basis)
        found = np.abs(ratings @ products)
        if found[0].max() > largest[0]:
            best = block[int(found[0].argmax())]
        largest = np.maximum(largest, found.max(axis=1))
    effect, low, high = _effect(ratings[0], _products(ranks, [best], basis, unit=False)[:, 0], own)
    return Pair((names[best[0]], names[best[1]]), p_value(largest[0], largest[1:]), effect, low, high)


def _ranks(x: np.ndarray) -> np.ndarray:
    """Ranks of each column with mean 0 and variance 1."""
    from scipy.stats import rankdata

    ranks = rankdata(x, axis=0)
    return np.asarray((ranks - ranks.mean(axis=0)) / ranks.std(axis=0))


def _products(ranks: np.ndarray, pairs: list[tuple[int, int]], basis: np.ndarray, *, unit: bool = True) -> np.ndarray:
    """The pairs' products (n, pairs) less what the basis says of them, of length 1 if `unit`; 0 where nothing is left."""
    one, other = np.array(pairs).T
    products = ranks[:, one] * ranks[:, other]
    products -= basis @ (basis.T @ products)
    if not unit:
        return np.asarray(products)
    length = np.sqrt((products**2).sum(axis=0))
    kept = length > 1e-6 * np.sqrt(len(ranks))
    return np.asarray(np.divide(products, length, out=np.zeros_like(products), where=kept))


def _effect(left: np.ndarray, product: np.ndarray, own: np.ndarray) -> tuple[float, float, float]:
    """Twice the slope of what is left over the product, with its 95 % range."""
    from scipy import stats

    squares = product @ product
    if squares == 0:
        return 0.0, 0.0, 0.0
    slope = left @ product / squares
    sums = np.bincount(own, weights=product * (left - slope * product))
    units = len(sums)
    half = stats.t.ppf(0.975, units - 1) * np.sqrt(units / (units - 1) * (sums @ sums)) / squares
    return float(2 * slope), float(2 * (slope - half)), float(2 * (slope + half))
