"""What a model makes of more of one feature: accumulated local effects, with the range of refits.

Convention: the feature's middle 90 % is cut into at most 8 pieces that hold equally many tracks. Inside each piece every
track is asked twice, with the piece's lower and its upper end in place of its own value, all else as it is; the mean
differences are added up from piece to piece. A track is thus never moved further than its own piece, so that the model is
not asked about music that does not exist, as it is by a partial dependence plot where features go together (Apley & Zhu
2020). The curve has mean 0 over the tracks; nothing is said outside the middle 90 %. Rating points.

The curve is the mean of models of the folds; its range lies between 2.5 and 97.5 % of 100 bootstrap refits (groups drawn as
wholes). As with the bars (`core.explain.doubt`), a model of a drawn list leans harder on everything, so that the refits'
spread is put around the curve in proportion.

Source: Apley & Zhu (2020), J. R. Stat. Soc. B 82, 1059-1086, doi 10.1111/rssb.12377.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

PIECES = 8
TAIL = 0.05  # share of the tracks at either end of which nothing is said


@dataclass(frozen=True, eq=False)
class Shape:
    """One feature's curve. edges (k,) in the feature's unit; of_folds (folds, k) and drawn (draws, k) in rating points."""

    feature: str
    edges: np.ndarray
    of_folds: np.ndarray
    drawn: np.ndarray

    @cached_property
    def middle(self) -> np.ndarray:
        """The curve (k,)."""
        return np.asarray(self.of_folds.mean(axis=0))

    @cached_property
    def low(self) -> np.ndarray:
        """The range's lower end (k,)."""
        return self._around(0.025)

    @cached_property
    def high(self) -> np.ndarray:
        """The range's upper end (k,)."""
        return self._around(0.975)

    @cached_property
    def rise(self) -> tuple[float, float, float]:
        """From the curve's left end to its right: lower end, middle and upper end of the difference, in rating points."""
        rises = self.drawn[:, -1] - self.drawn[:, 0]
        low, median, high = np.quantile(rises, [0.025, 0.5, 0.975])
        middle = float(self.middle[-1] - self.middle[0])
        return middle + self._part * float(low - median), middle, middle + self._part * float(high - median)

    def _around(self, share: float) -> np.ndarray:
        """The refits' quantile, put around the curve."""
        return np.asarray(self.middle + self._part * (np.quantile(self.drawn, share, 0) - np.median(self.drawn, 0)))

    @property
    def _part(self) -> float:
        """How much smaller the curve is than that of drawn lists; never more than 1."""
        drawn = float(np.ptp(np.median(self.drawn, axis=0)))
        return min(1.0, float(np.ptp(self.middle)) / drawn) if drawn > 0 else 1.0


def edges(values: np.ndarray, pieces: int = PIECES) -> np.ndarray:
    """The ends of at most `pieces` pieces of equally many of `values` (n,), NaN left out: values of the list, rising (k,).

    Fewer than two where the middle 90 % are all the same.
    """
    given = values[~np.isnan(values)]
    if not len(given):
        return np.zeros(0)
    return np.unique(np.quantile(given, np.linspace(TAIL, 1 - TAIL, pieces + 1), method="inverted_cdf"))


def accumulated(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, columns: Sequence[int], ends: Sequence[np.ndarray]
) -> list[np.ndarray]:
    """The curve at the ends (k,) of each column's pieces; `predict` takes (n, d) and is asked once.

    `x` (n, d) with NaN for a missing value; a track without the feature, or outside its pieces, is not asked. Each piece must
    hold at least one track, as it does where `ends` are `edges` of the same rows.
    """
    asked, places = [], []
    for column, own in zip(columns, ends, strict=True):
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((x[:, column] >= own[0]) & (x[:, column] <= own[-1]))
        # a track that lies on an end belongs to the piece below; the lowest to the first
        piece = np.maximum(np.searchsorted(own, x[rows, column], side="left"), 1) - 1
        for end in (own[piece], own[piece + 1]):
            moved = x[rows]
            moved[:, column] = end
            asked.append(moved)
        places.append(piece)
    if not asked:
        return []
    expected = np.split(predict(np.vstack(asked)), np.cumsum([len(rows) for rows in asked])[:-1])
    return [
        _curve(upper - lower, piece, len(own) - 1)
        for lower, upper, piece, own in zip(expected[::2], expected[1::2], places, ends, strict=True)
    ]


def _curve(steps: np.ndarray, piece: np.ndarray, pieces: int) -> np.ndarray:
    """Mean steps of the pieces added up, less the mean over the tracks of the pieces' middles."""
    count = np.bincount(piece, minlength=pieces)
    curve = np.concatenate([[0.0], np.cumsum(np.bincount(piece, steps, minlength=pieces) / count)])
    return np.asarray(curve - (count * (curve[:-1] + curve[1:]) / 2).sum() / count.sum())
