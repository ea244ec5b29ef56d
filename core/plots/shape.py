"""Charts of one feature: what a model makes of more of it, and its SHAP value on every track."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core import schema, text, words
from core.dataset import Dataset
from core.explain.out_of_fold import Explanation
from core.explain.shape import Shape
from core.language import say
from core.plots import style
from core.plots.correlations import axis_title
from core.plots.style import Palette

Two = tuple[float, float]
_TICKS = 1_000


def curve(shape: Shape, dataset: Dataset, palette: Palette, *, two: Two | None = None) -> go.Figure:
    """The accumulated local effect with its band, the line of no effect, and a tick below for every track in range
    (of more than 1,000 every second, third, ...).
    """
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    low, middle, high = scale * shape.low, scale * shape.middle, scale * shape.high
    made = style.figure(palette, height=320, x=axis_title(shape.feature), y=style.unit(two).capitalize())
    made.add_scatter(
        x=np.concatenate([shape.edges, shape.edges[::-1]]), y=np.concatenate([high, low[::-1]]), fill="toself",
        fillcolor=style.mix(palette.paper, palette.accent, 0.2), line={"width": 0}, mode="lines", hoverinfo="skip",
    )  # fmt: skip
    made.add_hline(y=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    digits = 1 if two else 2
    made.add_scatter(
        x=shape.edges, y=middle, mode="lines+markers", line={"color": palette.accent, "width": 2.5}, marker={"size": 6},
        customdata=[
            [schema.shown(shape.feature, value), *(text.number(end, digits) for end in (centre, bottom, top))]
            for value, centre, bottom, top in zip(shape.edges, middle, low, high, strict=True)
        ],
        hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} " + style.unit(two)
        + say(" (%{{customdata[2]}} to %{{customdata[3]}})<extra></extra>"),
    )  # fmt: skip
    own = dataset.features[shape.feature].to_numpy()
    own = np.sort(own[(own >= shape.edges[0]) & (own <= shape.edges[-1])])
    own = own[:: -(-len(own) // _TICKS)]
    made.add_scatter(
        x=own, y=np.full(len(own), 0.015), yaxis="y2", mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 9, "line": {"color": palette.noise, "width": 1}}, opacity=0.5,
    )  # fmt: skip
    made.update_layout(yaxis2={"overlaying": "y", "range": [0, 1], "visible": False, "fixedrange": True})
    _lengths(made, shape.feature, shape.edges)
    return made


def dependence(
    explanation: Explanation, feature: str, dataset: Dataset, colour: np.ndarray, colour_name: str, palette: Palette, *,
    two: Two | None = None,
) -> go.Figure:  # fmt: skip
    """A dot per explained track: its value of the feature, and by how much that moved what the model expected.

    `explanation` is of single features. `colour` (N,) belongs to the data set's tracks; `colour_name` is shown.
    """
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    own, tint = dataset.features[feature].to_numpy()[explanation.rows], colour[explanation.rows]
    values = scale * explanation.values[:, explanation.features.index(feature)]
    made = style.figure(palette, height=360, x=axis_title(feature), y=style.unit(two).capitalize())
    made.add_hline(y=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    given = ~np.isnan(own)
    titles = [text.hover(dataset.titles[row]) for row in explanation.rows[given]]
    made.add_scatter(
        x=own[given], y=values[given], mode="markers",
        marker={"color": style.ranks(tint)[given], "colorscale": style.sequential(palette), "cmin": 0, "cmax": 1, "size": 8,
                "opacity": 0.85, "showscale": True, "colorbar": style.colour_bar(palette, text.hover(colour_name))},
        customdata=[
            [title, schema.shown(feature, value), f"{shade:.3g}" if np.isfinite(shade) else say("missing")]
            for title, value, shade in zip(titles, own[given], tint[given], strict=True)
        ],
        hovertemplate=f"<b>%{{customdata[0]}}</b><br>{text.hover(words.feature_label(feature))} %{{customdata[1]}}: "
        f"%{{y:+.{1 if two else 2}f}} {style.unit(two)}<br>{text.hover(colour_name)} %{{customdata[2]}}<extra></extra>",
    )  # fmt: skip
    made.update_layout(margin={"t": 44})
    _lengths(made, feature, own[given])
    return made


def _lengths(made: go.Figure, feature: str, values: np.ndarray) -> None:
    """Lengths of tracks on the axis as minutes and seconds."""
    if feature == "duration_ms" and len(values):
        ticks = np.linspace(values.min(), values.max(), 6)
        made.update_xaxes(
            tickvals=ticks,
            ticktext=[schema.shown(feature, tick) for tick in ticks],
            title={"text": schema.describe(feature).label},
        )
