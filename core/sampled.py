"""Regressors that learn from a random part of a large list. A file of its own, so that naming a model imports no scikit-learn.

An exact kernel takes time and memory by the square of the tracks that it learns from. What a smooth surface over some
dozen features gains from more than some thousand tracks is small beside that.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.svm import SVR


class SampledSVR(SVR):  # type: ignore[misc] # scikit-learn has no types
    """Support vectors that learn from at most `most` rows, drawn at random; of fewer they are scikit-learn's."""

    def __init__(
        self, *, kernel: str = "rbf", gamma: str | float = "scale", C: float = 1.0, epsilon: float = 0.1,
        most: int = 4_000, random_state: int = 0,
    ) -> None:  # fmt: skip
        """`most` rows, drawn by `random_state`; all else is scikit-learn's."""
        super().__init__(kernel=kernel, gamma=gamma, C=C, epsilon=epsilon)
        self.most = most
        self.random_state = random_state

    def fit(self, x: np.ndarray, y: np.ndarray, sample_weight: Any = None) -> Self:  # noqa: ANN401 scikit-learn's signature
        """Learn from tracks (n, d) and ratings (n,), or from `most` of them."""
        if len(y) > self.most:
            rows = np.sort(np.random.default_rng([self.random_state, len(y)]).choice(len(y), self.most, replace=False))
            x, y = x[rows], y[rows]
            sample_weight = None if sample_weight is None else sample_weight[rows]
        super().fit(x, y, sample_weight)
        return self
