"""The scaler of the catalogue's pipelines. A file of its own, so that naming a model does not import scikit-learn."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.preprocessing import StandardScaler


class SteadyScaler(StandardScaler):  # type: ignore[misc] # scikit-learn has no types
    """Standardise each column; one that is constant in the training tracks becomes 0 for every track.

    scikit-learn leaves such a column in its own units. A held-out track that differs, by milliseconds say, would
    then lie thousands of standard deviations away. What never differed in training can tell nothing about it.
    """

    def fit(self, x: np.ndarray, y: Any = None, sample_weight: Any = None) -> Self:  # noqa: ANN401 scikit-learn's signature
        """Learn means and spreads from the training tracks (n, d)."""
        super().fit(x, y, sample_weight)
        self.scale_: np.ndarray = np.where(np.ptp(x, axis=0) == 0, np.inf, self.scale_)
        return self
