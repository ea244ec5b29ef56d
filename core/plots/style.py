"""One look for all charts: colours with one meaning each, much paper, few lines.

raises / lowers: what moves a prediction or goes with higher / lower ratings. noise: chance and what lies inside it.
accent: the person and what speaks for all. The two directions differ in lightness too, for every kind of eyes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.language import figure as written
from core.language import say


@dataclass(frozen=True)
class Palette:
    """Colours of one theme, as CSS hex."""

    paper: str
    ink: str
    hairline: str
    accent: str
    raises: str
    lowers: str
    noise: str


LIGHT = Palette("#FBFAF7", "#1E2126", "#DDD9CF", "#4B4ACF", "#0B6B64", "#D1753A", "#8C8C86")
DARK = Palette("#14161A", "#ECEAE4", "#33363C", "#9C9BFF", "#7ADBD0", "#CC6F33", "#8C8C86")

FONT = '"Source Sans", "Source Sans Pro", sans-serif'
MOST = 3_000  # dots of one chart; more are a blot, and cost the browser its time
CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "svg"},
    "scrollZoom": False,
}


def figure(palette: Palette, *, height: int, x: str = "", y: str = "") -> go.Figure:
    """An empty figure in the house's look, with axis titles as words."""
    made = go.Figure()
    axis = {
        "showgrid": False, "zeroline": False, "linecolor": palette.hairline, "tickcolor": palette.hairline,
        "automargin": True, "fixedrange": True,
    }  # fmt: skip
    made.update_layout(
        height=height, showlegend=False, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)",
        font={"family": FONT, "size": 14, "color": palette.ink}, margin={"l": 8, "r": 16, "t": 12, "b": 8},
        xaxis={**axis, "title": {"text": x, "font": {"size": 14}}, "showgrid": True, "gridcolor": palette.hairline},
        yaxis={**axis, "title": {"text": y, "font": {"size": 14}}},
        hoverlabel={"bgcolor": palette.paper, "bordercolor": palette.hairline,
                    "font": {"family": FONT, "size": 14, "color": palette.ink}, "align": "left"},
        bargap=0.25, dragmode=False, separators=written(".,"),
    )  # fmt: skip
    return made


def page(made: go.Figure, palette: Palette) -> str:
    """The figure as an HTML page of its own that needs no network; its camera saves PNG."""
    shown = go.Figure(made)
    shown.update_layout(paper_bgcolor=palette.paper, plot_bgcolor=palette.paper)
    config = CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 2}}
    return str(shown.to_html(include_plotlyjs="inline", config=config))


def luck(made: go.Figure, x: float, palette: Palette) -> None:
    """The dotted line that luck alone reaches, and its name above it."""
    made.add_vline(x=x, line={"color": palette.ink, "width": 1.5, "dash": "dot"})
    made.add_annotation(
        x=x, y=1, yref="paper", yanchor="bottom", xanchor="left", showarrow=False, text=say("luck gets this far"),
        font={"color": palette.ink, "size": 13},
    )  # fmt: skip
    made.update_layout(margin={"t": 28})


def sample(tracks: int) -> np.ndarray:
    """The rows that a chart of one dot per track draws: all up to `MOST`, of more a random `MOST`, the same ones each time."""
    if tracks <= MOST:
        return np.arange(tracks)
    return np.sort(np.random.default_rng([tracks, MOST]).choice(tracks, MOST, replace=False))


def sampled(made: go.Figure, shown: int, tracks: int) -> None:
    """Says above the plot, at the left, that the dots are a random part of the tracks; nothing where they are all."""
    if shown == tracks:
        return
    made.add_annotation(
        x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False, font={"size": 13},
        text=say("{shown} of {tracks} tracks, drawn at random", shown=written(f"{shown:,}"), tracks=written(f"{tracks:,}")),
    )  # fmt: skip
    made.update_layout(margin={"t": max(made.layout.margin.t, 32)})


def unit(two: tuple[float, float] | None) -> str:
    """What SHAP values are told in: of likes (`two`: the lower and the higher rating) percentage points."""
    return say("percentage points") if two else say("rating points")


def colour_bar(palette: Palette, title: str) -> dict[str, object]:
    """The legend of a colour from low to high, above the plot at the right. `title` is plotly's HTML."""
    return {
        "orientation": "h", "thickness": 8, "len": 0.4, "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom",
        "tickvals": [0, 1], "ticktext": [say("low"), say("high")], "outlinewidth": 0, "ticklen": 0,
        "title": {"text": title, "side": "top", "font": {"size": 13}},
        "tickfont": {"color": palette.ink},
    }  # fmt: skip


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0 to 1, so that one extreme value does not take all the colours; NaN stays NaN."""
    given = ~np.isnan(values)
    out = np.full(len(values), np.nan)
    _, inverse = np.unique(values[given], return_inverse=True)
    out[given] = inverse / max(inverse.max(initial=0), 1)
    return out


def mix(first: str, second: str, share: float) -> str:
    """The colour `share` of the way from one CSS hex colour to another."""
    a, b = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (first, second))
    return "#" + "".join(f"{round(u + (v - u) * share):02X}" for u, v in zip(a, b, strict=True))


def diverging(palette: Palette) -> list[list[object]]:
    """Lowers - paper - raises, for what runs from -1 to 1."""
    return [[0, palette.lowers], [0.5, palette.paper], [1, palette.raises]]


def sequential(palette: Palette) -> list[list[object]]:
    """Grey to accent, for what runs from low to high."""
    return [[0, mix(palette.paper, palette.noise, 0.55)], [1, palette.accent]]
