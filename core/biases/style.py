"""The use of the scale: more ratings in its middle, at its ends or on its round steps than a smooth scale would hold.

Convention: the smooth scale is a normal curve cut into the scale's steps, what lies beyond the ends counted into the end
steps, of the same mean and spread as the ratings. The effect is the share of ratings on these steps less the
curve's share; p (two-sided) is from 1,999 lists drawn from the curve, each treated alike; the 95 % range from 1,999 lists
drawn from the ratings. Two piles of ratings have no one smooth scale, and are not asked.

Round: whole numbers where the scale has halves; even numbers on up to 21 whole steps; multiples of ten on more.

Sources: Greenleaf (1992), Public Opin. Q. 56, 328-351, for extreme and middle responding; Efron & Tibshirani (1993), An
introduction to the bootstrap.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.biases.bias import KINDS, Bias, Obstacle
from core.dataset import Dataset
from core.leaks import piles

_DRAWS = 1_999
_STEPS = (5, 101)
_EVEN = 21  # steps, up to which round means even
_MIDDLE = 0.1  # of the scale's length to either side of its middle


def style(dataset: Dataset, *, seed: int = 0) -> Iterator[Bias | Obstacle]:
    """The three tests, or what stands in their way."""
    scale, y = dataset.scale, dataset.rating
    codes = ("middle", "ends", "round")
    count = 0 if scale is None or not scale.step else round((scale.high - scale.low) / scale.step) + 1
    if scale is None or not _STEPS[0] <= count <= _STEPS[1]:
        yield from (Obstacle(code, "coarse") for code in codes)
        return
    if np.ptp(y) == 0:
        yield from (Obstacle(code, "same") for code in codes)
        return
    if piles(dataset) is not None:
        yield from (Obstacle(code, "piles") for code in codes)
        return
    values = scale.low + scale.step * np.arange(count)
    counts = np.bincount(np.round((y - scale.low) / scale.step).astype(int).clip(0, count - 1), minlength=count)
    centre = (scale.low + scale.high) / 2
    inside = np.abs(values - centre) <= _MIDDLE * (scale.high - scale.low) + 1e-9
    ends = np.isin(np.arange(count), (0, count - 1))
    unit = 1.0 if scale.step < 1 else 2.0 if count <= _EVEN else 10.0
    chosen = {"middle": inside, "ends": ends, "round": np.isclose(values % unit, 0)}
    for number, code in enumerate(codes):
        if len(y) < KINDS[code].tracks:
            yield Obstacle(code, "few", have=len(y), need=KINDS[code].tracks)
        else:
            draw = np.random.default_rng([seed, 9, number])
            labels = tuple(f"{value:g}" for value in values[chosen[code]])
            yield _tested(code, counts, chosen[code], labels, draw)


def _tested(
    code: str, counts: np.ndarray, chosen: np.ndarray, steps: tuple[str, ...], draw: np.random.Generator
) -> Bias:
    n = int(counts.sum())
    effect, curve = _excess(counts[None], chosen)
    smooth, _ = _excess(draw.multinomial(n, curve[0] / curve[0].sum(), _DRAWS), chosen)
    again, _ = _excess(draw.multinomial(n, counts / n, _DRAWS), chosen)
    beyond = min((smooth >= effect[0] - 1e-12).sum(), (smooth <= effect[0] + 1e-12).sum())
    low, high = np.quantile(again, [0.025, 0.975])
    p = min(1.0, 2 * (1 + int(beyond)) / (_DRAWS + 1))
    return Bias(code, n, float(effect[0]), float(low), float(high), p, steps=steps)


def _excess(counts: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share on the chosen steps less the curve's (lists,), and the curves (lists, steps), of counts (lists, steps)."""
    curve = _smooth(counts)
    share = counts[:, chosen].sum(axis=1) / counts.sum(axis=1)
    return share - curve[:, chosen].sum(axis=1), curve


def _smooth(counts: np.ndarray) -> np.ndarray:
    """The normal curve of the same mean and spread, cut into steps: its shares (lists, steps)."""
    from scipy.special import ndtr

    steps = counts.shape[1]
    places, total = np.arange(steps, dtype=float), counts.sum(axis=1)
    mean = counts @ places / total
    # a step is as wide as itself, which adds a twelfth to the variance of what lies in it (Sheppard)
    sd = np.sqrt(np.maximum(counts @ places**2 / total - mean**2 - 1 / 12, 1 / 12))
    edges = np.concatenate([[-np.inf], places[:-1] + 0.5, [np.inf]])
    return np.asarray(np.diff(ndtr((edges - mean[:, None]) / sd[:, None]), axis=1))
