"""The chart of the learning curve shows the curve it is given."""

from __future__ import annotations

import numpy as np
import pytest

from core.curve import Curve, learning_curve
from core.plots import curve as chart
from core.plots import style
from tests.conftest import dataset, table


@pytest.fixture(scope="module")
def curve() -> Curve:
    """Ridge on a short list of noise."""
    return learning_curve(dataset(table(60)), model="ridge", workers=1)


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK])
def test_what_was_measured_is_dots_and_what_was_not_is_dashed(curve: Curve, palette: style.Palette) -> None:
    """Dots up to today's number of tracks; beyond it the line is dashed, up to four times as many."""
    made = chart.learning(curve, palette)
    (dots,) = (trace for trace in made.data if trace.mode == "markers")
    assert np.array_equal(dots.x, curve.measured["ratings"])
    assert np.allclose(dots.y, 100 * curve.measured["skill"])
    solid, dashed = ([trace for trace in made.data if trace.line.dash == dash] for dash in ("solid", "dash"))
    assert max(solid[0].x) == min(dashed[0].x) == curve.tracks
    assert max(dashed[0].x) == pytest.approx(4 * curve.tracks)
    band = [trace for trace in made.data if trace.line.width == 0]
    assert (np.array(band[0].y) >= np.array(band[1].y)).all()
