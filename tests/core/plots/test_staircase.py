"""The staircase shows the steps it is given, down to the last."""

from __future__ import annotations

import numpy as np
import pytest

from core.plots import staircase as chart
from core.plots import style
from core.staircase import GRID, Fit, Flight, Step


def flight(*values: float) -> Flight:
    """A way down over these figures, in the order of the steps."""
    names = ("claimed", "row_number", "reduction", "yardstick", "models", "groups")
    before = (values[0], *values)
    steps = tuple(
        Step(name, "skill", value, last - value)  # type: ignore[arg-type]
        for name, value, last in zip(names, values, before, strict=False)
    )
    return Flight("lda", 2, GRID[0], steps, (Fit(False, 0.8, 0.7, 1, 1.2), Fit(True, 0.8, 0.7, 1, 1.2)))


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK])
@pytest.mark.parametrize("values", [(0.73, 0.3, -0.4, -0.3, 0.22, 0.2), (-0.1, -0.1, -0.2, -0.1, -0.05)])
def test_each_stair_begins_where_the_last_one_ended(values: tuple[float, ...], palette: style.Palette) -> None:
    """From 0 to what was claimed, from there to each figure in turn; the last bar leads from 0 to what is left."""
    bars, figures = chart.stairs(flight(*values), palette).data
    starts, sizes = np.array(bars.base), np.array(bars.x)
    assert starts + sizes == pytest.approx([*(100 * np.array(values)), 100 * values[-1]])
    assert starts[[0, -1]] == pytest.approx([0, 0])
    assert starts[1:-1] == pytest.approx((starts + sizes)[:-2])
    assert len(set(bars.y)) == len(values) + 1
    assert len(figures.text) == len(values) + 1


def test_what_takes_off_is_orange_and_what_adds_is_teal() -> None:
    """The claimed figure is grey, the honest one has the accent."""
    palette = style.LIGHT
    (bars, _) = chart.stairs(flight(0.7, 0.4, -0.2, -0.1, 0.2), palette).data
    assert list(bars.marker.color) == [
        palette.noise, palette.lowers, palette.lowers, palette.raises, palette.raises, palette.accent
    ]  # fmt: skip


def test_the_figures_have_room() -> None:
    """Every bar and the figure at its right lie inside the axis."""
    made = chart.stairs(flight(0.9, 0.3, -0.4, -0.3, 0.22), style.LIGHT)
    low, high = made.layout.xaxis.range
    assert low < -40
    assert high > 95
