"""One feature over the steps of the rating."""

from __future__ import annotations

import plotly.graph_objects as go

from core import text
from core.correlate import levels
from core.dataset import Dataset
from core.language import many, say
from core.plots import style
from core.plots.correlations import axis_title
from core.plots.style import Palette
from core.words.naming import answers

_LEAST = 5  # tracks of which a box is drawn


def over_rating(dataset: Dataset, feature: str, palette: Palette) -> go.Figure:
    """How a feature is spread at each step of the rating: the middle half as a box, each track as a dot with its name."""
    steps, own = levels(dataset.rating)
    names = (
        list(answers((steps[0][0], steps[1][0]))) if dataset.likes
        else [_part(low, high) for low, high in steps]
    )  # fmt: skip
    made = style.figure(palette, height=380, x=say("Your rating"), y=axis_title(feature))
    values = dataset.features[feature].to_numpy(float)
    for number, name in enumerate(names):
        rows = [row for row in (own == number).nonzero()[0] if values[row] == values[row]]
        boxed = len(rows) >= _LEAST
        made.add_box(
            x=[number] * len(rows), y=values[rows], boxpoints="all", jitter=0.5, pointpos=0, width=0.6,
            line={"color": palette.ink if boxed else "rgba(0,0,0,0)", "width": 1.5}, fillcolor="rgba(0,0,0,0)",
            marker={"color": palette.noise, "size": 5, "opacity": 0.5}, hoveron="points", whiskerwidth=0,
            text=[text.hover(dataset.titles[row]) for row in rows],
            hovertemplate="<b>%{text}</b><br>%{y:.3g}<extra></extra>",
            name=f"{name}: {many(len(rows), '{number} track', '{number} tracks')}",
        )  # fmt: skip
    made.update_xaxes(showgrid=False, tickvals=list(range(len(names))), ticktext=names)
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline)
    return made


def _part(low: float, high: float) -> str:
    start, end = text.plain_number(low), text.plain_number(high)
    return start if start == end else f"{start}–{end}"
