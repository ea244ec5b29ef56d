"""One feature over the rating's steps."""

from __future__ import annotations

import numpy as np

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
