"""A Gaussian process that sets signal and noise quickly. A file of its own, so that naming a model imports no scikit-learn."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.gaussian_process import GaussianProcessRegressor


class SpectralGaussianProcess(GaussianProcessRegressor):  # type: ignore[misc] # scikit-learn has no types
    """scikit-learn's, for a kernel of the form ConstantKernel() * fixed + WhiteKernel(), whose two figures alone are chosen.

    The covariance is signal * K + noise * I with one K for all choices, so that one eigendecomposition of it gives the likelihood
    of each and its slopes at the cost of a sum over the tracks, where scikit-learn inverts a matrix every time (Rasmussen &
    Williams 2006, Gaussian Processes for Machine Learning, 5.4.1).
    """

    def fit(self, x: np.ndarray, y: np.ndarray) -> Self:
        """Learn from tracks (n, d) and ratings (n,)."""
        self._spectrum: tuple[np.ndarray, np.ndarray] | None = None
        super().fit(x, y)
        return self

    def log_marginal_likelihood(
        self, theta: np.ndarray | None = None, eval_gradient: bool = False, clone_kernel: bool = True
    ) -> Any:  # noqa: ANN401 scikit-learn's signature
        """Of the logarithms of signal and noise (2,), with its slopes (2,) where they are asked for."""
        if theta is None:
            return super().log_marginal_likelihood(theta, eval_gradient, clone_kernel)
        if self._spectrum is None:
            values, vectors = np.linalg.eigh(self.kernel_.k1.k2(self.X_train_))
            self._spectrum = values, (vectors.T @ self.y_train_) ** 2
        values, squares = self._spectrum
        signal, noise = np.exp(theta)
        variances = signal * values + noise + self.alpha
        likelihood = -0.5 * float((squares / variances + np.log(2 * np.pi * variances)).sum())
        if not eval_gradient:
            return likelihood
        slopes = 0.5 * (squares / variances - 1) / variances
        return likelihood, np.array([signal * (slopes @ values), noise * slopes.sum()])
