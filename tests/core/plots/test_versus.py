"""The chart of one model against the others shows the table it is given."""

from __future__ import annotations

import pandas as pd
import pytest

from core.compare import against
from core.evaluate import Evaluation
from core.plots import style, versus


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK])
def test_differences_show_the_table(taste_evaluation: Evaluation, palette: style.Palette) -> None:
    """A dot at each difference between its ends, the baseline last, over a band as wide as the region."""
    table = against(taste_evaluation, "average")
    made = versus.differences(table, palette, rope=0.03)
    dots = {trace.y[0]: trace.x[0] for trace in made.data if trace.mode == "markers"}
    ends = {trace.y[0]: trace.x for trace in made.data if trace.mode == "lines"}
    assert list(dots)[-1] == "Always your average"
    assert len(dots) == len(table)
    ridge = table.set_index("model").loc["ridge"]
    assert dots["Ridge"] == pytest.approx(100 * ridge["difference"])
    assert ends["Ridge"] == pytest.approx((100 * ridge["low"], 100 * ridge["high"]))
    band = next(shape for shape in made.layout.shapes if shape.type == "rect")
    assert (band.x0, band.x1) == (-3, 3)


def test_the_verdict_is_the_colour() -> None:
    """Grey where it cannot be told, hollow where practically the same, full where ahead or behind; no range, no harm."""
    nan = float("nan")
    table = pd.DataFrame({
        "model": ["ridge", "elastic_net", "lightgbm", "baseline"], "difference": [0.1, 0.0, 0.05, nan],
        "low": [0.05, -0.01, -0.1, nan], "high": [0.15, 0.01, 0.2, nan], "p_better": [0.99, 0.0, 0.6, nan],
        "p_same": [0.01, 1.0, 0.2, nan], "p_worse": [0.0, 0.0, 0.2, nan], "verdict": ["better", "same", "open", "open"],
    })  # fmt: skip
    palette = style.LIGHT
    marks = [trace.marker for trace in versus.differences(table, palette).data if trace.mode == "markers"]
    assert [mark.color for mark in marks] == [palette.ink, palette.paper, palette.noise, palette.noise]
    assert marks[1].line.color == palette.ink
