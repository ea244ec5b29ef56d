"""The staircase shows the steps that it is given, and nothing of a header acts."""

from __future__ import annotations

import pandas as pd
import pytest

from core.plots import protocol as plots
from core.plots import style
from core.protocol import Protocol, Step

STEPS = (
    ("claim", 0.76),
    ("row_number", 0.41),
    ("inside", -0.05),
    ("settings", -0.08),
    ("together", 0.10),
    ("average", 0.22),
)


def planted(*, low: float = 0.1, together: str = "work", steps: tuple[tuple[str, float], ...] = STEPS) -> Protocol:
    """A result with these skills and a table of four rows."""
    made = tuple(Step(key, skill, low, skill + 0.1, 0.9) for key, skill in steps)
    table = pd.DataFrame({
        "protocol": ["2020", "2020", "honest", "honest"], "copies": [False, True, False, True],
        "train_r2": [0.91, 1.0, 0.41, 0.56], "test_r2": [0.74, 0.89, 0.13, -3.0],
        "train_mse": [0.4, 0.0, 2.9, 2.2], "test_mse": [1.2, 0.5, 4.0, 4.2],
    })  # fmt: skip
    return Protocol(0, made, table, together, 100, 100, 1.0)


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_each_row_shows_what_is_left_and_what_went(palette: style.Palette) -> None:
    """Full bars end at the skills; hatched ones lead from there back to the step before, where the skill fell."""
    left, gone, ends, figures = plots.staircase(planted(), palette).data
    assert list(left.x) == pytest.approx([100 * skill for _, skill in STEPS])
    assert list(left.y) == ["As in 2020", "No row number", "Split before learning", "Settings chosen blind",
                            "Works kept together", "Average of four"]  # fmt: skip
    assert list(gone.y) == ["No row number", "Split before learning"]
    assert list(gone.base) == pytest.approx([41, 0])
    assert [base + size for base, size in zip(gone.base, gone.x, strict=True)] == pytest.approx([76, 41])
    assert list(ends.x) == pytest.approx([10, 32])
    assert list(figures.text) == [" <b>76 %</b>  ", " <b>41 %</b>  \u221235", " <b>\u22125 %</b>  \u221246",
                                  " <b>\u22128 %</b>  \u22123", " <b>10 %</b>  +18", " <b>22 %</b>  +12"]  # fmt: skip
    assert all(place >= bar for place, bar in zip(figures.x, left.x, strict=True))


def test_only_what_holds_up_has_the_accent() -> None:
    """The honest end is the accent's, or grey like all the rest where its range reaches zero."""
    colours = plots.staircase(planted(), style.LIGHT).data[0].marker.color
    assert colours[-1] == style.LIGHT.accent
    assert style.LIGHT.accent not in colours[:-1]
    assert plots.staircase(planted(low=-0.01), style.LIGHT).data[0].marker.color[-1] == style.LIGHT.noise


def test_a_figure_far_below_zero_does_not_flatten_the_rest() -> None:
    """What lies below minus 100 % is drawn there, its own figure beside it."""
    steps = (*STEPS[:3], ("settings", -30.0), *STEPS[4:])
    made = plots.staircase(planted(steps=steps), style.LIGHT)
    assert min(made.data[0].x) == -100
    assert made.layout.xaxis.range[0] > -110
    assert "\u22123,000 %" in made.data[3].text[3]


def test_the_training_chart_shows_both_sides_of_each_row() -> None:
    """Not seen and learned from, in this order, with their own figures; far below zero is drawn at minus one."""
    made = plots.training_against_test(planted(), style.LIGHT)
    dots = {trace.y[0]: trace for trace in made.data if trace.mode == "markers+text"}
    assert list(dots) == ["As in 2020", "2020, with copies", "Leaks closed", "Closed, with copies"]
    assert list(dots["As in 2020"].x) == [0.74, 0.91]
    assert list(dots["Closed, with copies"].x) == [-1, 0.56]
    assert dots["Closed, with copies"].text[0] == " \u22123.00 "
    assert made.layout.yaxis.type == "category"


def test_a_hostile_header_is_text() -> None:
    """The name of the column that keeps tracks together arrives escaped."""
    made = plots.staircase(planted(together="<b>x</b>"), style.DARK)
    assert "<b>x</b>" not in "".join(made.data[0].customdata)
    assert "&lt;b&gt;x" in "".join(made.data[0].customdata)
