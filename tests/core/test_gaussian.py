"""A Gaussian process that sets its signal and noise quickly."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from core.gaussian import SpectralGaussianProcess

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(60, 5))
KERNEL = ConstantKernel(1.0, (1e-3, 1e3)) * RBF(2.0, "fixed") + WhiteKernel(1.0, (1e-2, 1e2))


@pytest.mark.filterwarnings("ignore:The optimal value found for dimension")
@pytest.mark.parametrize("signal", [0.0, 1.0])
def test_it_is_scikit_learns(signal: float) -> None:
    """The same signal, noise and predictions, also where there is nothing to learn and the signal ends at its bound."""
    y = 5 + signal * np.sin(X[:, 0]) + 0.4 * DRAW.normal(size=60)
    one, other = (
        kind(KERNEL, normalize_y=True).fit(X, y) for kind in (SpectralGaussianProcess, GaussianProcessRegressor)
    )
    np.testing.assert_allclose(one.kernel_.theta, other.kernel_.theta, atol=1e-8)
    np.testing.assert_allclose(one.predict(X + 0.1), other.predict(X + 0.1), rtol=0, atol=1e-9)
    assert one.log_marginal_likelihood() == pytest.approx(other.log_marginal_likelihood(), abs=1e-9)


def test_likelihood_and_slopes_at_any_place_and_after_another_fit() -> None:
    """They are of the tracks learned from last."""
    one, other = clone(SpectralGaussianProcess(KERNEL)), GaussianProcessRegressor(KERNEL)
    for rows in (slice(0, 40), slice(20, 60)):
        y = X[rows, 0] ** 2 + DRAW.normal(size=40)
        found, expected = (model.fit(X[rows], y).log_marginal_likelihood([0.3, -1.0], True) for model in (one, other))
        assert found[0] == pytest.approx(expected[0], abs=1e-8)
        assert found[0] == one.log_marginal_likelihood([0.3, -1.0])
        np.testing.assert_allclose(found[1], expected[1], atol=1e-8)
