"""Charts of several listeners and of groups draw what the tables say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.between import between
from core.listeners import Listeners, meet, side_by_side
from core.plots import style
from core.plots.listeners import groups, severity, tastes
from core.plots.listeners import side_by_side as drawn
from core.plots.ranges import ranges
from tests.core.test_between import grouped
from tests.core.test_listeners import lists


@pytest.fixture(scope="module")
def two() -> Listeners:
    """Two people, one of them stricter."""
    found = meet(lists(2, stricter=1.5))
    assert found is not None
    return found


def test_a_listener_is_a_dot_with_its_range(two: Listeners) -> None:
    """The claimed in the colour of their direction, all ranges inside the axis."""
    made = severity(two, style.LIGHT)
    dots = [trace for trace in made.data if trace.mode == "markers"]
    assert [dot.x[0] for dot in dots] == list(two.severity["effect"])
    assert [dot.marker.color for dot in dots] == [style.LIGHT.lowers, style.LIGHT.raises]
    low, high = made.layout.xaxis.range
    assert low < two.severity["low"].min()
    assert high > two.severity["high"].max()


def test_ratings_of_two_stay_nearly_where_they_are(two: Listeners) -> None:
    """Dots are moved apart by less than a fifth of a step; the hover text has the ratings themselves."""
    dots = tastes(two, style.LIGHT).data[0]
    assert np.abs(np.asarray(dots.x) - two.ratings[:, 0]).max() < 0.2
    assert [row[1] for row in dots.customdata] == list(two.ratings[:, 0])


def test_tastes_of_three_are_a_symmetric_matrix() -> None:
    """Each pair twice, and nothing beside oneself."""
    found = meet(lists(3))
    assert found is not None
    matrix = np.array(tastes(found, style.LIGHT).data[0].z, dtype=float)
    assert np.isnan(np.diag(matrix)).all()
    np.testing.assert_array_equal(matrix, matrix.T)
    assert matrix[0, 1] == found.tastes["spearman"][0]


def test_two_listeners_effects_stand_side_by_side() -> None:
    """A full dot for one, a hollow one for the other; grey where the two do not differ beyond luck."""
    people = lists(2)
    frame = side_by_side(people["P0"], people["P1"]).assign(q=[0.01] + [0.5] * 2)
    made = drawn(frame, "P0", "P1", style.LIGHT)
    one, other = (trace for trace in made.data if trace.mode == "markers")
    assert list(one.x) == list(frame["one"])
    assert list(other.x) == list(frame["other"])
    assert one.marker.color[0] == style.LIGHT.accent
    assert other.marker.color[0] == style.LIGHT.paper
    assert list(one.marker.line.color) == [style.LIGHT.accent] + [style.LIGHT.noise] * 2


def test_of_many_groups_the_ends_are_drawn() -> None:
    """Six genres in order; what holds the mean of all is grey."""
    found = between(grouped(1.0, tracks=300), "rating", "genre")
    dots = [trace for trace in groups(found, style.LIGHT).data if trace.mode == "markers"]
    assert [dot.y[0].rstrip(chr(0x200B)) for dot in dots] == list(found.groups["label"])
    assert dots[0].marker.color == style.LIGHT.raises
    assert dots[-1].marker.color == style.LIGHT.lowers


def test_names_that_read_alike_stay_lines_of_their_own() -> None:
    """Two long names with one beginning, and a name that is a tag."""
    rows = pd.DataFrame({
        "label": ["x" * 60 + "1", "x" * 60 + "2", "<b>"], "value": 1.0, "low": 0.5, "high": 1.5, "tracks": 5,
    })  # fmt: skip
    made = ranges(rows, ["#000000"] * 3, style.LIGHT, x="")
    names = [trace.y[0] for trace in made.data if trace.mode == "markers"]
    assert len(set(names)) == 3
    assert names[2].startswith("&lt;b&gt;")
