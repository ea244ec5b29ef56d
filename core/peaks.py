"""Is some middle value of a feature rated higher, or lower, than both of its ends?

Convention: a peak (or a valley) of a feature is told only where all of this holds: the ratings regressed on the feature's
ranks and their square bend with p up to 0.05, Holm's correction over all features; at least a tenth of the list lies beyond
the bend's top on either side; and two lines, one on either side of the top, both lean towards it with p up to 0.05. A bend
alone is no peak: what rises and then stays flat bends too (Simonsohn 2018). Ranks, since the squares of a few far values
would otherwise decide alone; and lines that need not meet, since the left one would else lean where a step lies to the right.
All standard errors are the sandwich's over groups (artists, works, recordings), t with groups - 1 degrees of freedom. Each
feature by itself: it goes together with the ratings, and whether it drives them is asked elsewhere (`core.drivers`). Nothing
is told where the gate, decided elsewhere, is shut.

On simulated listeners whose taste has no peak one is told of 6 of 320, were the gate open; a true one of 28 of 80 with 100
tracks and of 70 of 80 with 300 (`tests.truth.suite_shape`).

Features with fewer than 8 different values are not asked; gaps are the feature's median.

Sources: Simonsohn (2018), Adv. Methods Pract. Psychol. Sci. 1, 538-555, doi 10.1177/2515245918805755, for two lines; Liang
& Zeger (1986), Biometrika 73, 13-22, for sums over groups; Holm (1979), Scand. J. Stat. 6, 65-70.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset import Dataset
from core.drivers import ALPHA, filled, holm, joined

_VALUES = 8
_INSIDE = 0.1  # share of the list that must lie beyond the top on either side
_LEAST = 8  # groups


@dataclass(frozen=True)
class Peak:
    """A feature whose middle is rated otherwise than its ends: at, in the feature's unit; sign 1 for a peak, -1 for a valley;
    p_holm of its bend.
    """

    feature: str
    at: float
    sign: int
    p_holm: float


def peaks(dataset: Dataset, *, gate: bool, groups: np.ndarray | None = None) -> tuple[Peak, ...]:
    """All peaks and valleys, the surest first. `gate` and `groups` as for `core.drivers.drivers`."""
    from scipy.stats import rankdata

    own = joined(dataset, groups)
    x, names = filled(dataset)
    asked = [number for number in range(len(names)) if len(np.unique(x[:, number])) >= _VALUES]
    if not gate or not asked or own.max() + 1 < _LEAST:
        return ()
    ranks = 2 * (rankdata(x[:, asked], axis=0) - 0.5) / len(x) - 1  # from -1 to 1
    bends = [_bend(values, dataset.rating, own) for values in ranks.T]
    p_holm = holm(np.array([p for _, _, p in bends]))
    found = []
    for number, values, (at, sign, _), p in zip(asked, ranks.T, bends, p_holm, strict=True):
        inside = min((values < at).mean(), (values > at).mean()) >= _INSIDE
        if p <= ALPHA and inside and _lines(values - at, dataset.rating, own, sign) <= ALPHA:
            place = float(np.quantile(x[:, number], (at + 1) / 2))
            found.append(Peak(names[number], place, sign, float(p)))
    return tuple(sorted(found, key=lambda peak: peak.p_holm))


@dataclass(frozen=True)
class Turn:
    """Where values (ranks from -1 to 1) turn what goes with them: at, and 1 for a top or -1 for a bottom. p: that it bends and
    that both lines lean towards it, all at once (the largest of the three); 1 where it lies too far outside or a line leans away.
    height, low, high: from the ends (0.8 to either side of the middle, on average) to the top, with the 95 % range.
    """

    at: float
    sign: int
    p: float
    height: float
    low: float
    high: float


def turn(values: np.ndarray, rating: np.ndarray, own: np.ndarray) -> Turn:
    """One column alone: its ranks (n,) from -1 to 1, what goes with them (n,), and which rows belong together (n,), from 0."""
    from scipy import stats

    design = np.column_stack([np.ones_like(values), values, values**2])
    slopes, spread, p = _regress(design, rating, own)
    at, sign, _ = _top(slopes, p)
    inside = bool(min((values < at).mean(), (values > at).mean()) >= _INSIDE)
    lines = _lines(values - at, rating, own, sign) if inside else 1.0
    across = np.array([0.0, at, at**2 - 0.8**2])
    height, error = float(across @ slopes), float(np.sqrt(max(across @ spread @ across, 0.0)))
    half = float(stats.t.ppf(0.975, int(own.max()))) * error
    return Turn(at, sign, max(float(p[2]), lines), height, height - half, height + half)


def _bend(values: np.ndarray, rating: np.ndarray, own: np.ndarray) -> tuple[float, int, float]:
    """Where a parabola of the rating over `values` has its top, whether that is one (1) or a bottom (-1), and the bend's p."""
    slopes, _, p = _regress(np.column_stack([np.ones_like(values), values, values**2]), rating, own)
    return _top(slopes, p)


def _top(slopes: np.ndarray, p: np.ndarray) -> tuple[float, int, float]:
    top = -slopes[1] / (2 * slopes[2]) if slopes[2] else np.inf
    return float(top), -int(np.sign(slopes[2])), float(p[2])


def _lines(values: np.ndarray, rating: np.ndarray, own: np.ndarray, sign: int) -> float:
    """The larger p of two lines, on either side of 0, that both rise towards it (fall, for -1); 1 where one does not."""
    design = np.column_stack([np.minimum(values, 0), np.maximum(values, 0), values < 0, values >= 0])
    slopes, _, p = _regress(design.astype(float), rating, own)
    return float(max(p[0], p[1])) if sign * slopes[0] > 0 > sign * slopes[1] else 1.0


def _regress(design: np.ndarray, rating: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares of the rating on columns (n, k): slopes (k,), their covariance (k, k) by the sandwich over groups, p (k,)."""
    from scipy import stats

    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ rating
    scores = design * (rating - design @ slopes)[:, None]
    sums = np.column_stack([np.bincount(own, weights=column) for column in scores.T])
    units, (n, k) = len(sums), design.shape
    spread = inverse @ (sums.T @ sums) @ inverse * (units / (units - 1) * (n - 1) / (n - k))
    error = np.sqrt(np.maximum(np.diag(spread), 0))
    t = np.divide(slopes, error, out=np.zeros(k), where=error > 0)
    return slopes, spread, np.asarray(2 * stats.t.sf(np.abs(t), units - 1))
