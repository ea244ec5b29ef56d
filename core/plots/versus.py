"""Charts of one model against the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import text
from core.compare import ROPE
from core.language import figure, mark, say
from core.models import BASELINE
from core.plots import style
from core.plots.style import Palette
from core.words.naming import label

_SAID = {
    "better": mark("better"),
    "same": mark("practically the same"),
    "worse": mark("worse"),
    "open": mark("cannot be told"),
}


def differences(table: pd.DataFrame, palette: Palette, *, rope: float = ROPE) -> go.Figure:
    """Each model's difference in skill from the table's reference (dot), its 95 % interval, and the band that counts as none.

    Full dots are ahead or behind, hollow ones practically the same; grey is what cannot be told. The baseline is last.
    """
    rows = pd.concat([table[table["model"] != BASELINE], table[table["model"] == BASELINE]])
    made = style.figure(palette, height=84 + 30 * len(rows), x=say("Difference in skill (points)"))
    made.add_vrect(
        x0=-100 * rope, x1=100 * rope, layer="below", line_width=0,
        fillcolor=style.mix(palette.paper, palette.noise, 0.28),
    )  # fmt: skip
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    for _, row in rows.iterrows():
        colour = palette.noise if row["verdict"] == "open" else palette.ink
        y = [text.hover(label(row["model"]))]
        low, high = 100 * row["low"], 100 * row["high"]
        made.add_scatter(x=[low, high], y=y * 2, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip")
        made.add_scatter(
            x=[100 * row["difference"]], y=y, mode="markers",
            marker={"color": palette.paper if row["verdict"] == "same" else colour, "size": 11,
                    "line": {"color": colour if row["verdict"] == "same" else palette.paper, "width": 2}},
            hovertemplate=_hover(row),
        )  # fmt: skip
    made.add_annotation(
        x=0, y=1, yref="paper", yanchor="bottom", showarrow=False, text=say("counts as the same"),
        font={"color": palette.ink, "size": 13},
    )  # fmt: skip
    left, right = (100 * end for end in (min(-rope, rows["low"].min()), max(rope, rows["high"].max())))
    made.update_xaxes(range=[left - 0.04 * (right - left), right + 0.04 * (right - left)])
    made.update_yaxes(autorange="reversed", showline=False)
    made.update_layout(margin={"t": 28})
    return made


def _hover(row: pd.Series) -> str:
    verdict, low, high = say(_SAID[row["verdict"]]), 100 * row["low"], 100 * row["high"]
    if np.isnan(low):  # too few rounds
        return f"<b>%{{y}}</b>: {verdict}<extra></extra>"
    return say(
        "<b>%{{y}}</b>: {verdict}<br>%{{x:+.1f}} points ({low} to {high})<br>better {p_better}, the same {p_same}, worse "
        "{p_worse}<extra></extra>",
        verdict=verdict, low=figure(f"{low:+.1f}"), high=figure(f"{high:+.1f}"),
        **{name: text.percent(row[name]) for name in ("p_better", "p_same", "p_worse")},
    )  # fmt: skip
