"""Charts of how a person rates."""

from __future__ import annotations

import plotly.graph_objects as go

from core.biases import ScaleUse
from core.plots import style
from core.plots.style import Palette


def distribution(use: ScaleUse, palette: Palette) -> go.Figure:
    """Bars of counts over the smooth grey expectation of the same mean and spread."""
    made = style.figure(palette, height=340, x="Your rating", y="Tracks")
    labels = use.steps["label"]
    made.add_bar(
        x=labels, y=use.steps["expected"], width=1, marker={"color": style.mix(palette.paper, palette.noise, 0.28)},
        hovertemplate="a smooth scale: %{y:.1f}<extra></extra>",
    )  # fmt: skip
    made.add_bar(
        x=labels, y=use.steps["count"], width=0.55, marker={"color": palette.accent},
        text=[str(count) if count else "" for count in use.steps["count"]], textposition="outside", cliponaxis=False,
        hovertemplate="<b>%{x}</b>: %{y} tracks<extra></extra>",
    )  # fmt: skip
    made.update_layout(barmode="overlay", margin={"t": 24})
    made.update_xaxes(showgrid=False, type="category")
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline, rangemode="tozero")
    return made
