"""What does a model make of more of one feature?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dataset import Dataset
from core.explain.doubt import USUAL, refit
from core.explain.out_of_fold import explain
from core.explain.shape import PIECES, Shape, accumulated, edges
from tests.conftest import dataset, table

DRAW = np.random.default_rng(1)
X = DRAW.normal(size=(300, 3))
X[:, 1] = 0.9 * X[:, 0] + 0.3 * X[:, 1]  # goes along with the first


def curve(predict: object, column: int, x: np.ndarray = X) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the pieces, and the curve."""
    ends = edges(x[:, column])
    return ends, accumulated(predict, x, [column], [ends])[0]


@pytest.mark.parametrize("column", [0, 1, 2])
def test_of_a_weighted_sum_the_curve_is_the_weight(column: int) -> None:
    """A linear model's curves are straight lines with its weights as slopes."""
    weights = np.array([2.0, -1.0, 0.5])
    ends, found = curve(lambda x: x @ weights, column)
    assert np.diff(found) == pytest.approx(weights[column] * np.diff(ends), abs=1e-12)


def test_of_added_curves_each_is_found_whatever_goes_along() -> None:
    """An additive model's curve is its part but for a constant, though another feature correlates by 0.95."""
    ends, found = curve(lambda x: np.sin(x[:, 0]) + x[:, 1] ** 2, 0)
    assert found - found[0] == pytest.approx(np.sin(ends) - np.sin(ends[0]), abs=1e-12)


def test_what_the_model_ignores_is_flat() -> None:
    """A feature that the model does not use has the curve 0, however much it goes along with one that it uses."""
    _, found = curve(lambda x: 5 * x[:, 0], 1)
    assert not found.any()


def test_no_track_is_moved_further_than_its_piece() -> None:
    """The model is asked about values at the ends of a track's own piece alone, all else as it is."""
    asked: list[np.ndarray] = []
    ends = edges(X[:, 0])
    accumulated(lambda x: asked.append(x) or np.zeros(len(x)), X, [0], [ends])
    lower, upper = np.split(asked[0], 2)
    inside = (X[:, 0] >= ends[0]) & (X[:, 0] <= ends[-1])
    assert np.array_equal(lower[:, 1:], X[inside, 1:])
    assert np.array_equal(upper[:, 1:], X[inside, 1:])
    assert np.all((lower[:, 0] <= X[inside, 0]) & (X[inside, 0] <= upper[:, 0]))
    assert np.all(np.searchsorted(ends, upper[:, 0]) - np.searchsorted(ends, lower[:, 0]) == 1)


def test_nothing_is_said_outside_the_middle() -> None:
    """The ends lie at the 5 and the 95 % quantile, in 8 pieces of equally many tracks."""
    ends = edges(X[:, 0])
    assert np.mean(X[:, 0] < ends[0]) == pytest.approx(0.05, abs=0.01)
    assert np.mean(X[:, 0] > ends[-1]) == pytest.approx(0.05, abs=0.01)
    counts = np.histogram(X[:, 0], ends)[0]
    assert len(counts) == PIECES
    assert np.ptp(counts) <= 2


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, float("nan")]), min_size=1, max_size=60))
def test_every_piece_of_any_list_holds_a_track(values: list[float]) -> None:
    """Ties, gaps and two-valued features leave no empty piece, and the curve's mean over the tracks is 0."""
    x = np.array(values)[:, None]
    ends = edges(x[:, 0])
    if len(ends) < 2:
        inner = x[~np.isnan(x)]
        assert len(inner) == 0 or np.mean(inner == np.quantile(inner, 0.5, method="inverted_cdf")) >= 0.85
        return
    found = accumulated(lambda rows: rows[:, 0], x, [0], [ends])[0]
    assert np.diff(found) == pytest.approx(np.diff(ends))


def test_its_mean_over_the_tracks_is_nothing() -> None:
    """Each track counts as the middle of its piece: (lower end, upper end], the lowest end with the first."""
    ends, found = curve(lambda x: 3 * x[:, 0] + 40, 0)
    inside = X[(X[:, 0] >= ends[0]) & (X[:, 0] <= ends[-1]), 0]
    counts = np.histogram(-inside, -ends[::-1])[0][::-1]
    assert np.sum(counts * (found[:-1] + found[1:]) / 2) == pytest.approx(0, abs=1e-9)


def test_several_features_are_asked_at_once() -> None:
    """One call of the model answers for all features, as if each were asked alone."""
    calls = []

    def predict(x: np.ndarray) -> np.ndarray:
        calls.append(len(x))
        return np.sin(x[:, 0]) * x[:, 2]

    ends = [edges(X[:, column]) for column in range(3)]
    together = accumulated(predict, X, [0, 1, 2], ends)
    assert len(calls) == 1
    for column in range(3):
        assert np.array_equal(together[column], accumulated(predict, X, [column], [ends[column]])[0])
    assert accumulated(predict, X, [], []) == []


def test_the_range_lies_around_the_curve_and_no_wider_than_the_refits() -> None:
    """Drawn lists whose curves are twice as high have their spread halved around the curve."""
    line = np.linspace(-1, 1, 5)
    spread = np.linspace(0.5, 1.5, 101)[:, None]
    shape = Shape("tempo", np.arange(5.0), np.tile(line, (10, 1)), 2 * line * spread)
    assert shape.middle == pytest.approx(line)
    assert np.all((shape.low <= line + 1e-12) & (line <= shape.high + 1e-12))
    assert shape.rise == pytest.approx((2 * 0.525, 2, 2 * 1.475))
    assert shape.high[-1] - shape.low[-1] == pytest.approx(0.95)


def test_refits_give_the_planted_direction(taste: Dataset) -> None:
    """Of the simulated listener energy raises and tempo's middle 90 % is spanned; the most used feature comes first."""
    single = explain(taste, "ridge", workers=1)
    found = refit(taste, single, workers=1).shapes
    assert [shape.feature for shape in found] == [
        name for name in single.importance["feature"].head(20) if name in {shape.feature for shape in found}
    ]
    of = {shape.feature: shape for shape in found}
    for name in found[0].feature, found[1].feature:
        low, middle, high = of[name].rise
        assert low <= middle <= high
        assert low > 0 or high < 0
    assert found[0].drawn.shape == (USUAL.draws, len(found[0].edges))
    own = taste.features[found[0].feature]
    assert own.quantile(0.02) <= found[0].edges[0] < found[0].edges[-1] <= own.quantile(0.98)  # of a random 200


def test_what_is_the_same_for_nearly_all_has_no_curve() -> None:
    """A constant feature, and one that differs on one track in thirty, are left out; gaps are not asked about."""
    frame = table(60)
    frame["liveness"] = [0.9, 0.9, *[0.1] * 58]
    frame["speechiness"] = 0.5
    frame.loc[::3, "tempo"] = np.nan
    data = dataset(frame)
    found = refit(data, explain(data, "gradient_boosting", workers=1), workers=1).shapes
    names = {shape.feature for shape in found}
    assert "tempo" in names
    assert not names & {"liveness", "speechiness"}
    assert all(np.isfinite([*shape.low, *shape.middle, *shape.high]).all() for shape in found)
