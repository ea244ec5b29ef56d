"""The chart of what several models make of the same features."""

from __future__ import annotations

import plotly.graph_objects as go

from core import text, words
from core.explain.agreement import Agreement
from core.language import mark, say
from core.plots import style
from core.plots.style import Palette
from core.words.doubt import leading

_SYMBOLS = {1: "triangle-up", -1: "triangle-down", 0: "circle"}
_SAID = {1: mark("more of it, higher"), -1: mark("more of it, lower"), 0: mark("no clear direction")}


def directions(found: Agreement, palette: Palette, *, top: int = 12) -> go.Figure:
    """One mark per player and model: up where more of it raises, down where it lowers, a grey dot where neither can be
    said; the larger, the more the model uses it beside what it uses most.
    """
    places = leading(found)[:top]
    models = [text.hover(words.label(name)) for name in found.models]
    made = style.figure(palette, height=150 + 34 * len(places))
    colours = {1: palette.raises, -1: palette.lowers, 0: palette.noise}
    for place in places:
        rows = found.frame[found.frame["place"] == place]
        label = text.hover(words.player_label(found.players[place]))
        followed = text.hover(words.feature_label(found.lead[place]))
        made.add_scatter(
            x=models, y=[label] * len(models), mode="markers",
            marker={
                "symbol": [_SYMBOLS[way] for way in rows["direction"]], "color": [colours[way] for way in rows["direction"]],
                "size": 6 + 12 * rows["share"].clip(0, 1) ** 0.5, "line": {"width": 0},
            },
            customdata=[[say(_SAID[way]), share] for way, share in zip(rows["direction"], rows["share"], strict=True)],
            hovertemplate=say(
                "<b>{label}</b> ({followed}), %{{x}}<br>%{{customdata[0]}}<br>%{{customdata[1]:.0%}} of what it uses "
                "most<extra></extra>",
                label=label, followed=followed,
            ),
        )  # fmt: skip
    made.update_xaxes(showgrid=False, tickangle=-35)
    made.update_yaxes(autorange="reversed", showline=False, dtick=1)
    return made
