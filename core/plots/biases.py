"""One picture for each kind of habit: steps of the scale, what sound leaves along a column, or the levels of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import schema, words
from core.biases import Bias, ScaleUse
from core.language import mark, say
from core.plots import style
from core.plots.ranges import ranges
from core.plots.style import Palette

_BINS, _LEAST = 8, 5
_AXES = {
    "drift": mark("Place in the order"), "start": mark("Place in the order"), "finish": mark("Place in the order"),
    "contrast": mark("The rating before"), "popularity": mark("Popularity"),
    "year": mark("Year"), "youth": mark("Year"), "duration": mark("Length"),
    "complexity": mark("Key changes (% of sections)"), "added": mark("Added"),
}  # fmt: skip


def picture(bias: Bias, use: ScaleUse, palette: Palette, *, top: int = 12) -> go.Figure | None:
    """The chart of a habit; None where it has none."""
    if bias.steps:
        return _steps(bias, use, palette)
    if bias.levels is not None:
        return _levels(bias.levels, palette, top)
    if bias.along is not None and bias.left is not None:
        return _along(bias, bias.along, bias.left, palette)
    return None


def axis(bias: Bias) -> str:
    """What the column or order that the habit runs along is called."""
    base = bias.code.removesuffix("-middle")
    return say(_AXES[base]) if base in _AXES else ""


def data(bias: Bias, use: ScaleUse) -> pd.DataFrame:
    """What the picture shows, for download."""
    if bias.levels is not None:
        return bias.levels
    if bias.along is not None and bias.left is not None:
        return pd.DataFrame({"along": bias.along, "left_by_sound": bias.left})
    return use.steps.assign(counted=use.steps["label"].isin(bias.steps))


def _steps(bias: Bias, use: ScaleUse, palette: Palette) -> go.Figure:
    made = style.figure(palette, height=280, x=say("Your rating"), y=say("Tracks"))
    labels = [words.rating_step(label) for label in use.steps["label"]]
    chosen = use.steps["label"].isin(bias.steps)
    made.add_bar(
        x=labels, y=use.steps["expected"], width=1, marker={"color": style.mix(palette.paper, palette.noise, 0.28)},
        hovertemplate=say("a smooth scale: %{{y:.1f}}<extra></extra>"),
    )  # fmt: skip
    made.add_bar(
        x=labels, y=use.steps["count"], width=0.55,
        marker={"color": [palette.accent if one else style.mix(palette.paper, palette.noise, 0.8) for one in chosen]},
        hovertemplate=say("<b>%{{x}}</b>: %{{y}} tracks<extra></extra>"),
    )  # fmt: skip
    made.update_layout(barmode="overlay")
    made.update_xaxes(showgrid=False, type="category")
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline, rangemode="tozero")
    return made


def _along(bias: Bias, along: np.ndarray, left: np.ndarray, palette: Palette) -> go.Figure:
    """Dots of what sound leaves, and the means of pieces of equally many tracks with their 95 % ranges."""
    base = bias.code.removesuffix("-middle")
    made = style.figure(palette, height=320, x=axis(bias), y=say("Beyond what sound tells (points)"))
    some = style.sample(len(left))
    style.sampled(made, len(some), len(left))
    made.add_scatter(
        x=_shown(base, along[some]), y=left[some], mode="markers", hoverinfo="skip",
        marker={"color": palette.noise, "size": 6, "opacity": 0.35},
    )  # fmt: skip
    made.add_hline(y=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    pieces = _pieces(along, left)
    made.add_scatter(
        x=_shown(base, pieces["x"].to_numpy()), y=pieces["mean"], mode="lines+markers",
        line={"color": palette.accent, "width": 2}, marker={"size": 9, "color": palette.accent},
        error_y={"type": "data", "array": pieces["half"], "color": palette.accent, "thickness": 1.5, "width": 0},
        customdata=pieces["tracks"], hovertemplate=say("%{{customdata}} tracks: %{{y:+.2f}} points<extra></extra>"),
    )  # fmt: skip
    if base == "duration":
        ticks = np.linspace(along.min(), along.max(), 6)
        made.update_xaxes(tickvals=ticks, ticktext=[schema.shown("duration_ms", tick) for tick in ticks])
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline)
    return made


def _shown(base: str, values: np.ndarray) -> np.ndarray:
    return pd.to_datetime(values, unit="s").to_numpy() if base == "added" else values


def _pieces(along: np.ndarray, left: np.ndarray) -> pd.DataFrame:
    """Pieces of equally many tracks (values that are the same together): middle, mean, half its 95 % range, tracks."""
    count = max(1, min(_BINS, len(left) // _LEAST))
    edges = np.unique(np.quantile(along, np.linspace(0, 1, count + 1)))
    own = np.clip(np.searchsorted(edges, along, side="right") - 1, 0, max(len(edges) - 2, 0))
    frame = pd.DataFrame({"own": own, "x": along, "left": left}).groupby("own").agg(
        x=("x", "median"), mean=("left", "mean"), sd=("left", "std"), tracks=("left", "size")
    )  # fmt: skip
    return frame.assign(half=1.96 * frame["sd"].fillna(0) / np.sqrt(frame["tracks"]))


def _levels(levels: pd.DataFrame, palette: Palette, top: int) -> go.Figure:
    """Each group's level with its range; of many the highest and the lowest."""
    rows = levels if len(levels) <= top else pd.concat([levels.head(top // 2), levels.tail(top - top // 2)])
    colours = [
        palette.noise if row["low"] <= 0 <= row["high"] else palette.raises if row["effect"] > 0 else palette.lowers
        for _, row in rows.iterrows()
    ]
    frame = rows.rename(columns={"effect": "value"})
    made = ranges(frame, colours, palette, x=say("Beyond what sound tells (points)"))
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    return made
