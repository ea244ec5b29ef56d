"""Sampled Shapley values: unbiased, exactly additive, honest about their error, and fair to ties."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsRegressor
from sklearn.neural_network import MLPRegressor

from core.explain.sampled import neighbour_shap, network_shap
from tests.core.explain.brute_force import Predict, brute_force, random_list

Parts = tuple[Callable, object, np.ndarray, np.ndarray]


def network(features: np.ndarray, ratings: np.ndarray, layers: tuple = (7,), activation: str = "relu"):
    """A fitted network."""
    settings = {"solver": "lbfgs", "alpha": 1.0, "max_iter": 5000, "random_state": 0}
    return MLPRegressor(hidden_layer_sizes=layers, activation=activation, **settings).fit(features, ratings)


@cache
def fitted(kind: str, columns: int) -> object:
    """A model of 50 tracks, fitted once for all tests."""
    features, ratings = random_list(0, 60, columns)
    if kind == "neighbours":
        return KNeighborsRegressor(5, algorithm="brute").fit(features[:50], ratings[:50])
    return network(features[:50], ratings[:50])


def parts(kind: str, *, columns: int = 6, background: int = 7) -> Parts:
    """The function under test, a fitted model, four rows and a background."""
    features, _ = random_list(0, 60, columns)
    function = neighbour_shap if kind == "neighbours" else network_shap
    return function, fitted(kind, columns), features[50:54], features[:background]


KINDS = pytest.mark.parametrize("kind", ["neighbours", "network"])


@KINDS
def test_unbiased(kind: str) -> None:
    """The estimates lie within five standard errors of the definition, and the errors are small."""
    function, model, rows, background = parts(kind)
    values, error = function(model, rows, background, seed=1, permutations=3000)
    distance = np.abs(values - brute_force(model.predict, rows, background))
    assert (distance <= 5 * error + 1e-12).all()
    assert error.mean() < 0.05 * np.abs(values).mean()


@KINDS
@pytest.mark.parametrize("permutations", [1, 7, 8, 200])
def test_additive(kind: str, permutations: int) -> None:
    """However few the permutations, the values add up to the prediction exactly."""
    function, model, rows, background = parts(kind)
    values, error = function(model, rows, background, permutations=permutations)
    gap = model.predict(background).mean() + values.sum(axis=1) - model.predict(rows)
    assert np.abs(gap).max() < 1e-12
    assert np.isfinite(error).all()


@KINDS
def test_antithetic(kind: str) -> None:
    """With two features an order and its reverse are all orders, so that one round is exact."""
    function, model, rows, background = parts(kind, columns=2)
    values, error = function(model, rows, background, permutations=14)
    np.testing.assert_allclose(values, brute_force(model.predict, rows, background), atol=1e-12)
    assert error.max() < 1e-7


@KINDS
def test_honest_error(kind: str) -> None:
    """The standard error is the spread of the estimates over seeds; with a single round it is no less."""
    function, model, rows, background = parts(kind)
    for rounds, upper in ((4, 1.3), (1, np.inf)):
        runs = [function(model, rows, background, seed=seed, permutations=7 * rounds) for seed in range(40)]
        spread = np.std([values for values, _ in runs], axis=0, ddof=1)
        claimed = np.sqrt(np.mean([error**2 for _, error in runs], axis=0))
        assert 0.75 < np.median(claimed / spread) < upper


@KINDS
def test_repeats_and_ignores_company(kind: str) -> None:
    """A row's values depend on the seed, not on the rows beside it, and not on the call."""
    function, model, rows, background = parts(kind)
    together, _ = function(model, rows, background, seed=3)
    again, _ = function(model, rows, background, seed=3)
    alone, _ = function(model, rows[2:3], background, seed=3)
    other, _ = function(model, rows, background, seed=4)
    np.testing.assert_array_equal(together, again)
    np.testing.assert_allclose(together[2:3], alone, atol=1e-12)
    assert np.abs(together - other).max() > 1e-6


@KINDS
def test_constant_column(kind: str) -> None:
    """A column in which row and background agree gets exactly 0, without error."""
    function, model, rows, background = parts(kind)
    rows[:, 3] = background[:, 3] = 0.25
    values, error = function(model, rows, background)
    assert (values[:, 3] == 0.0).all()
    assert (error[:, 3] == 0.0).all()


@KINDS
def test_one_background_row(kind: str) -> None:
    """One background row is enough, and a row that equals it has nothing to explain."""
    function, model, rows, background = parts(kind)
    values, error = function(model, np.vstack([rows, background[:1]]), background[:1], permutations=1)
    assert np.isfinite(error).all()
    np.testing.assert_allclose(values[-1], 0.0, atol=1e-15)


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("layers", [(4,), (4, 3, 2)])
def test_networks(activation: str, layers: tuple[int, ...]) -> None:
    """Any hidden layers and any activation are explained; a linear network exactly."""
    features, ratings = random_list(2, 60, 4)
    model = network(features[:50], ratings[:50], layers=layers, activation=activation)
    rows, background = features[50:53], features[:40]
    values, error = network_shap(model, rows, background, permutations=400)
    expected = brute_force(model.predict, rows, background)
    assert (np.abs(values - expected) <= 5 * error + 1e-10).all()
    if activation == "identity":
        np.testing.assert_allclose(values, expected, atol=1e-10)


def fair_prediction(features: np.ndarray, ratings: np.ndarray, count: int) -> Predict:
    """Nearest neighbours in which training rows at the same distance share the places that are left."""

    def predict(rows: np.ndarray) -> np.ndarray:
        distances = ((rows[:, None] - features) ** 2).sum(axis=2).round(9)
        limit = np.sort(distances, axis=1)[:, count - 1 : count]
        nearer, equal = distances < limit, distances == limit
        share = (count - nearer.sum(axis=1)) / equal.sum(axis=1)
        return (nearer @ ratings + share * (equal @ ratings)) / count

    return predict


@pytest.mark.parametrize("grid", [False, True])
def test_ties(grid: bool) -> None:
    """Copies with other ratings, or features of whole numbers: places are shared, and the sum stays exact."""
    draw = np.random.default_rng(5)
    copied = draw.normal(size=(50, 5))[np.arange(90) % 50]
    features = draw.integers(0, 3, (90, 5)).astype(float) if grid else copied
    ratings = draw.integers(1, 11, 90).astype(float)
    model = KNeighborsRegressor(5, algorithm="brute").fit(features, ratings)
    values, _ = neighbour_shap(model, features, features[:40])
    gap = model.predict(features[:40]).mean() + values.sum(axis=1) - model.predict(features)
    assert np.abs(gap).max() < 1e-12

    fair = fair_prediction(features, ratings, 5)
    tracks = features if grid else np.vstack([features, features + 0.1])
    lucky = np.abs(model.predict(tracks) - fair(tracks)) > 1e-9  # scikit-learn's choice among equals
    assert 0.2 < lucky.mean() < 0.95
    even = tracks[~lucky]
    rows, background = even[-4:], even[:12]
    values, error = neighbour_shap(model, rows, background, permutations=3000)
    assert (np.abs(values - brute_force(fair, rows, background)) <= 5 * error + 1e-12).all()


def test_all_neighbours_and_one() -> None:
    """Taking every training row explains nothing, taking one is explained as well."""
    features, ratings = random_list(6, 30, 4)
    for count in (1, 30):
        model = KNeighborsRegressor(count, algorithm="brute").fit(features, ratings)
        values, _ = neighbour_shap(model, features[:5] + 0.1, features)
        gap = ratings.mean() if count == 30 else model.predict(features).mean()
        np.testing.assert_allclose(gap + values.sum(axis=1), model.predict(features[:5] + 0.1), atol=1e-12)
        assert (np.abs(values).max() < 1e-12) == (count == 30)


@pytest.mark.parametrize("settings", [{"weights": "distance"}, {"p": 1}, {"metric": "chebyshev"}])
def test_refused_neighbours(settings: dict) -> None:
    """Other weights and distances are refused, for the incremental update is not theirs."""
    features, ratings = random_list(7, 30, 3)
    model = KNeighborsRegressor(3, **settings).fit(features, ratings)
    with pytest.raises(TypeError, match="uniform"):
        neighbour_shap(model, features, features)


def test_refused_outputs() -> None:
    """Models of two ratings at once are refused."""
    features, ratings = random_list(8, 30, 3)
    both = np.column_stack([ratings, -ratings])
    with pytest.raises(TypeError, match="one rating"):
        neighbour_shap(KNeighborsRegressor(3).fit(features, both), features, features)
    with pytest.raises(TypeError, match="one untransformed"):
        network_shap(network(features, both), features, features)
