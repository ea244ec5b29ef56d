"""Every model of the catalogue, explained through its whole pipeline, in rating points."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import VotingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
from sklearn.impute import SimpleImputer
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LinearRegression, PoissonRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, SplineTransformer, StandardScaler
from sklearn.svm import SVR

from core.evaluate import fit
from core.explain.contributions import BY_SHAP, Contributions, contributions
from core.models import CATALOGUE
from tests.core.explain.brute_force import brute_force, random_list

BACH = Path(__file__).resolve().parents[3] / "../shared/data/bach"
BACH_NUMBERS = [
    "duration_ms", "energy", "danceability", "loudness", "valence", "tempo", "time_signature",
    "key_change_percentage", "mode_avg",
]  # fmt: skip
SAMPLED = {"nearest_neighbours", "neural_network"}
MODELS = pytest.mark.parametrize("name", CATALOGUE)


def fitted(name: str, features: np.ndarray, ratings: np.ndarray) -> Pipeline:
    """The catalogue's model of that name, fitted."""
    return CATALOGUE[name].pipeline(seed=0).fit(features, ratings)


def gap(found: Contributions, pipeline: Pipeline, rows: np.ndarray) -> float:
    """How far base + values are from the predictions, in rating points."""
    return float(np.abs(found.base + found.values.sum(axis=1) - pipeline.predict(rows)).max())


@MODELS
def test_brute_force(name: str) -> None:
    """Played over the raw columns, missing values and all, the definition gives what the route gives."""
    features, ratings = random_list(0, 90, 5, missing=0.1)
    pipeline = fitted(name, features[:80], ratings[:80])
    rows, background = features[80:84], features[:9]
    found = contributions(pipeline, rows, background, permutations=3000)
    distance = np.abs(found.values - brute_force(pipeline.predict, rows, background))
    assert (distance <= (1e-9 if found.standard_error is None else 5 * found.standard_error + 1e-12)).all()
    assert (found.standard_error is not None) == (name in SAMPLED)
    assert found.base == pytest.approx(pipeline.predict(background).mean(), abs=1e-12)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000), tracks=st.integers(40, 80), columns=st.integers(1, 9), missing=st.sampled_from([0, 0.2]),
    decimals=st.sampled_from([0, 1, 6]), same=st.booleans(),
)  # fmt: skip
def test_exact_values_add_up_on_any_list(
    seed: int, tracks: int, columns: int, missing: float, decimals: int, same: bool
) -> None:
    """Coarse or fine, with gaps, ties and a column that is the same everywhere: within 1e-6 of the rating's unit."""
    features, ratings = random_list(seed, tracks, columns, missing=missing, decimals=decimals)
    features = np.column_stack([features, np.full(tracks, 0.5)]) if same else features
    for name in set(CATALOGUE) - SAMPLED:
        pipeline = fit(CATALOGUE[name].pipeline(), features[:-5], ratings[:-5])
        found = contributions(pipeline, features[-5:], features[:20])
        assert found.standard_error is None
        assert gap(found, pipeline, features[-5:]) < 1e-6
        assert not same or not found.values[:, -1].any()


@MODELS
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_additive(name: str, seed: int) -> None:
    """Base and values add up to the prediction, for held-out rows with missing values."""
    features, ratings = random_list(seed, 110, 4 + 5 * seed, missing=0.1, decimals=2)
    pipeline = fitted(name, features[:80], ratings[:80])
    found = contributions(pipeline, features[80:], features[:80], permutations=80)
    assert gap(found, pipeline, features[80:]) < 1e-9
    assert found.values.shape == features[80:].shape


@MODELS
def test_columns_without_information(name: str) -> None:
    """A constant column and an empty one get exactly 0."""
    features, ratings = random_list(4, 70, 5)
    features[:, 1], features[:, 3] = 0.1, np.nan
    pipeline = fitted(name, features[:50], ratings[:50])
    found = contributions(pipeline, features[50:], features[:50], permutations=100)
    assert (found.values[:, [1, 3]] == 0.0).all()
    assert (np.abs(found.values[:, 0]) > 0).any() == (name != "baseline")


@pytest.mark.parametrize(
    "name",
    [
        "ridge",
        "bayesian_ridge",
        "additive_splines",
        "nearest_neighbours",
        "support_vector",
        "gaussian_process",
    ],
)
def test_equal_columns(name: str) -> None:
    """A column that stands there twice shares equally, in the models that treat columns alike."""
    features, ratings = random_list(5, 70, 5)
    features[:, 4] = features[:, 0]
    pipeline = fitted(name, features[:60], ratings[:60])
    found = contributions(pipeline, features[60:], features[:20], permutations=4000)
    error = 0.0 if found.standard_error is None else np.hypot(*found.standard_error[:, [0, 4]].T)
    assert (np.abs(found.values[:, 0] - found.values[:, 4]) <= 5 * error + 1e-8).all()


@pytest.mark.parametrize(
    "name",
    ["baseline", "ridge", "elastic_net", "additive_splines", "nearest_neighbours", "support_vector",
     "gaussian_process", "gradient_boosting", "neural_network"],
)  # fmt: skip
def test_other_rating_scale(name: str) -> None:
    """Ratings times 10 plus 3 give values times 10 (LightGBM's 32-bit gradients may choose other splits)."""
    features, ratings = random_list(6, 90, 5)
    plain, scaled = (
        fitted(name, features[:70], ratings[:70]),
        fitted(name, features[:70], 10 * ratings[:70] + 3),
    )
    small, large = (contributions(pipeline, features[70:], features[:30]) for pipeline in (plain, scaled))
    tolerance = 1e-3 * np.abs(large.values).max()
    np.testing.assert_allclose(large.values, 10 * small.values, rtol=0, atol=tolerance)
    assert large.base == pytest.approx(10 * small.base + 3, rel=1e-4)
    if small.standard_error is not None:
        np.testing.assert_allclose(large.standard_error, 10 * small.standard_error, rtol=0, atol=tolerance)


def test_ridge_formula() -> None:
    """A linear model's value is its weight times the distance from the mean, as shap's explainer says too."""
    import shap

    features, ratings = random_list(7, 80, 6)
    pipeline = fitted("ridge", features, ratings)
    found = contributions(pipeline, features[:5], features)
    weights = pipeline[-1].coef_ / pipeline["scale"].scale_
    np.testing.assert_allclose(found.values, weights * (features[:5] - features.mean(axis=0)), atol=1e-12)
    masker = shap.maskers.Independent(pipeline[:-1].transform(features), max_samples=len(features))
    oracle = shap.LinearExplainer(pipeline[-1], masker).shap_values(pipeline[:-1].transform(features[:5]))
    np.testing.assert_allclose(found.values, oracle, atol=1e-10)


@pytest.mark.parametrize("weights", [None, [1.0, 3.0]])
def test_mean_of_members(weights: list[float] | None) -> None:
    """An average's values are those of its members; their standard errors combine in quadrature."""
    features, ratings = random_list(8, 70, 5)
    pair = [(name, CATALOGUE[name].pipeline()) for name in ("nearest_neighbours", "ridge")]
    pipeline = make_pipeline(SimpleImputer(), VotingRegressor(pair, weights=weights)).fit(features, ratings)
    rows, background = features[:4] + 0.1, features[:20]
    found = contributions(pipeline, rows, background, permutations=4000)
    members = pipeline[-1].estimators_
    near, ridge = (contributions(member, rows, background, permutations=4000) for member in members)
    share = 0.5 if weights is None else 0.25
    distance = np.abs(found.values - share * near.values - (1 - share) * ridge.values)
    assert (distance <= 7 * share * near.standard_error).all()
    np.testing.assert_allclose(found.standard_error, share * near.standard_error, rtol=0.2)
    assert (found.route, near.route, ridge.route) == ("mean of members", "permutations", "closed form")
    assert gap(found, pipeline, rows) < 1e-12


LONG = RBF([1.0, 2.0, 3.0, 4.0]) * ConstantKernel(2.0)


@pytest.mark.parametrize("kernel", [RBF(2.0), LONG, WhiteKernel(0.5) + ConstantKernel(2.0) * RBF(3.0)])
def test_gaussian_kernels(kernel) -> None:
    """An RBF kernel is recognised in every order of its parts, with one length scale or one per column."""
    features, ratings = random_list(9, 60, 4)
    for normalize in (False, True):
        model = GaussianProcessRegressor(kernel, alpha=0.1, normalize_y=normalize, optimizer=None)
        pipeline = make_pipeline(StandardScaler(), model).fit(features, ratings)
        found = contributions(pipeline, features[:3], features[:8])
        expected = brute_force(pipeline.predict, features[:3], features[:8])
        np.testing.assert_allclose(found.values, expected, atol=1e-9)


@pytest.mark.parametrize(
    "steps",
    [
        (KernelRidge(),),
        (PCA(2), LinearRegression()),
        (QuantileTransformer(n_quantiles=9), LinearRegression()),
        (SplineTransformer(), SVR()),
        (SVR(kernel="sigmoid"),),
        (GaussianProcessRegressor(Matern(), optimizer=None),),
        (GaussianProcessRegressor(RBF() + RBF(2.0), optimizer=None),),
        (TransformedTargetRegressor(SVR(), func=np.log, inverse_func=np.exp),),
        (StandardScaler(), PoissonRegressor()),
    ],
    ids=lambda steps: "-".join(type(step).__name__ for step in steps),
)
def test_other_models_are_sampled_by_shap(steps: tuple) -> None:
    """What has no exact route, or would not add up, is asked through `predict` alone: additive and near the truth."""
    features, ratings = random_list(10, 60, 4)
    pipeline = make_pipeline(*steps).fit(features, ratings)
    found = contributions(pipeline, features[:5], features[:20])
    assert found.route == BY_SHAP
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), pipeline.predict(features[:5]), atol=1e-9)
    expected = brute_force(pipeline.predict, features[:5], features[:20])
    assert found.standard_error is not None
    assert np.all(np.abs(found.values - expected) <= 5 * found.standard_error + 1e-9)


def test_tables_that_do_not_fit() -> None:
    """Tables of other widths, and empty ones, are refused."""
    features, ratings = random_list(12, 60, 4)
    pipeline = fitted("ridge", features, ratings)
    with pytest.raises(ValueError, match="same columns"):
        contributions(pipeline, features, features[:, :3])
    for count in (0, 60):  # no rows, then no background
        with pytest.raises(ValueError, match="at least one row"):
            contributions(pipeline, features[:count], features[count:])


def test_missing_where_the_model_sees_it() -> None:
    """A missing value that no step imputes is refused, though trees take it; an added column leaves the exact routes."""
    features, ratings = random_list(13, 60, 4, missing=0.2)
    pipeline = Pipeline([("regress", CATALOGUE["lightgbm"].build(0))]).fit(features, ratings)
    with pytest.raises(ValueError, match="missing"):
        contributions(pipeline, features, features)
    pipeline = make_pipeline(SimpleImputer(add_indicator=True), LinearRegression()).fit(features, ratings)
    assert contributions(pipeline, features[:3], features[:10]).route == BY_SHAP


@MODELS
@pytest.mark.filterwarnings("ignore:The optimal value found")  # of the noise, when there is nothing to fit
def test_equal_ratings(name: str) -> None:
    """A list rated the same throughout leaves nothing to explain."""
    features, _ = random_list(14, 60, 4)
    pipeline = fitted(name, features, np.full(60, 7.0))
    found = contributions(pipeline, features[:5], features, permutations=60)
    assert np.abs(found.values).max() < 1e-4


def bach() -> tuple[np.ndarray, np.ndarray]:
    """The 33 columns of the Bach list on the float32 grid, as the app reads them, and its ratings."""
    if not BACH.is_dir():
        pytest.skip("the Bach list is not beside the project (../shared/data/bach)")
    table = pd.read_csv(BACH / "features.csv")
    lists = [np.array([json.loads(cell) for cell in table[name]]) for name in ("pitch_avg", "timbre_avg")]
    features = np.column_stack([table[BACH_NUMBERS].to_numpy(float), *lists])
    ratings = pd.read_csv(BACH / "ratings.csv")["rating"].to_numpy(float)
    return features.astype(np.float32).astype(np.float64), ratings


@MODELS
def test_bach(name: str) -> None:
    """On a real list, tracks that the model has not seen are explained to the last digit."""
    features, ratings = bach()
    order = np.random.default_rng(0).permutation(len(ratings))
    train, test = features[order[:80]], features[order[80:]]
    pipeline = fitted(name, train, ratings[order[:80]])
    found = contributions(pipeline, test, train)
    assert gap(found, pipeline, test) < 1e-9
    assert found.standard_error is None or found.standard_error.mean() < 0.25 * np.abs(found.values).mean()
