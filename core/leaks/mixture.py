"""Whether ratings are two piles, such as loved and disliked music with nothing between.

Convention: each rating stands for the interval of its step, the ends of the scale for all beyond them. Many tens are
then no pile by themselves, if the ratings below thin out as a normal curve would.

Sources: Ashman, Bird & Zepf (1994), Astron. J. 108, 2348-2361, for D, the distance of two normal curves in units of
their spread; Schwarz (1978), Ann. Statist. 6, 461-464, for BIC; Dempster, Laird & Rubin (1977), J. R. Statist. Soc. B
39, 1-38, for the fit to data in intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset import Dataset

_MIN_D, _MIN_GAIN, _MIN_SHARE = 2.0, 10.0, 0.10
_MIN_LEVELS = 4
_GRID = 100  # steps of the scale; finer ratings are rounded to them
_CUTS = (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9)  # where the fit begins: the lower part of the ratings against the upper
_ROUNDS, _CLOSE = 200, 1e-4


@dataclass(frozen=True, eq=False)
class Piles:
    """Two piles of ratings, by their means. d: Ashman's distance. bic_gain: by how much two curves beat one.

    threshold: ratings above it belong to the high pile. labels (N,): 1 for these, 0 for the others.
    """

    low: float
    high: float
    d: float
    bic_gain: float
    threshold: float
    labels: np.ndarray


@dataclass(frozen=True, eq=False)
class _Curves:
    """Normal curves: share, mean and sd (k,), in steps of the scale from its lower end."""

    likelihood: float
    share: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def piles(dataset: Dataset) -> Piles | None:
    """The two piles where D is above 2, BIC better by 10, and the smaller pile a tenth of the tracks; else None."""
    y, scale = dataset.rating, dataset.scale
    low, high = (scale.low, scale.high) if scale is not None else (float(y.min()), float(y.max()))
    step = max(scale.step if scale is not None else 0.0, (high - low) / _GRID)
    if not step > 0:
        return None
    places, counts = np.unique(np.round((y - low) / step), return_counts=True)
    if len(places) < _MIN_LEVELS:
        return None
    edges = np.array([places - 0.5, places + 0.5])
    edges[0, places <= 0], edges[1, places >= round((high - low) / step)] = -np.inf, np.inf
    one = _fit(places, edges, counts, np.ones((1, len(places))))
    cuts = np.clip(np.searchsorted(np.cumsum(counts), np.multiply(_CUTS, len(y))), 1, len(places) - 1)
    starts = [np.stack([places < cut, places >= cut]) for cut in np.unique(places[cuts])]
    two = max((_fit(places, edges, counts, part) for part in starts), key=lambda fit: fit.likelihood)
    gain = 2 * (two.likelihood - one.likelihood) - 3 * np.log(len(y))
    d = float(np.sqrt(2) * abs(two.mean[1] - two.mean[0]) / np.sqrt((two.sd**2).sum()))
    if not (d > _MIN_D and gain >= _MIN_GAIN and two.share.min() >= _MIN_SHARE):
        return None
    means = low + step * np.sort(two.mean)
    threshold = low + step * _crossing(two)
    return Piles(float(means[0]), float(means[1]), d, float(gain), threshold, (y > threshold).astype(int))


def _crossing(two: _Curves) -> float:
    """The first place between the means that belongs to the upper curve."""
    lower, upper = np.argsort(two.mean)
    between = np.linspace(two.mean[lower], two.mean[upper], 1001)
    z = (between - two.mean[:, None]) / two.sd[:, None]
    height = two.share[:, None] / two.sd[:, None] * np.exp(-0.5 * z**2)
    return float(between[np.argmax(height[upper] > height[lower])])


def _fit(places: np.ndarray, edges: np.ndarray, counts: np.ndarray, part: np.ndarray) -> _Curves:
    """Normal curves fitted to counts (u,) in intervals (2, u) by expectation and maximisation.

    part (k, u): which intervals each curve begins with. No curve is narrower than a step's even spread.
    """
    from scipy.special import ndtr

    n, weight = counts.sum(), part * counts
    size = weight.sum(axis=1)
    mean = weight @ places / size
    variance = (weight * (places - mean[:, None]) ** 2).sum(axis=1) / size
    likelihood = -np.inf
    for _ in range(_ROUNDS):
        share, sd = size / n, np.sqrt(np.maximum(variance, 1 / 12))
        found = mean
        z = (edges[:, None] - mean[:, None]) / sd[:, None]
        inside = ndtr(z[1]) - ndtr(z[0])
        density = np.maximum(share @ inside, 1e-300)
        last, likelihood = likelihood, float(counts @ np.log(density))
        if likelihood - last < _CLOSE:
            break
        # Moments of what lies inside the intervals, about the old mean.
        height = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
        slope = np.where(np.isfinite(z), z, 0.0) * height
        first = sd[:, None] * (height[0] - height[1])
        second = sd[:, None] ** 2 * (inside + slope[0] - slope[1])
        weight = share[:, None] * counts / density
        size = np.maximum((weight * inside).sum(axis=1), 1e-9)
        moved = (weight * first).sum(axis=1) / size
        mean, variance = mean + moved, (weight * second).sum(axis=1) / size - moved**2
    return _Curves(likelihood, share, found, sd)
