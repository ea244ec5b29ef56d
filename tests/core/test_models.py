"""The catalogue."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from core.errors import SettingsError
from core.evaluate import fit
from core.models import AVERAGE, AVERAGED, BASELINE, CATALOGUE, QUICK, select

NAMES = list(CATALOGUE)
DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(80, 6))
Y = np.clip(np.round(5.5 + X[:, 0] - X[:, 1] + DRAW.normal(size=80)), 1, 10)


def test_there_are_many_of_different_families() -> None:
    """A baseline and at least eleven regressors of at least five families."""
    assert len(CATALOGUE) >= 12
    assert len({model.family for model in CATALOGUE.values()} - {"baseline", "average"}) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_an_unfitted_pipeline(name: str) -> None:
    """Nothing is learned before the fold, and no two calls share an object."""
    pipeline = CATALOGUE[name].pipeline()
    learned = [name for _, step in pipeline.steps for name in vars(step) if name.endswith("_") and name[0] != "_"]
    assert learned == []  # scikit-learn's mark of what was fitted
    assert pipeline[-1] is not CATALOGUE[name].pipeline()[-1]
    clone(pipeline)


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_fits_with_missing_and_empty_columns(name: str) -> None:
    """Missing values, an empty and a constant column give finite predictions."""
    x = X.copy()
    x[::7, 2], x[:, 4], x[:, 5] = np.nan, np.nan, 3.0
    assert np.isfinite(fit(CATALOGUE[name].pipeline(), x[:60], Y[:60]).predict(x[60:])).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_model(name: str) -> None:
    """Two fits predict alike to the last digit."""
    one, two = (fit(CATALOGUE[name].pipeline(seed=3), X, Y).predict(X) for _ in range(2))
    assert np.array_equal(one, two)


@pytest.mark.parametrize("name", NAMES)
def test_the_scale_of_the_rating_changes_nothing(name: str) -> None:
    """Ratings of 0 to 100 give the predictions of 0 to 10, times ten."""
    one = fit(CATALOGUE[name].pipeline(), X[:60], Y[:60]).predict(X[60:])
    ten = fit(CATALOGUE[name].pipeline(), X[:60], 10 * Y[:60]).predict(X[60:])
    # LightGBM keeps its sums in 32 bits, so that a split between two equal gains may fall otherwise
    assert np.abs(ten / 10 - one).max() < (
        0.35 if "lightgbm" in name or name in {"random_forest", "extra_trees", "average"} else 2e-3
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name != BASELINE])
def test_every_model_finds_a_strong_effect(name: str) -> None:
    """With two strong features, each beats the mean on new tracks by far."""
    draw = np.random.default_rng(1)
    x = draw.normal(size=(300, 6))
    y = 5.5 + x[:, 0] - x[:, 1] + 0.3 * draw.normal(size=300)
    predicted = fit(CATALOGUE[name].pipeline(), x[:200], y[:200]).predict(x[200:])
    assert 1 - ((y[200:] - predicted) ** 2).sum() / ((y[200:] - y[:200].mean()) ** 2).sum() > 0.4


def test_the_average_is_the_mean_of_its_members() -> None:
    """Equal weights, fixed members."""
    members = [fit(CATALOGUE[name].pipeline(), X, Y).predict(X) for name in AVERAGED]
    assert np.allclose(fit(CATALOGUE["average"].pipeline(), X, Y).predict(X), np.mean(members, axis=0))


def test_selecting_keeps_the_baseline_and_the_order() -> None:
    """The baseline is always there; an unknown name is told with the known ones; large lists lose slow models."""
    assert [model.name for model in select(["ridge"])] == [BASELINE, "ridge"]
    assert [model.name for model in select(QUICK)] == [name for name in NAMES if name in QUICK]
    with pytest.raises(SettingsError, match=r"no model called forest.*random_forest"):
        select(["forest"])
    assert "gaussian_process" not in {model.name for model in select(tracks=10_000)}


def test_a_list_of_any_size_has_the_average_and_all_its_members() -> None:
    """Without it the best of many would speak for all, and be flattered; what costs by the square learns from a part."""
    assert {AVERAGE, *AVERAGED} <= {model.name for model in select(tracks=1_000_000)}
    assert CATALOGUE["support_vector"].learns_from == CATALOGUE["support_vector"].pipeline()[-1].regressor.most
