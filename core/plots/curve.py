"""The chart of skill by the number of ratings."""

from __future__ import annotations

import plotly.graph_objects as go

from core import text
from core.curve import Curve
from core.language import say
from core.plots import style
from core.plots.style import Palette


def learning(curve: Curve, palette: Palette) -> go.Figure:
    """Measured skill (dots), the fitted curve with its 90 % range, dashed beyond today's number of ratings."""
    path, measured = curve.path, curve.measured
    made = style.figure(palette, height=360, x=say("Rated tracks"), y=say("Skill on tracks not seen (%)"))
    band = style.mix(palette.paper, palette.noise, 0.28)
    made.add_scatter(x=path["ratings"], y=100 * path["high"], mode="lines", line={"width": 0}, hoverinfo="skip")
    made.add_scatter(
        x=path["ratings"], y=100 * path["low"], mode="lines", line={"width": 0}, fill="tonexty", fillcolor=band,
        hoverinfo="skip",
    )  # fmt: skip
    made.add_hline(y=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    known = path["ratings"] <= curve.tracks
    for part, dash in ((path[known], "solid"), (path[~known | (path["ratings"] == curve.tracks)], "dash")):
        made.add_scatter(
            x=part["ratings"], y=100 * part["skill"], mode="lines", line={"color": palette.accent, "width": 2, "dash": dash},
            customdata=(100 * part[["low", "high"]]).to_numpy(),
            hovertemplate=say(
                "%{{x:.0f}} ratings<br>expected %{{y:.0f}} % (%{{customdata[0]:.0f}} to "
                "%{{customdata[1]:.0f}})<extra></extra>",
            ),
        )  # fmt: skip
    made.add_scatter(
        x=measured["ratings"], y=100 * measured["skill"], mode="markers",
        marker={"color": palette.ink, "size": 9, "line": {"color": palette.paper, "width": 2}},
        hovertemplate=say("%{{x:.0f}} ratings<br>measured %{{y:.1f}} %<extra></extra>"),
    )  # fmt: skip
    made.add_vline(x=curve.tracks, line={"color": palette.noise, "width": 1.5})
    made.add_annotation(
        x=curve.tracks, y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=say("today: {tracks}", tracks=text.whole(curve.tracks)),
        font={"color": palette.ink, "size": 13},
    )  # fmt: skip
    made.update_xaxes(rangemode="tozero")
    made.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=palette.hairline)
    made.update_layout(margin={"t": 28})
    return made
