"""The picture of several figures with their ranges: a dot and a line for each, one below the other."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core import text
from core.language import figure, many, say
from core.plots import style
from core.plots.style import Palette


def ranges(rows: pd.DataFrame, colours: list[str], palette: Palette, *, x: str) -> go.Figure:
    """A dot and a line for each row of label, value, low, high, tracks, in the order given, the first on top."""
    made = style.figure(palette, height=84 + 30 * len(rows), x=x)
    # names that read alike when shortened stay lines of their own
    labels = [text.hover(text.shorten(str(label), 24)) + chr(0x200B) * at for at, label in enumerate(rows["label"])]
    for label, colour, (_, row) in zip(labels, colours, rows.iterrows(), strict=True):
        made.add_scatter(
            x=[row["low"], row["high"]],
            y=[label] * 2,
            mode="lines",
            line={"color": colour, "width": 2},
            hoverinfo="skip",
        )
        span = say("{low} to {high}", low=figure(f"{row['low']:.2f}"), high=figure(f"{row['high']:.2f}"))
        tracks = many(int(row["tracks"]), "{number} track", "{number} tracks")
        made.add_scatter(
            x=[row["value"]], y=[label], mode="markers", marker={"color": colour, "size": 10},
            hovertemplate=f"<b>%{{y}}</b>, {tracks}<br>%{{x:.2f}} ({span})<extra></extra>",
        )  # fmt: skip
    made.update_yaxes(autorange="reversed", showline=False, dtick=1)
    low, high = float(rows["low"].min()), float(rows["high"].max())
    air = 0.04 * (high - low)
    made.update_xaxes(range=[low - air, high + air])  # lines alone would end at the chart's edge
    return made
