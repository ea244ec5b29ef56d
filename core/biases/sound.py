"""What sound leaves of the ratings, and of a column beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.dataset import Dataset
from core.drivers import filled, joined, left_out
from core.folds import grouping

LEAST_APART = 8  # tracks, or groups of them; with fewer a standard error says nothing


@dataclass(frozen=True, eq=False)
class Heard:
    """The sound of a list: standardised features (N, d) without gaps, the ratings (N,), and which tracks belong together
    (N,), from 0.
    """

    z: np.ndarray
    names: tuple[str, ...]
    rating: np.ndarray
    together: np.ndarray

    def left(self, column: np.ndarray, rows: np.ndarray, without: str = "") -> tuple[np.ndarray, np.ndarray]:
        """What sound leaves of the ratings and of a column (k,), both of the tracks `rows` (k,).

        Each track is predicted from the others by ridge on all features, but for the one named `without`.
        """
        z = self.z[rows][:, [name != without for name in self.names]]
        z = z[:, np.ptp(z, axis=0) > 0]
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        own = (column - column.mean()) / column.std()
        owner = np.append(np.zeros(z.shape[1], dtype=int), 1 if z.shape[1] else 0)
        rating, columns, _ = left_out(np.column_stack([z, own]), self.rating[rows], owner)
        return rating[:, -1], columns[:, -1]

    def apart(self, rows: np.ndarray) -> int:
        """How many of these tracks (k,) stand apart, tracks that belong together counting once."""
        return len(np.unique(self.together[rows]))

    def penalty(self, rows: np.ndarray) -> float:
        """Ridge's penalty for the ratings of these tracks (k,), in units of the features' mean squared length."""
        z = self.z[rows]
        z = z[:, np.ptp(z, axis=0) > 0]
        if not z.shape[1]:
            return float("inf")
        z = (z - z.mean(axis=0)) / z.std(axis=0)
        return float(
            left_out(np.column_stack([z, z[:, 0]]), self.rating[rows], np.append(np.zeros(z.shape[1], int), 1))[2][1]
        )


def heard(dataset: Dataset) -> Heard:
    """The sound of a data set."""
    x, names = filled(dataset)
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return Heard(z, tuple(names), dataset.rating, joined(dataset, grouping(dataset).exchangeable))


def goes_along(rating: np.ndarray, column: np.ndarray, together: np.ndarray) -> tuple[float, float, float, float]:
    """The correlation of two remainders (k,) with its 95 % range, and its p: the generalised covariance measure, the products
    summed over tracks that belong together (k,). NaN with fewer than 8 of them.
    """
    from scipy import stats

    _, labels = np.unique(together, return_inverse=True)
    sums = np.bincount(labels, weights=rating * column)
    units, length = len(sums), float(np.sqrt((rating @ rating) * (column @ column)))
    spread = float(np.sqrt(units / max(units - 1, 1) * ((sums - sums.mean()) ** 2).sum()))
    if units < LEAST_APART or not length > 0 or not spread > 0:
        return (float("nan"),) * 4
    t, correlation = float(sums.sum() / spread), float(sums.sum() / length)
    half = float(stats.t.ppf(0.975, units - 1)) * spread / length
    p = float(2 * stats.t.sf(abs(t), units - 1))
    return correlation, max(correlation - half, -1.0), min(correlation + half, 1.0), p


def ranks(values: np.ndarray) -> np.ndarray:
    """Mid-ranks from 0 to 1."""
    from scipy.stats import rankdata

    return np.asarray((rankdata(values) - 0.5) / len(values))
