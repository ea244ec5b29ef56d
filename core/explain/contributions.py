"""How much each feature moved each prediction: interventional Shapley values of every model of the catalogue.

The game of one row: a coalition S of features is worth the mean prediction over the background rows, with the
features of S set to the row's own values ("interventional": true to the model, Chen et al. 2020, arXiv
2006.16234). The values of a row add up to its prediction minus the mean prediction over the background.
Everything is in rating points.

The steps of a pipeline before the regressor (imputing, scaling) act on each column alone. So a coalition of
raw columns is the same coalition of transformed columns, and the game can be played behind the transforms,
column for column; a missing value that the imputer fills is explained as the value that it is filled with.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

CLOSED_FORM = "closed form"
TREES = "trees"
PRODUCT_KERNEL = "product kernel"
PERMUTATIONS = "permutations"
MEAN_OF_MEMBERS = "mean of members"
BY_SHAP = "permutations by shap"

SHAP_ROUNDS = 10  # permutations per row, each forwards and backwards

ADDITIVITY = 1e-6  # largest gap between base + values and the prediction, relative to the prediction


@dataclass(frozen=True)
class Contributions:
    """The explanation of n predictions by d features, in rating points.

    `base` is the mean prediction over the background; base + values.sum(axis=1) are the predictions.
    `standard_error` (n, d) is None where the values are exact. `route` says how they were computed.
    `prediction` (n,) is what the model itself says.
    """

    values: Floats
    base: float
    standard_error: Floats | None
    route: str
    prediction: Floats = field(default_factory=lambda: np.zeros(0))


class _NoRouteError(TypeError):
    """No route of ours leads through this model or transform."""


@dataclass(frozen=True)
class _Sampling:
    """What the sampled routes need: the seed and the number of permutations (None: their default)."""

    seed: int
    permutations: int | None


def contributions(
    pipeline: Any, rows: ArrayLike, background: ArrayLike, *, seed: int = 0, permutations: int | None = None
) -> Contributions:
    """Explain the predictions of a fitted pipeline for rows (n, d), features absent as in background (m, d).

    Both are in the raw feature space, NaN = missing. `seed` and `permutations` (antithetic pairs per row,
    rounded up to a multiple of m; None chooses by the model's cost) matter to the sampled routes alone. The
    columns may pass through the pipeline's transforms because these act on each column alone, see the head of
    the module. A model or a transform for which there is no route here, and one whose values would not add up,
    is sampled by shap: right, but some hundred times slower. Raises ValueError for tables that do not fit together.
    """
    rows, background = np.asarray(rows, dtype=np.float64), np.asarray(background, dtype=np.float64)
    if rows.ndim != 2 or background.ndim != 2 or rows.shape[1] != background.shape[1]:
        raise ValueError(f"Rows {rows.shape} and background {background.shape} must have the same columns.")
    if len(rows) == 0 or len(background) == 0:
        raise ValueError("There must be at least one row to explain and one row of background.")
    # first of all, because scikit-learn refuses here what must not reach the arithmetic, such as infinity
    predictions = pipeline.predict(np.vstack([rows, background]))
    base, predictions = float(predictions[len(rows) :].mean()), predictions[: len(rows)]
    try:
        explained = _explain(pipeline, rows, background, _Sampling(seed, permutations))
    except _NoRouteError:
        explained = None
    if explained is None or not _adds_up(explained.values, base, predictions):
        explained = _explain_by_shap(pipeline, rows, background, seed)
    return replace(explained, base=base, prediction=predictions)


def _adds_up(values: Floats, base: float, predictions: Floats) -> bool:
    """Whether base + values are the predictions, (n,) rating points."""
    gaps = np.abs(base + values.sum(axis=1) - predictions)
    return bool(np.all(gaps <= ADDITIVITY * np.maximum(1.0, np.abs(predictions))))


def _explain_by_shap(pipeline: Any, rows: Floats, background: Floats, seed: int) -> Contributions:
    """Any fitted regressor, asked through `predict` alone by shap.PermutationExplainer."""
    import shap

    masker = shap.maskers.Independent(background, max_samples=len(background))
    explainer = shap.PermutationExplainer(pipeline.predict, masker, seed=seed)
    evaluations = SHAP_ROUNDS * (2 * rows.shape[1] + 1)
    found = explainer(rows, max_evals=evaluations, error_bounds=True, silent=True)
    # shap gives the spread of single steps; forwards and backwards are one draw, not two
    return Contributions(found.values, 0.0, found.error_std / np.sqrt(SHAP_ROUNDS), BY_SHAP)


def _explain(model: Any, rows: Floats, background: Floats, sampling: _Sampling) -> Contributions:
    """Values, standard errors and route of a fitted regressor or pipeline; the base is left at 0."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import VotingRegressor
    from sklearn.pipeline import Pipeline

    if isinstance(model, Pipeline):
        return _explain_pipeline(model, rows, background, sampling)
    if isinstance(model, VotingRegressor):
        return _explain_members(model, rows, background, sampling)
    if isinstance(model, TransformedTargetRegressor):
        return _explain_rescaled(model, rows, background, sampling)
    if isinstance(model, DummyRegressor):
        return Contributions(np.zeros(rows.shape), 0.0, None, CLOSED_FORM)
    if hasattr(model, "coef_"):
        values = np.ravel(model.coef_) * _centred(rows, background)
        return Contributions(values, 0.0, None, CLOSED_FORM)
    return _explain_nonlinear(model, rows, background, sampling)


def _explain_nonlinear(model: Any, rows: Floats, background: Floats, sampling: _Sampling) -> Contributions:
    """Kernel machines and trees exactly, neighbours and networks by sampling.

    Raises `_NoRouteError` for any other model, ValueError where a value is still missing.
    """
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.svm import SVR

    from core.explain.sampled import neighbour_shap, network_shap
    from core.explain.trees import is_tree_model, tree_shap

    if not (np.isfinite(rows).all() and np.isfinite(background).all()):
        raise ValueError("A value is missing where the regressor sees it; impute before it.")
    if isinstance(model, SVR | GaussianProcessRegressor):
        from core.explain.product_kernel import product_kernel_shap

        parts = _support_vector_parts(model) if isinstance(model, SVR) else _gaussian_process_parts(model)
        return Contributions(product_kernel_shap(rows, background, *parts), 0.0, None, PRODUCT_KERNEL)
    if is_tree_model(model):
        return Contributions(tree_shap(model, rows, background), 0.0, None, TREES)
    if isinstance(model, KNeighborsRegressor | MLPRegressor):
        sample = neighbour_shap if isinstance(model, KNeighborsRegressor) else network_shap
        settings: dict[str, Any] = {"seed": sampling.seed, "permutations": sampling.permutations}
        values, error = sample(model, rows, background, **settings)
        return Contributions(values, 0.0, error, PERMUTATIONS)
    raise _NoRouteError(f"I know no way to explain a {type(model).__name__}.")


def _explain_pipeline(pipeline: Any, rows: Floats, background: Floats, sampling: _Sampling) -> Contributions:
    """Pass both tables through the transforms that act on each column alone and explain the last step.

    Splines before a linear model turn a column into several, whose contributions add up to the column's.
    Raises `_NoRouteError` for other transforms, and where the imputer drops or adds columns.
    """
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import SplineTransformer, StandardScaler

    columns = rows.shape[1]
    *transforms, (_, last) = pipeline.steps
    splines = bool(transforms) and isinstance(transforms[-1][1], SplineTransformer) and hasattr(last, "coef_")
    for _, transform in transforms:
        basis = splines and transform is transforms[-1][1]
        rows, background = transform.transform(rows), transform.transform(background)
        alone = isinstance(transform, SimpleImputer | StandardScaler) and rows.shape[1] == columns
        if not (basis or alone):
            raise _NoRouteError(f"I cannot explain a {type(transform).__name__} that mixes or changes columns.")
    explained = _explain(last, rows, background, sampling)
    if not splines:
        return explained
    # SplineTransformer writes all basis columns of the first feature, then those of the second, and so on
    return replace(explained, values=explained.values.reshape(len(rows), columns, -1).sum(axis=2))


def _explain_members(voting: Any, rows: Floats, background: Floats, sampling: _Sampling) -> Contributions:
    """The weighted mean of the members' values; their errors are independent and combine in quadrature."""
    members = len(voting.estimators_)
    shares = np.ones(members) if voting.weights is None else np.asarray(voting._weights_not_none)
    shares = shares / shares.sum()
    values, variance, exact = np.zeros(rows.shape), np.zeros(rows.shape), True
    for index, (share, member) in enumerate(zip(shares, voting.estimators_, strict=True)):
        # own orders for each member, or two sampled members would err together
        seed = int(np.random.SeedSequence([sampling.seed, index]).generate_state(1)[0])
        explained = _explain(member, rows, background, replace(sampling, seed=seed))
        values += share * explained.values
        if explained.standard_error is not None:
            variance += (share * explained.standard_error) ** 2
            exact = False
    return Contributions(values, 0.0, None if exact else np.sqrt(variance), MEAN_OF_MEMBERS)


def _explain_rescaled(model: Any, rows: Floats, background: Floats, sampling: _Sampling) -> Contributions:
    """A regressor of standardised ratings: its values times the ratings' standard deviation."""
    from sklearn.preprocessing import StandardScaler

    if not isinstance(model.transformer_, StandardScaler):
        raise _NoRouteError(f"Ratings transformed by a {type(model.transformer_).__name__} cannot be explained.")
    scale = 1.0 if model.transformer_.scale_ is None else float(model.transformer_.scale_[0])
    explained = _explain(model.regressor_, rows, background, sampling)
    error = None if explained.standard_error is None else scale * explained.standard_error
    return replace(explained, values=scale * explained.values, standard_error=error)


def _centred(rows: Floats, background: Floats) -> Floats:
    """The rows minus the mean of the background, (n, d); exactly 0 for a constant column."""
    first = background[0]
    return np.asarray((rows - first) - (background - first).mean(axis=0))


def _support_vector_parts(model: Any) -> tuple[Floats, Floats, float]:
    """Support points (s, d), weights (s,) in rating points and gamma of a fitted SVR with an RBF kernel."""
    if model.kernel != "rbf":
        raise _NoRouteError(f"Support vectors with the kernel {model.kernel!r} cannot be explained; rbf can.")
    return model.support_vectors_, model.dual_coef_[0], float(model._gamma)


def _gaussian_process_parts(model: Any) -> tuple[Floats, Floats, Floats]:
    """Support points (s, d), weights (s,) in rating points and gamma (d,) of a fitted Gaussian process.

    The kernel must be an RBF, with or without a constant factor and white noise (0 between different rows).
    """
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Product, Sum, WhiteKernel

    kernel, factor = model.kernel_, 1.0
    if isinstance(kernel, Sum):
        signals = [part for part in (kernel.k1, kernel.k2) if not isinstance(part, WhiteKernel)]
        kernel = signals[0] if len(signals) == 1 else kernel
    if isinstance(kernel, Product):
        constants = [part for part in (kernel.k1, kernel.k2) if isinstance(part, ConstantKernel)]
        others = [part for part in (kernel.k1, kernel.k2) if not isinstance(part, ConstantKernel)]
        if len(constants) == 1:
            kernel, factor = others[0], constants[0].constant_value
    if type(kernel) is not RBF:  # Matern is a subclass
        raise _NoRouteError(f"A Gaussian process with the kernel {model.kernel_} cannot be explained, only RBF.")
    weights = factor * np.ravel(model.alpha_) * float(np.squeeze(model._y_train_std))
    lengths = np.broadcast_to(np.asarray(kernel.length_scale, dtype=np.float64), (model.X_train_.shape[1],))
    return model.X_train_, weights, 1 / (2 * lengths**2)
