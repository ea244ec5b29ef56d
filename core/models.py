"""The catalogue of regressors: name -> unfitted scikit-learn pipeline.

Convention: every pipeline takes (tracks, features) with NaN for a missing value, learns everything that it
learns (medians, means, scales, weights) from the rows it is fitted on, and predicts in rating points. Settings
are fixed in advance and regularised for 50 to 1,000 tracks, or tuned analytically or by a small inner
cross-validation, never by looking at the outer folds. Ratings are standardised inside the models whose
settings depend on their scale, so that a 0-100 scale and a 1-10 scale give the same skill (LightGBM keeps its
sums in 32 bits, so there nearly).

Large lists: `max_tracks` leaves a model out, `learns_from` has it learn from a random part of the tracks. The average that
speaks for all is there at any size, since the best of the others would be flattered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import SettingsError
from core.language import mark, say

if TYPE_CHECKING:  # scikit-learn and LightGBM cost seconds to import; a page that only names models must not pay
    from sklearn.base import RegressorMixin
    from sklearn.pipeline import Pipeline

BASELINE = "baseline"
AVERAGE = "average"
AVERAGED = ("ridge", "support_vector", "extra_trees", "gradient_boosting")
_KERNEL_ROWS = 4_000  # tracks; more would cost by their square


@dataclass(frozen=True)
class Model:
    """One entry of the catalogue.

    `label`, `family` and `meaning` are marked, and said where they are shown. `build(seed)` returns an unfitted
    regressor. `scaled` says that it needs standardised features.
    `max_tracks` is the largest list that it can handle in reasonable time (None: any). `learns_from` is the most tracks that
    one fit learns from, a random sample of those given (None: all).
    """

    name: str
    label: str
    family: str
    meaning: str
    build: Callable[[int], RegressorMixin]
    scaled: bool = True
    max_tracks: int | None = None
    learns_from: int | None = None

    def pipeline(self, *, seed: int = 0) -> Pipeline:
        """An unfitted pipeline: impute by the training median, scale where needed, regress."""
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import Pipeline

        from core.scaling import SteadyScaler

        # keep_empty_features: a column that is empty in one training fold must not shift the others.
        steps: list[tuple[str, object]] = [("impute", SimpleImputer(strategy="median", keep_empty_features=True))]
        if self.scaled:
            steps.append(("scale", SteadyScaler()))
        return Pipeline([*steps, ("regress", self.build(seed))])


def _on_standard_ratings(regressor: RegressorMixin) -> RegressorMixin:
    """The regressor on ratings of mean 0 and spread 1, so that its penalties do not depend on the scale."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor=regressor, transformer=StandardScaler())


def _baseline(seed: int) -> RegressorMixin:
    from sklearn.dummy import DummyRegressor

    return DummyRegressor(strategy="mean")


def _ridge(seed: int) -> RegressorMixin:
    import numpy as np
    from sklearn.linear_model import RidgeCV

    return RidgeCV(alphas=np.logspace(0, 4, 25))  # the leave-one-out error in closed form chooses


def _elastic_net(seed: int) -> RegressorMixin:
    from sklearn.linear_model import ElasticNetCV

    return _on_standard_ratings(ElasticNetCV(l1_ratio=0.3, alphas=20, cv=3, max_iter=50_000))


def _bayesian_ridge(seed: int) -> RegressorMixin:
    from sklearn.linear_model import BayesianRidge

    return BayesianRidge()


def _additive_splines(seed: int) -> RegressorMixin:
    import numpy as np
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import SplineTransformer

    splines = SplineTransformer(n_knots=4, degree=2, extrapolation="linear")
    return Pipeline([("splines", splines), ("ridge", RidgeCV(alphas=np.logspace(0, 4, 25)))])


def _nearest_neighbours(seed: int) -> RegressorMixin:
    from sklearn.neighbors import KNeighborsRegressor

    # brute: the explanation recomputes the same distances, and at this size a tree is no faster
    return KNeighborsRegressor(n_neighbors=15, algorithm="brute")


def _support_vector(seed: int) -> RegressorMixin:
    from core.sampled import SampledSVR

    return _on_standard_ratings(SampledSVR(C=0.5, epsilon=0.2, gamma="auto", most=_KERNEL_ROWS, random_state=seed))


def _gaussian_process(seed: int) -> RegressorMixin:
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    from core.gaussian import SpectralGaussianProcess

    # The length scale sqrt(2 d) would be gamma = 1 / (4 d); 8 suits 10 to 35 standardised columns. Signal and
    # noise are chosen by the marginal likelihood of the training rows.
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * RBF(8.0, "fixed") + WhiteKernel(1.0, (1e-2, 1e2))
    return SpectralGaussianProcess(kernel, normalize_y=True, random_state=seed)


def _lightgbm(seed: int, **settings: Any) -> RegressorMixin:
    from lightgbm import LGBMRegressor

    # One thread, row-wise histograms: the same numbers on every run, and no fight with the worker pool.
    return LGBMRegressor(n_jobs=1, deterministic=True, force_row_wise=True, verbose=-1, random_state=seed, **settings)


def _random_forest(seed: int) -> RegressorMixin:
    # LightGBM's forest fits and predicts four times faster than scikit-learn's at this size, with equal skill.
    return _lightgbm(
        seed, boosting_type="rf", n_estimators=100, num_leaves=16, min_child_samples=4,
        subsample=0.632, subsample_freq=1, feature_fraction_bynode=1 / 3,
    )  # fmt: skip


def _extra_trees(seed: int) -> RegressorMixin:
    return _lightgbm(
        seed, boosting_type="rf", extra_trees=True, n_estimators=100, num_leaves=24, min_child_samples=3,
        subsample=0.8, subsample_freq=1, feature_fraction_bynode=0.5,
    )  # fmt: skip


def _gradient_boosting(seed: int) -> RegressorMixin:
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(
        n_estimators=40, learning_rate=0.075, max_depth=2, min_samples_leaf=6, subsample=0.7, max_features=1 / 3,
        random_state=seed,
    )  # fmt: skip


def _lightgbm_boosting(seed: int) -> RegressorMixin:
    return _lightgbm(
        seed, n_estimators=80, learning_rate=0.05, num_leaves=6, min_child_samples=8, subsample=0.7,
        subsample_freq=1, feature_fraction_bynode=1 / 3, reg_lambda=1.0,
    )  # fmt: skip


def _neural_network(seed: int) -> RegressorMixin:
    from sklearn.neural_network import MLPRegressor

    network = MLPRegressor(
        hidden_layer_sizes=(16,), solver="lbfgs", alpha=30.0, tol=1e-2, max_iter=2000, random_state=seed
    )
    return _on_standard_ratings(network)


def _average(seed: int) -> RegressorMixin:
    from sklearn.ensemble import VotingRegressor

    return VotingRegressor([(name, CATALOGUE[name].pipeline(seed=seed)) for name in AVERAGED])


_ENTRIES = (
    Model(BASELINE, mark("Always your average"), mark("baseline"), mark("Guesses the mean of the ratings it has seen."),
          _baseline),
    Model(AVERAGE, mark("Average of four"), mark("average"),
          mark("The plain mean of ridge, support vectors, extra trees and gradient boosting; chosen in advance, not for its "
               "result."), _average, scaled=False),
    Model("ridge", mark("Ridge"), mark("linear"), mark("A weighted sum of all features, weights held small."), _ridge),
    Model("elastic_net", mark("Elastic net"), mark("linear"), mark("A weighted sum that may drop features."), _elastic_net),
    Model("bayesian_ridge", mark("Bayesian ridge"), mark("linear"), mark("A weighted sum that sets its own caution."),
          _bayesian_ridge),
    Model("additive_splines", mark("Additive curves"), mark("additive"), mark("One smooth curve per feature, added up."),
          _additive_splines),
    Model("nearest_neighbours", mark("Nearest neighbours"), mark("neighbours"),
          mark("The mean rating of the 15 most similar tracks."), _nearest_neighbours, max_tracks=20_000),
    Model("support_vector", mark("Support vectors"), mark("kernel"), mark("A smooth surface that forgives small errors."),
          _support_vector, learns_from=_KERNEL_ROWS),
    Model("gaussian_process", mark("Gaussian process"), mark("kernel"), mark("A smooth surface that sets its own noise."),
          _gaussian_process, max_tracks=2_000),
    Model("random_forest", mark("Random forest"), mark("trees"), mark("The mean of 100 trees grown on random samples."),
          _random_forest, scaled=False),
    Model("extra_trees", mark("Extra trees"), mark("trees"), mark("The mean of 100 trees with random cuts."), _extra_trees,
          scaled=False),
    Model("gradient_boosting", mark("Gradient boosting"), mark("trees"), mark("40 small trees, each mending the last."),
          _gradient_boosting, scaled=False),
    Model("lightgbm", mark("LightGBM"), mark("trees"), mark("80 small trees on binned features, each mending the last."),
          _lightgbm_boosting, scaled=False),
    Model("neural_network", mark("Neural network"), mark("network"), mark("16 hidden units, weights held small."),
          _neural_network),
)  # fmt: skip

CATALOGUE: dict[str, Model] = {model.name: model for model in _ENTRIES}
QUICK = (BASELINE, AVERAGE, "ridge", "support_vector", "extra_trees", "gradient_boosting")


def select(names: Iterable[str] | None = None, *, tracks: int = 0) -> tuple[Model, ...]:
    """The models of these names (all by default) that can handle `tracks` rows, in the catalogue's order.

    The baseline is always there: a figure without it means nothing. Raises `SettingsError` on an unknown name.
    """
    wanted = set(CATALOGUE if names is None else names) | {BASELINE}
    unknown = sorted(wanted - set(CATALOGUE))
    if unknown:
        raise SettingsError([
            say("I know no model called {names}. Known: {known}.", names=", ".join(unknown), known=", ".join(CATALOGUE))
        ])  # fmt: skip
    return tuple(model for model in _ENTRIES if model.name in wanted and tracks <= (model.max_tracks or tracks))
