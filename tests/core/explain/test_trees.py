"""Tree Shapley values against their definition, and where shap's own float32 thresholds go wrong."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from lightgbm import LGBMRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from core.explain import trees
from core.explain.trees import Boxes, box_shap, is_tree_model, tree_shap
from tests.core.explain.brute_force import brute_force, random_list

QUIET = {"verbose": -1, "n_jobs": 1, "min_child_samples": 3, "random_state": 0}
FOREST = {"boosting_type": "rf", "subsample": 0.6, "subsample_freq": 1}
MODELS = {
    "one tree": DecisionTreeRegressor(random_state=0),
    "random forest": RandomForestRegressor(20, random_state=0),
    "extra trees": ExtraTreesRegressor(20, min_samples_leaf=3, random_state=0),
    "boosting": GradientBoostingRegressor(n_estimators=30, subsample=0.7, random_state=0),
    "boosting from zero": GradientBoostingRegressor(n_estimators=30, init="zero", random_state=0),
    "lightgbm": LGBMRegressor(n_estimators=30, num_leaves=8, **QUIET),
    "lightgbm forest": LGBMRegressor(n_estimators=30, **FOREST, **QUIET),
    "lightgbm extra": LGBMRegressor(n_estimators=30, extra_trees=True, **FOREST, **QUIET),
    "lightgbm dropping trees": LGBMRegressor(boosting_type="dart", n_estimators=30, **QUIET),
}

pytestmark = pytest.mark.filterwarnings("ignore:X does not have valid feature names")


@pytest.mark.parametrize("name", MODELS)
def test_brute_force(name: str) -> None:
    """The values of every kind of tree model are those of the definition, to rounding."""
    features, ratings = random_list(0, 90, 6)
    model = MODELS[name].fit(features[:80], ratings[:80])
    values = tree_shap(model, features[80:85], features[:9])
    np.testing.assert_allclose(values, brute_force(model.predict, features[80:85], features[:9]), atol=1e-10)
    assert np.abs(values).max() > 0.1


def test_ten_features() -> None:
    """The definition holds on ten features, with trees that ask about many of them on one path."""
    features, ratings = random_list(1, 120, 10)
    model = ExtraTreesRegressor(15, random_state=0).fit(features[:110], ratings[:110])
    values = tree_shap(model, features[110:112], features[:6])
    expected = brute_force(model.predict, features[110:112], features[:6])
    np.testing.assert_allclose(values, expected, atol=1e-10)


@pytest.mark.parametrize("name", ["boosting", "lightgbm", "lightgbm forest", "random forest"])
def test_two_decimals(name: str) -> None:
    """Held-out values on a split's midpoint, as numbers of two decimals are, go to the model's side."""
    features, ratings = random_list(2, 400, 6, decimals=1)
    model = MODELS[name].fit(features[:200].round(1), ratings[:200])
    halves = (features[200:] + 0.05).round(2)
    values = tree_shap(model, halves, features[:60])
    gap = model.predict(features[:60]).mean() + values.sum(axis=1) - model.predict(halves)
    assert np.abs(gap).max() < 1e-9


@pytest.mark.parametrize("name", ["boosting", "lightgbm"])
def test_shap_misses_them(name: str) -> None:
    """On the same kind of held-out values shap's explainer does not add up, and elsewhere it agrees."""
    import shap

    features, ratings = random_list(2, 400, 6, decimals=1)
    model = MODELS[name].fit(features[:200], ratings[:200])
    background, halves = features[:60] + 0.0123, (features[200:] + 0.05).round(2)
    elsewhere = features[200:] + 0.0123  # on no midpoint
    oracle = shap.TreeExplainer(
        model, shap.maskers.Independent(background, max_samples=60), feature_perturbation="interventional"
    )
    gap = oracle.expected_value + oracle.shap_values(halves, check_additivity=False).sum(axis=1)
    assert np.abs(gap - model.predict(halves)).max() > 0.01
    agreed = oracle.shap_values(elsewhere, check_additivity=False)
    np.testing.assert_allclose(tree_shap(model, elsewhere, background), agreed, atol=1e-5)


def test_one_box() -> None:
    """A box that one feature opens gives that feature all of its value."""
    low, high = np.array([0.0, 1.0]), np.array([1.0, np.inf])
    box = Boxes(np.array([6.0]), np.array([0, 2]), np.array([0, 2]), low, high)
    row, background = np.array([[1.0, 0.0, 2.0]]), np.array([[0.0, 5.0, 2.0], [0.5, 5.0, 1.0]])
    # against the first row feature 0 opens it (0 is outside, 1 inside), against the second feature 2 does
    np.testing.assert_array_equal(box_shap(box, row, background), [[3.0, 0.0, 3.0]])
    np.testing.assert_array_equal(box_shap(box, row, background[:1] - [0, 0, 2.0]), [[3.0, 0.0, 3.0]])


def test_constant_column() -> None:
    """A column that never changes gets exactly 0."""
    features, ratings = random_list(3, 80, 5)
    features[:, 2] = 0.3
    for model in MODELS.values():
        values = tree_shap(model.fit(features, ratings), features[:20], features[20:])
        assert (values[:, 2] == 0.0).all()


def test_equal_ratings() -> None:
    """Trees that found nothing to split explain everything by 0."""
    features, _ = random_list(4, 60, 4)
    for name in ("one tree", "boosting", "lightgbm", "lightgbm forest"):
        model = MODELS[name].fit(features, np.full(60, 7.0))
        np.testing.assert_array_equal(tree_shap(model, features[:3], features), np.zeros((3, 4)))


def test_known_models() -> None:
    """Trees are recognised, and nothing else is."""
    assert all(is_tree_model(model) for model in MODELS.values())
    assert not is_tree_model(DummyRegressor())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [({"linear_tree": True}, "linear models"), ({"categorical_feature": [3]}, "categories"),
     ({"zero_as_missing": True}, "0 as missing")],
)  # fmt: skip
def test_unusual_lightgbm(settings: dict, sentence: str) -> None:
    """LightGBM's linear leaves, categories and missing zeros are refused, not explained wrongly."""
    features, ratings = random_list(5, 90, 4)
    features[:, 3] = np.random.default_rng(0).integers(0, 4, 90)
    settings = dict(settings)
    fitting = {key: settings.pop(key) for key in ("categorical_feature",) if key in settings}
    model = LGBMRegressor(n_estimators=10, min_data_per_group=2, cat_smooth=1, **settings, **QUIET)
    model.fit(features, ratings + 3 * (features[:, 3] % 2), **fitting)
    with pytest.raises(TypeError, match=sentence):
        tree_shap(model, features, features)


def test_boosting_from_a_model() -> None:
    """Boosting that starts from another model is refused."""
    features, ratings = random_list(6, 60, 4)
    model = GradientBoostingRegressor(init=LinearRegression(), n_estimators=3).fit(features, ratings)
    with pytest.raises(TypeError, match="another model"):
        tree_shap(model, features, features)


def test_paths_too_wide() -> None:
    """A leaf that asks about more features than a pattern has bits is refused."""
    sides = np.arange(70)
    boxes = Boxes(np.ones(1), np.array([0, 70]), sides, np.full(70, -np.inf), np.zeros(70))
    with pytest.raises(ValueError, match="70 features"):
        box_shap(boxes, np.zeros((1, 70)), np.ones((1, 70)))


def test_a_model_that_is_fitted_again_is_explained_anew() -> None:
    """What is kept of a booster's trees belongs to that booster, and goes with it."""
    x, _ = random_list(3, 120, 3)
    model = LGBMRegressor(n_estimators=10, num_leaves=4, **QUIET)
    for target in (x[:, 0], x[:, 1]):
        model.fit(x, target)
        values = tree_shap(model, x[:5], x[:30])
        assert values.sum(axis=1) == pytest.approx(model.predict(x[:5]) - model.predict(x[:30]).mean())
        assert np.array_equal(values, tree_shap(model, x[:5], x[:30]))
    gone = weakref.ref(model.booster_)
    assert gone() in trees._KNOWN
    del model
    gc.collect()
    assert gone() is None
