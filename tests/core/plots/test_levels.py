"""One feature over the rating's steps."""

from __future__ import annotations

import numpy as np
import pytest

from core.plots import style
from core.plots.levels import over_rating
from tests.conftest import dataset, table


def test_every_track_is_a_dot_at_its_rating() -> None:
    """One box per step that is used, with all of its tracks, by their titles."""
    data = dataset(table(200, seed=2))
    made = over_rating(data, "energy", style.LIGHT)
    assert sum(len(box.y) for box in made.data) == 200
    assert list(made.layout.xaxis.ticktext) == [f"{value:g}" for value in np.unique(data.rating)]
    first = made.data[0]
    assert sorted(first.y) == sorted(data.features["energy"][data.rating == data.rating.min()])


def test_few_tracks_have_no_box() -> None:
    """Below five the lines of the box are not drawn; likes are two columns by name; a missing value is no dot."""
    frame = table(60, seed=1)
    frame["rating"] = [10] * 3 + [5] * 57
    made = over_rating(dataset(frame), "valence", style.LIGHT)
    assert [box.line.color == "rgba(0,0,0,0)" for box in made.data] == [False, True]
    frame["rating"] = np.arange(60) % 2
    frame.loc[0, "valence"] = np.nan
    made = over_rating(dataset(frame), "valence", style.LIGHT)
    assert list(made.layout.xaxis.ticktext) == ["not liked", "liked"]
    assert sum(len(box.y) for box in made.data) == 59


def test_the_boxes_of_a_large_list_are_those_of_all_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dots are a random part, whose size is said; the median is that of every track of the step."""
    monkeypatch.setattr(style, "MOST", 60)
    data = dataset(table(200, seed=2))
    made = over_rating(data, "energy", style.LIGHT)
    boxes, dots = ([trace for trace in made.data if trace.type == kind] for kind in ("box", "scatter"))
    assert sum(len(trace.y) for trace in dots) == 60
    assert [note.text for note in made.layout.annotations] == ["60 of 200 tracks, drawn at random"]
    for box in boxes:
        own = data.features["energy"][data.rating == np.unique(data.rating)[box.x[0]]]
        assert box.median[0] == np.median(own)
