"""The staircase from the claimed figure down to the honest one."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core import text, words
from core.language import say
from core.plots import style
from core.plots.style import Palette
from core.staircase import Flight

_EDGE = 0.13  # of the width, for the figures at the right


def stairs(flight: Flight, palette: Palette) -> go.Figure:
    """One row per step: the claimed figure from 0, then what each step takes off or adds, then what is left.

    Orange takes off, teal adds; a thin line leads from each step to the next.
    """
    steps = flight.steps
    ends = 100 * np.array([step.value for step in steps])
    starts = np.concatenate([[0], ends[:-1]])
    labels = [words.step_label(step, flight) for step in steps] + [say(words.HONEST)]
    made = style.figure(palette, height=90 + 46 * len(labels), x=say(words.STAIRS_AXIS))
    colours = [palette.noise] + [palette.lowers if step.drop > 0 else palette.raises for step in steps[1:]]
    shown = [text.percent(flight.claimed)] + [words.change(step) for step in steps[1:]]
    made.add_bar(
        x=[*(ends - starts), ends[-1]], base=[*starts, 0], y=labels, orientation="h",
        marker={"color": [*colours, palette.accent]},
        customdata=[*(words.step_hover(step, flight) for step in steps), words.honest_hover(flight)],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    # At the right of every bar: at the left the figure would run into the labels.
    made.add_scatter(
        x=np.maximum([*starts, 0], [*ends, ends[-1]]), y=labels, mode="text",
        text=[f" {figure}" for figure in (*shown, text.percent(flight.honest))], textposition="middle right",
        textfont={"color": palette.ink, "size": 13}, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    for place, end in enumerate(ends):
        made.add_shape(
            type="line", x0=end, x1=end, y0=place, y1=place + 1, layer="below",
            line={"color": palette.noise, "width": 1, "dash": "dot"},
        )  # fmt: skip
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    low, high = float(min(0, ends.min())), float(max(0, ends.max()))
    width = max(high - low, 1.0)
    made.update_xaxes(ticksuffix=" %", range=[low - 0.03 * width, high + _EDGE * width], nticks=6)
    made.update_yaxes(categoryorder="array", categoryarray=labels, autorange="reversed", showline=False)
    return made
