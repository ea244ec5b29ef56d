"""Charts of several listeners, and of groups of tracks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import text
from core.between import Between
from core.language import say
from core.listeners import Listeners
from core.plots import style
from core.plots.correlations import axis_title
from core.plots.ranges import ranges
from core.plots.style import Palette
from core.words.naming import feature_label

_MOST = 12


def severity(found: Listeners, palette: Palette) -> go.Figure:
    """How much higher or lower each listener rates than the others on the same tracks, with the 95 % range."""
    rows = found.severity.dropna(subset=["effect"])
    colours = [
        (palette.raises if row["effect"] > 0 else palette.lowers) if row["claimed"] else palette.noise
        for _, row in rows.iterrows()
    ]
    frame = rows.rename(columns={"listener": "label", "effect": "value"})
    made = ranges(frame, colours, palette, x=say("Points against the others"))
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    return made


def groups(found: Between, palette: Palette) -> go.Figure:
    """Each group's mean with its 95 % range; of many the highest and the lowest. The dashed line is the mean of all."""
    rows, half = found.groups, _MOST // 2
    rows = rows if len(rows) <= _MOST else pd.concat([rows.head(half), rows.tail(half)])
    colours = [
        palette.noise if row["low"] <= found.mean <= row["high"]
        else palette.raises if row["mean"] > found.mean else palette.lowers
        for _, row in rows.iterrows()
    ]  # fmt: skip
    made = ranges(rows.rename(columns={"mean": "value"}), colours, palette, x=axis_title(found.what))
    made.add_vline(x=found.mean, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    return made


def tastes(found: Listeners, palette: Palette) -> go.Figure:
    """Two listeners: their ratings of the same tracks. More: the rank correlation of each pair."""
    names = [text.hover(text.shorten(name, 24)) for name in found.names]
    if len(names) == 2:
        made = style.figure(
            palette, height=420, x=say("Rated by {name}", name=names[0]), y=say("Rated by {name}", name=names[1])
        )
        # tracks with the same two ratings would hide each other
        shift = np.random.default_rng(0).uniform(-0.18, 0.18, found.ratings.shape) * _step(found.ratings)
        made.add_scatter(
            x=found.ratings[:, 0] + shift[:, 0], y=found.ratings[:, 1] + shift[:, 1], mode="markers",
            marker={"color": palette.ink, "size": 8, "opacity": 0.5},
            customdata=np.column_stack([[text.hover(title) for title in found.titles], found.ratings.astype(object)]),
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}, %{customdata[2]}<extra></extra>",
        )  # fmt: skip
        ends = [float(np.nanmin(found.ratings)), float(np.nanmax(found.ratings))]
        made.add_scatter(
            x=ends, y=ends, mode="lines", line={"color": palette.noise, "width": 1.5, "dash": "dash"}, hoverinfo="skip"
        )
        made.update_yaxes(showgrid=True, gridcolor=palette.hairline)
        return made
    matrix = np.full((len(names), len(names)), np.nan)
    place = {name: number for number, name in enumerate(found.names)}
    for _, row in found.tastes.iterrows():
        matrix[[place[row["one"]], place[row["other"]]], [place[row["other"]], place[row["one"]]]] = row["spearman"]
    made = style.figure(palette, height=max(280, 100 + 32 * len(names)))
    made.add_heatmap(
        z=matrix, x=names, y=names, zmin=-1, zmax=1, colorscale=style.diverging(palette), xgap=2, ygap=2,
        texttemplate="%{z:.2f}", hovertemplate="%{y}, %{x}: %{z:.2f}<extra></extra>", showscale=False, hoverongaps=False,
    )  # fmt: skip
    made.update_xaxes(showgrid=False, showline=False, side="top")
    made.update_yaxes(autorange="reversed", showline=False)
    return made


def side_by_side(frame: pd.DataFrame, one: str, other: str, palette: Palette, *, top: int = 20) -> go.Figure:
    """Each feature's rank correlation with either listener's ratings, full for one and hollow for the other."""
    rows = frame.dropna(subset=["p"]).head(top)
    made = style.figure(palette, height=120 + 34 * len(rows), x=say("Rank correlation with the rating"))
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    place = np.arange(len(rows))
    for name, who, shift, hollow in (("one", one, -0.14, False), ("other", other, 0.14, True)):
        colours = [palette.accent if q <= 0.05 else palette.noise for q in rows["q"]]
        for at, colour, (_, row) in zip(place, colours, rows.iterrows(), strict=True):
            made.add_scatter(
                x=[row[f"{name}_low"], row[f"{name}_high"]], y=[at + shift] * 2, mode="lines",
                line={"color": colour, "width": 2}, hoverinfo="skip", showlegend=False,
            )  # fmt: skip
        made.add_scatter(
            x=rows[name], y=place + shift, mode="markers", name=text.hover(text.shorten(who, 24)),
            marker={"size": 10, "color": [palette.paper if hollow else colour for colour in colours],
                    "line": {"color": colours, "width": 2}},
            customdata=[text.hover(feature_label(feature)) for feature in rows["feature"]],
            hovertemplate=f"<b>%{{customdata}}</b>, {text.hover(text.shorten(who, 24))}: %{{x:.2f}}<extra></extra>",
            showlegend=True,
        )  # fmt: skip
    made.update_yaxes(
        autorange="reversed", showline=False, tickvals=place,
        ticktext=[text.hover(feature_label(feature)) for feature in rows["feature"]],
    )  # fmt: skip
    made.update_layout(showlegend=True, legend={"orientation": "h", "y": 1, "yanchor": "bottom", "x": 0})
    return made


def _step(ratings: np.ndarray) -> float:
    """The smallest distance between two different ratings."""
    values = np.unique(ratings[~np.isnan(ratings)])
    return float(np.diff(values).min()) if len(values) > 1 else 1.0
