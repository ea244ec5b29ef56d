"""The oracle of these tests, Shapley values by their definition over all 2^d coalitions, and random lists."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

Predict = Callable[[np.ndarray], np.ndarray]


def brute_force(predict: Predict, rows: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Interventional Shapley values (n, d): a coalition is worth its mean prediction over the background.

    The features of the coalition take the row's values, the others the background row's.
    """
    columns = rows.shape[1]
    coalitions = (np.arange(2**columns)[:, None] >> np.arange(columns)) & 1 == 1
    sizes = coalitions.sum(axis=1)
    share = np.array([factorial(s) * factorial(columns - s - 1) / factorial(columns) for s in range(columns)])
    values = np.zeros(rows.shape)
    for index, row in enumerate(rows):
        mixed = np.where(coalitions[:, None, :], row, background)
        worth = predict(mixed.reshape(-1, columns)).reshape(len(coalitions), -1).mean(axis=1)
        for column in range(columns):
            without = np.flatnonzero(~coalitions[:, column])
            gains = worth[without + (1 << column)] - worth[without]
            values[index, column] = gains @ share[sizes[without]]
    return values


def random_list(
    seed: int, tracks: int, columns: int, *, missing: float = 0.0, decimals: int = 6
) -> tuple[np.ndarray, np.ndarray]:
    """Features (tracks, columns) with a share of missing values, and ratings (tracks,) from 1 to 10.

    The ratings follow a line, a curve and an interaction of the first three columns, and noise.
    """
    draw = np.random.default_rng(seed)
    mixing = np.eye(columns) + 0.3 * draw.normal(size=(columns, columns))
    features = (draw.normal(size=(tracks, columns)) @ mixing).round(decimals)
    one, two, three = (features[:, column % columns] for column in range(3))
    ratings = 5.5 + 1.2 * one - 0.8 * np.abs(two) + 0.7 * two * three + draw.normal(size=tracks)
    features[draw.random(features.shape) < missing] = np.nan
    return features, np.clip(ratings.round(), 1, 10)
