"""The charts of one feature."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.dataset import Dataset
from core.explain.out_of_fold import Explanation, explain
from core.explain.shape import Shape
from core.plots import style
from core.plots.shape import curve, dependence
from tests.conftest import dataset, table


@pytest.fixture(scope="module")
def ridge(taste: Dataset) -> Explanation:
    """What ridge uses, over one round."""
    return explain(taste, "ridge", rounds=1, workers=1)


def shape(feature: str, start: float, end: float) -> Shape:
    """A straight line with a band."""
    line = np.linspace(-0.5, 0.5, 9)
    return Shape(
        feature, np.linspace(start, end, 9), np.tile(line, (10, 1)), line * np.linspace(0.5, 1.5, 101)[:, None]
    )


def test_the_curve_draws_its_figures(taste: Dataset) -> None:
    """The line is the middle, the band goes up along its upper and back along its lower end, the ticks are tracks in range."""
    one = shape("energy", 0.2, 0.8)
    made = curve(one, taste, style.LIGHT)
    band, line, ticks = made.data
    assert list(line.y) == pytest.approx(list(one.middle))
    assert list(band.y) == pytest.approx([*one.high, *one.low[::-1]])
    assert len(ticks.x) == int(taste.features["energy"].between(0.2, 0.8).sum())
    assert line.customdata[0][0] == "0.2"


def test_a_long_list_has_a_thousand_ticks_at_most() -> None:
    """A browser that draws 20,000 of them stands still."""
    data = dataset(table(2_500))
    own = data.features["energy"]
    made = curve(shape("energy", float(own.min()), float(own.max())), data, style.LIGHT)
    assert 800 <= len(made.data[2].x) <= 1_000


def test_of_likes_the_curve_is_in_percent(taste: Dataset) -> None:
    """Half the way between two ratings is 50 percentage points."""
    made = curve(shape("energy", 0.2, 0.8), taste, style.LIGHT, two=(3.0, 4.0))
    assert made.data[1].y[-1] == pytest.approx(50)
    assert made.layout.yaxis.title.text == "Percentage points"


def test_a_length_is_minutes_and_seconds() -> None:
    """Nobody thinks of a track in milliseconds."""
    data = dataset(table(60, duration_ms=np.linspace(60_000, 600_000, 60).astype(int)))
    made = curve(shape("duration_ms", 60_000, 600_000), data, style.LIGHT)
    assert (made.layout.xaxis.ticktext[0], made.layout.xaxis.ticktext[-1]) == ("1:00", "10:00")
    assert made.layout.xaxis.title.text == "Duration"


def test_the_dots_are_the_tracks(taste: Dataset, ridge: Explanation) -> None:
    """Own value across, SHAP value up; the colour is the rank of the chosen column, and its name is text."""
    made = dependence(ridge, "tempo", taste, taste.rating, "<b>x</b>", style.LIGHT)
    (dots,) = made.data
    at = ridge.features.index("tempo")
    assert list(dots.x) == pytest.approx(list(taste.features["tempo"].to_numpy()[ridge.rows]))
    assert list(dots.y) == pytest.approx(list(ridge.values[:, at]))
    assert list(dots.marker.color) == pytest.approx(list(style.ranks(taste.rating[ridge.rows])))
    assert "<b>x</b>" not in dots.hovertemplate + dots.marker.colorbar.title.text
    assert "&lt;b&gt;x" in dots.marker.colorbar.title.text


def test_a_track_without_the_value_is_not_drawn(taste: Dataset, ridge: Explanation) -> None:
    """What was filled in has no place on the axis; a missing colour is said."""
    features = taste.features.copy()
    features.loc[:4, "tempo"] = np.nan
    colour = np.full(taste.tracks, np.nan)
    made = dependence(ridge, "tempo", replace(taste, features=features), colour, "Popularity", style.LIGHT)
    assert len(made.data[0].x) == taste.tracks - 5
    assert {row[2] for row in made.data[0].customdata} == {"missing"}
