"""The chart of what drives the ratings."""

from __future__ import annotations

import plotly.graph_objects as go

from core import text
from core.drivers import Drivers
from core.language import figure, mark, say
from core.plots import style
from core.plots.style import Palette
from core.words.naming import cluster_label

LICENCES = {"driver": mark("driver"), "goes-together": mark("goes together"), "none": mark("passed no test")}


def effects(found: Drivers, palette: Palette, *, two: tuple[float, float] | None = None, top: int = 30) -> go.Figure:
    """Each cluster's effect (dot) with its 95 % interval; clusters without one are left out.

    Full dots in the colour of their direction are drivers (a curve has the ink's), hollow ones go together with the
    rating, small grey ones are neither. `two`: of likes, the lower and the higher rating; effects are percentage points.
    """
    rows = found.frame.dropna(subset=["effect", "low", "high"]).head(top)
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    unit = say("Rating points, low to high") if two is None else say("Percentage points, low to high")
    made = style.figure(palette, height=84 + 30 * len(rows), x=unit)
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    for _, row in rows.iterrows():
        licence, direction = row["licence"], row["direction"]
        colour = palette.raises if direction > 0 else palette.lowers if direction < 0 else palette.ink
        colour = {"driver": colour, "goes-together": palette.ink}.get(licence, palette.noise)
        hollow = licence == "goes-together"
        y = [text.hover(cluster_label(row["features"], row["lead"]))]
        low, effect, high = (scale * row[name] for name in ("low", "effect", "high"))
        middle = "" if direction else say("<br>lows and highs against the middle")
        made.add_scatter(x=[low, high], y=y * 2, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip")
        made.add_scatter(
            x=[effect], y=y, mode="markers",
            marker={"color": palette.paper if hollow else colour, "size": 7 if licence == "none" else 11,
                    "line": {"color": colour if hollow else palette.paper, "width": 0 if licence == "none" else 2}},
            hovertemplate=say(
                "<b>%{{y}}</b>: {licence}{middle}<br>%{{x:+.2f}} points ({low} to {high})<extra></extra>",
                licence=say(LICENCES[licence]), middle=middle, low=figure(f"{low:+.2f}"), high=figure(f"{high:+.2f}"),
            ),
        )  # fmt: skip
    if len(rows):
        left, right = min(0.0, scale * rows["low"].min()), max(0.0, scale * rows["high"].max())
        room = 0.04 * (right - left)
        made.update_xaxes(range=[left - room, right + room])
    made.update_yaxes(autorange="reversed", showline=False, dtick=1)
    return made
