"""The scaler of the pipelines."""

from __future__ import annotations

import numpy as np
from sklearn.preprocessing import StandardScaler

from core.scaling import SteadyScaler

X = np.random.default_rng(0).normal(3, 2, size=(40, 4))


def test_columns_that_vary_are_standardised_as_usual() -> None:
    """Where every column varies the result is that of scikit-learn."""
    assert np.array_equal(SteadyScaler().fit(X).transform(X), StandardScaler().fit(X).transform(X))


def test_a_constant_column_is_zero_for_every_track() -> None:
    """However far a held-out track lies from what never differed in training."""
    x = X.copy()
    x[:, 2] = 210_000.0
    held_out = np.array([[3.0, 3.0, 90_000.0, 3.0]])
    assert SteadyScaler().fit(x).transform(held_out)[0, 2] == 0
    assert np.isfinite(SteadyScaler().fit(x).transform(held_out)).all()
