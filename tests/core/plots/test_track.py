"""Charts of one track."""

from __future__ import annotations

import numpy as np
import pytest

from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import explain
from core.explain.track import prediction_interval, surprises
from core.plots import track as plots
from core.plots.style import LIGHT
from tests.conftest import dataset, table


def test_the_range_stands_below_the_expectation_on_the_same_axis(taste: Dataset, taste_evaluation: Evaluation) -> None:
    """A row of its own, inside the axis that all models share; without a range the chart is the plain one."""
    found = explain(taste, "ridge", rounds=1, workers=1)
    held = prediction_interval(taste_evaluation, taste, "ridge", 4)
    span = plots.span([found], [held], 4, taste, None)
    assert span[0] < held.low < held.high < span[1]
    made = plots.waterfall(found, 4, taste, LIGHT, interval=held, span=span)
    assert list(made.data[-1].x) == [held.low, held.high]
    assert made.layout.yaxis.categoryarray[0] == made.data[-1].y[0]
    plain = plots.waterfall(found, 4, taste, LIGHT)
    assert len(plain.data) == len(made.data) - 1


@pytest.mark.parametrize("likes", [False, True])
def test_the_furthest_are_named_and_escaped(likes: bool) -> None:
    """Ten labels a line apart, shortened; a title that would be HTML is text."""
    from core.evaluate import evaluate

    frame = table(60, track_name=[f"<b>{n}</b> " + "x" * 60 for n in range(60)])
    data = dataset(frame.assign(rating=frame["rating"] % 2) if likes else frame)
    found = evaluate(data, models=["ridge"], repeats=1, workers=1)
    made = plots.surprises(found, "ridge", data, surprises(data, found, "ridge"), LIGHT, chosen=0)
    labels = [note for note in made.layout.annotations if note.text and "&lt;b&gt;" in note.text]
    assert len(labels) == 10
    assert all("<b>" not in note.text and "…" in note.text for note in labels)


def test_labels_move_as_little_as_it_takes() -> None:
    """Far ones stay where they are, near ones part evenly, and order is kept."""
    assert plots._apart(np.array([20.0, 100.0])).tolist() == [20.0, 100.0]
    near = plots._apart(np.array([50.0, 50.0, 200.0]))
    assert near[1] - near[0] == pytest.approx(19)
    assert near[:2].mean() == pytest.approx(50)
    assert (np.diff(plots._apart(np.full(10, 3.0))) >= 18.999).all()
