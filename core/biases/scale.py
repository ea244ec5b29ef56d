"""How this person rates. So far the scale's use: the distribution of the ratings beside a smooth one.

Convention: ratings in the file's own scale. The smooth expectation is a normal curve of the same mean and spread,
cut into the scale's steps, its tails counted into the end steps. Likes, two different ratings, are shares: no
smooth scale is expected of them, and the mean has the interval of a share (Wilson 1927, JASA 22, 209-212).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.dataset import Dataset

_MAX_LEVELS = 30


@dataclass(frozen=True, eq=False)
class ScaleUse:
    """steps: one row per step of the scale (low, high, label, count, expected). Mean and spread with 95 % intervals.

    Of likes there are two steps, the ratings themselves, and nothing is expected (NaN).
    """

    steps: pd.DataFrame
    tracks: int
    levels: int
    mean: float
    mean_low: float
    mean_high: float
    sd: float
    sd_low: float
    sd_high: float
    median: float
    quarter_low: float
    quarter_high: float
    middle_share: float

    @property
    def two_ratings(self) -> tuple[float, float] | None:
        """The lower and the higher rating where there are only two (likes)."""
        return (float(self.steps["low"].iloc[0]), float(self.steps["low"].iloc[1])) if self.levels == 2 else None


def scale_use(dataset: Dataset) -> ScaleUse:
    """The distribution of the ratings and its figures."""
    from scipy import stats

    y = dataset.rating
    n, mean, sd = len(y), float(y.mean()), float(y.std(ddof=1))
    bottom, top = float(y.min()), float(y.max())
    if dataset.likes:
        share = stats.binomtest(int((y == top).sum()), n).proportion_ci(method="wilson")
        low, high = (bottom + (top - bottom) * end for end in (share.low, share.high))
    else:
        half = float(stats.t.ppf(0.975, n - 1)) * sd / np.sqrt(n)
        low, high = max(mean - half, bottom), min(mean + half, top)
    # A percentile bootstrap for the spread: the textbook chi-square interval needs normal ratings, which these
    # are not. Fixed seed, and few draws of long lists: the same data give the same figure, and soon.
    draws = np.random.default_rng(0).choice(y, (2000 if n <= 2000 else 200, n)).std(axis=1, ddof=1)
    sd_low, sd_high = np.percentile(draws, [2.5, 97.5])
    quarters = np.percentile(y, [25, 50, 75])
    return ScaleUse(
        _two_steps(y) if dataset.likes else _steps(y, mean, sd), n, len(np.unique(y)),
        mean, low, high, sd, float(sd_low), float(sd_high), float(quarters[1]), float(quarters[0]), float(quarters[2]),
        float(((y >= quarters[0]) & (y <= quarters[2])).mean()),
    )  # fmt: skip


def _two_steps(y: np.ndarray) -> pd.DataFrame:
    ratings, counts = np.unique(y, return_counts=True)
    return pd.DataFrame({
        "low": ratings, "high": ratings, "label": [f"{rating:.12g}" for rating in ratings], "count": counts,
        "expected": np.nan,
    })  # fmt: skip


def _steps(y: np.ndarray, mean: float, sd: float) -> pd.DataFrame:
    from scipy import stats

    low, high = float(y.min()), float(y.max())
    step = next((s for s in (1.0, 0.5) if np.allclose(y / s, np.round(y / s)) and (high - low) / s < _MAX_LEVELS), None)
    if step:
        low, high = (1.0, 10.0) if step == 1.0 and low >= 1 and 5 < high <= 10 else (low, high)
        centres = np.arange(low, high + step / 2, step)
        edges = np.concatenate([centres - step / 2, [high + step / 2]])
        labels = [f"{centre:g}" for centre in centres]
    else:
        edges = np.linspace(low, high, 21)
        labels = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(edges)]
    counts, _ = np.histogram(y, edges)
    below = stats.norm.cdf(edges, mean, sd)
    below[0], below[-1] = 0.0, 1.0
    return pd.DataFrame({
        "low": edges[:-1], "high": edges[1:], "label": labels, "count": counts, "expected": len(y) * np.diff(below),
    })  # fmt: skip
