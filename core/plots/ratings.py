"""Charts of how a person rates."""

from __future__ import annotations

import plotly.graph_objects as go

from core import text, words
from core.biases import ScaleUse
from core.language import say
from core.plots import style
from core.plots.style import Palette


def distribution(use: ScaleUse, palette: Palette) -> go.Figure:
    """Bars of counts over the smooth grey expectation of the same mean and spread; of likes two bars alone."""
    if use.two_ratings:
        return _two_bars(use, use.two_ratings, palette)
    made = style.figure(palette, height=340, x=say("Your rating"), y=say("Tracks"))
    labels = [words.rating_step(label) for label in use.steps["label"]]
    made.add_bar(
        x=labels, y=use.steps["expected"], width=1, marker={"color": style.mix(palette.paper, palette.noise, 0.28)},
        hovertemplate=say("a smooth scale: %{{y:.1f}}<extra></extra>"),
    )  # fmt: skip
    made.add_bar(
        x=labels, y=use.steps["count"], width=0.55, marker={"color": palette.accent},
        text=[str(count) if count else "" for count in use.steps["count"]], textposition="outside", cliponaxis=False,
        hovertemplate=say("<b>%{{x}}</b>: %{{y}} tracks<extra></extra>"),
    )  # fmt: skip
    made.update_layout(barmode="overlay", margin={"t": 24})
    made.update_xaxes(showgrid=False, type="category")
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline, rangemode="tozero")
    return made


def _two_bars(use: ScaleUse, two: tuple[float, float], palette: Palette) -> go.Figure:
    made = style.figure(palette, height=340, x=say("Your rating"), y=say("Tracks"))
    counts = use.steps["count"]
    made.add_bar(
        x=words.answers(two), y=counts, width=0.45, marker={"color": palette.accent},
        text=[f"{text.whole(count)} ({text.percent(count / use.tracks)})" for count in counts], textposition="outside",
        cliponaxis=False, hovertemplate=say("<b>%{{x}}</b>: %{{y}} tracks<extra></extra>"),
    )  # fmt: skip
    made.update_layout(margin={"t": 24})
    made.update_xaxes(showgrid=False, type="category")
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline, rangemode="tozero")
    return made
