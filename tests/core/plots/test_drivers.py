"""The chart of effects shows the rows it is given, each licence with its own mark."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.drivers import COLUMNS, Drivers
from core.plots import drivers as chart
from core.plots import style

NAN = float("nan")
ROWS = [
    (("acousticness",), "acousticness", 1, 0.8, 0.5, 1.1, "driver"),
    (("energy", "loudness"), "loudness", -1, -0.7, -1.0, -0.4, "driver"),
    (("tempo",), "tempo", 0, -0.5, -0.8, -0.2, "driver"),
    (("valence", "danceability", "timbre_3"), "valence", -1, -0.3, -0.7, 0.1, "goes-together"),
    (("mode",), "mode", 1, 0.1, -0.2, 0.4, "none"),
    (("liveness",), "liveness", 0, NAN, NAN, NAN, "none"),
]


@pytest.fixture(scope="module")
def found() -> Drivers:
    """Every licence and direction, and a cluster that could not be tested."""
    names = ["features", "lead", "direction", "effect", "low", "high", "licence"]
    return Drivers(True, 0.05, False, pd.DataFrame(ROWS, columns=names).reindex(columns=list(COLUMNS)))


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK])
@pytest.mark.parametrize("two", [None, (0.0, 1.0)])
def test_effects_show_the_rows(found: Drivers, palette: style.Palette, two: tuple[float, float] | None) -> None:
    """A dot at each effect between its ends, in order, on the rating's scale or as percentage points."""
    made = chart.effects(found, palette, two=two)
    scale = 100 if two else 1
    dots = {trace.y[0]: trace for trace in made.data if trace.mode == "markers"}
    ends = {trace.y[0]: trace.x for trace in made.data if trace.mode == "lines"}
    assert list(dots) == ["Acousticness", "Loudness, energy", "Tempo", "Valence, danceability + 1", "Mode"]
    assert dots["Acousticness"].x[0] == pytest.approx(0.8 * scale)
    assert ends["Valence, danceability + 1"] == pytest.approx((-0.7 * scale, 0.1 * scale))
    assert made.layout.xaxis.range[0] < -1.0 * scale
    assert made.layout.xaxis.range[1] > 1.1 * scale
    assert made.layout.xaxis.title.text.startswith("Percentage" if two else "Rating")


def test_each_licence_has_its_mark(found: Drivers) -> None:
    """Full in the direction's colour, hollow, or small and grey; the hover text says it in words."""
    palette = style.LIGHT
    dots = [trace for trace in chart.effects(found, palette).data if trace.mode == "markers"]
    colours = [palette.raises, palette.lowers, palette.ink, palette.paper, palette.noise]
    assert [dot.marker.color for dot in dots] == colours
    assert dots[3].marker.line.color == palette.ink
    assert dots[4].marker.size < dots[3].marker.size
    said = [dot.hovertemplate for dot in dots]
    assert ["driver" in words for words in said] == [True, True, True, False, False]
    assert "goes together" in said[3]
    assert "middle" in said[2]


def test_nothing_tested_is_an_empty_chart(found: Drivers) -> None:
    """No row with an effect, no mark, and no harm; a name from a file does not act."""
    empty = replace(found, frame=found.frame.iloc[5:])
    assert not [trace for trace in chart.effects(empty, style.LIGHT).data if trace.mode == "markers"]
    hostile = found.frame.head(1).assign(features=[("<b>x</b>",)], lead=["<b>x</b>"])
    made = chart.effects(replace(found, frame=hostile), style.LIGHT)
    assert "<b>" not in str(made.data[-1].y)
