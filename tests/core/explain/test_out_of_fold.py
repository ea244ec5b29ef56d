"""SHAP values of tracks that the models had not seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation, evaluate
from core.explain import out_of_fold
from core.explain.out_of_fold import evaluate_and_explain, explain, explain_several
from core.folds import make_folds
from core.models import BASELINE, CATALOGUE
from tests.conftest import dataset, table


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_values_add_up_to_the_prediction(name: str, bach: Dataset, bach_evaluation: Evaluation) -> None:
    """Base plus values is the prediction of the comparison, for every track of Bach, to 1e-9 rating points."""
    found = explain(bach, name)
    total = found.base + found.values.sum(axis=1)
    assert np.abs(total - found.prediction).max() < 1e-9
    assert np.abs(found.prediction - bach_evaluation.mean_prediction(name)).max() < 1e-9
    assert found.gap < 1e-9


def test_the_baseline_has_no_parts(taste: Dataset) -> None:
    """A constant predictor explains nothing."""
    assert not explain(taste, BASELINE, workers=1).values.any()


def test_ridge_out_of_fold_is_its_closed_form(taste: Dataset) -> None:
    """Each value is coefficient x (value - mean of the training rows), of the fold that held the track out."""
    found = explain(taste, "ridge", workers=1)
    expected = np.zeros_like(found.values)
    background = out_of_fold.MAX_BACKGROUND
    for fold in make_folds(taste):
        pipeline = CATALOGUE["ridge"].pipeline().fit(taste.x[fold.train], taste.rating[fold.train])
        draw = np.random.default_rng([0, fold.repeat, fold.number])
        rows = np.sort(draw.choice(fold.train, background, replace=False))
        slope = pipeline["regress"].coef_ / pipeline["scale"].scale_
        expected[fold.test] += slope * (taste.x[fold.test] - taste.x[rows].mean(axis=0)) / found.rounds
    assert np.abs(found.values - expected).max() < 1e-9


def test_the_planted_causes_lead(taste: Dataset) -> None:
    """The three features behind the ratings are the three that ridge uses most, with the planted signs."""
    found = explain(taste, "ridge", workers=1)
    assert set(found.importance["feature"].head(3)) == {"acousticness", "valence", "tempo"}
    for name, sign in (("acousticness", 1), ("valence", -1), ("tempo", -1)):
        values = found.values[:, found.features.index(name)]
        assert np.sign(np.corrcoef(values, taste.features[name])[0, 1]) == sign


def test_sampled_routes_give_their_error(taste: Dataset) -> None:
    """Neighbours are sampled and say how far off; ridge is exact."""
    small = dataset(table(60))
    assert explain(small, "ridge", workers=1).standard_error is None
    error = explain(small, "nearest_neighbours", workers=1).standard_error
    assert error is not None
    assert 0 < np.median(error) < 0.2


def test_large_lists_are_sampled_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit a random sample is explained, the same one for the same seed, never the first rows."""
    monkeypatch.setattr(out_of_fold, "MAX_EXPLAINED", 30)
    data = dataset(table(120))
    one, two = (explain(data, "ridge", workers=1) for _ in range(2))
    assert len(one.rows) == 30
    assert np.array_equal(one.rows, two.rows)
    assert one.rows.max() > 60
    assert np.abs(one.base + one.values.sum(axis=1) - one.prediction).max() < 1e-9


def test_one_track_alone_is_explained_as_among_all(taste: Dataset) -> None:
    """Asked for one row, the values are those of the whole list."""
    whole, alone = explain(taste, "lightgbm", workers=1), explain(taste, "lightgbm", row=123, workers=1)
    assert alone.rows.tolist() == [123]
    assert np.allclose(alone.values[0], whole.values[123], atol=1e-12)


def test_bars_have_an_order(taste: Dataset) -> None:
    """Importance is the mean absolute value of the rounds, largest first."""
    found = explain(taste, "lightgbm", workers=1)
    rows = found.importance
    assert rows["importance"].is_monotonic_decreasing
    top = found.features.index(rows["feature"].iloc[0])
    assert rows["importance"].iloc[0] == pytest.approx(np.abs(found.by_round[:, :, top]).mean(), rel=1e-6)


def test_a_track_can_be_taken_away(taste: Dataset) -> None:
    """The download of one track sums to its prediction; that of all has one row per track and feature."""
    found = explain(taste, "ridge", workers=1)
    parts = found.track_frame(7).set_index("part")["rating_points"]
    assert parts.drop("prediction").sum() == pytest.approx(parts["prediction"])
    assert len(found.frame(taste.titles)) == 300 * 14


def test_one_run_compares_and_explains() -> None:
    """The same figures as comparing and explaining one after the other, by one process and by two."""
    data = dataset(table(60))
    names = ["ridge", "nearest_neighbours", "gradient_boosting", "average"]
    apart = evaluate(data, models=names, workers=1)
    several = explain_several(data, names[:3], workers=1)
    for workers in (1, 2):
        found, explained = evaluate_and_explain(data, models=names, workers=workers)
        pd.testing.assert_frame_equal(
            found.leaderboard.drop(columns="seconds"), apart.leaderboard.drop(columns="seconds"), rtol=0, atol=1e-9
        )
        assert list(explained) == [name for name in found.models if name not in {"average", "baseline"}]
        for name, one in explained.items():
            np.testing.assert_allclose(one.values, several[name].values, rtol=0, atol=1e-9)
            np.testing.assert_allclose(one.by_round, several[name].by_round, rtol=0, atol=1e-6)
            np.testing.assert_allclose(one.prediction, found.mean_prediction(name), rtol=0, atol=1e-9)
