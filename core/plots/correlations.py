"""Charts of what goes with what."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import schema, text, words
from core.correlate import Correlations, Pair
from core.dataset import Dataset
from core.language import figure, say
from core.plots import style
from core.plots.style import Palette


def heatmap(
    correlation: pd.DataFrame, palette: Palette, *, kind: str, groups: Sequence[Sequence[str]] = ()
) -> go.Figure:
    """A clustered matrix of correlations; `kind` is the word for them in the hover text. `groups` of features stand together,
    each in a frame.
    """
    place = {name: number for number, name in enumerate(correlation.columns)}
    apart = [sorted(group, key=place.__getitem__) for group in groups] or [list(correlation.columns)]
    order = [name for group in sorted(apart, key=lambda group: place[group[0]]) for name in group]
    correlation = correlation.loc[order, order]
    labels = [text.hover(words.feature_label(name)) for name in correlation.columns]
    size = max(320, 60 + 18 * len(labels))
    made = style.figure(palette, height=size)
    made.add_heatmap(
        z=correlation.to_numpy(), x=labels, y=labels, zmin=-1, zmax=1, colorscale=style.diverging(palette), xgap=1, ygap=1,
        colorbar={"thickness": 8, "len": 0.5, "tickvals": [-1, 0, 1], "ticktext": ["\u22121", "0", "1"], "outlinewidth": 0},
        hovertemplate=f"%{{y}}<br>%{{x}}<br>{kind} %{{z:.2f}}<extra></extra>",
    )  # fmt: skip
    # The columns stand in the order of the rows; their labels would be a blur on a narrow screen.
    made.update_xaxes(showgrid=False, showticklabels=False, showline=False)
    made.update_yaxes(autorange="reversed", showline=False, tickfont={"size": 12}, dtick=1)
    for group in groups:
        members = [order.index(name) for name in group]
        first, last = min(members), max(members)
        if last > first:
            made.add_shape(
                type="rect", x0=first - 0.5, x1=last + 0.5, y0=first - 0.5, y1=last + 0.5,
                line={"color": palette.ink, "width": 1.5},
            )  # fmt: skip
    return made


def with_rating(found: Correlations, palette: Palette, *, top: int = 40) -> go.Figure:
    """Each feature's rank correlation with the rating and its 95 % interval; grey where luck may do the same."""
    rows = found.with_rating.dropna(subset=["spearman"]).head(top)
    made = style.figure(palette, height=60 + 24 * len(rows), x=say("Rank correlation"))
    for _, row in rows.iterrows():
        direction = palette.raises if row["spearman"] > 0 else palette.lowers
        colour = direction if row["q"] <= 0.05 else palette.noise
        y = [text.hover(words.feature_label(row["feature"]))]
        made.add_scatter(
            x=[row["low"], row["high"]], y=y * 2, mode="lines", line={"color": colour, "width": 2}, hoverinfo="skip"
        )
        made.add_scatter(
            x=[row["spearman"]], y=y, mode="markers", marker={"color": colour, "size": 10},
            hovertemplate=say(
                "<b>%{{y}}</b><br>%{{x:.2f}} ({low} to {high}), q {q}<extra></extra>",
                **{name: figure(f"{row[name]:.2f}") for name in ("low", "high", "q")},
            ),
        )  # fmt: skip
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    made.update_xaxes(range=[min(-0.1, rows["low"].min()) - 0.04, max(0.1, rows["high"].max()) + 0.04])
    made.update_yaxes(autorange="reversed", showline=False, dtick=1)
    return made


def scatter(
    pair: Pair, dataset: Dataset, palette: Palette, *, colour: np.ndarray | None = None, colour_name: str = ""
) -> go.Figure:
    """Two columns against each other, one dot per track with its name, of large lists a random part of them.

    `colour` (N,), a third column, from grey to full.
    """
    made = style.figure(palette, height=420, x=axis_title(pair.first), y=axis_title(pair.second))
    marker: dict[str, object] = {"color": palette.ink, "size": 8, "opacity": 0.55}
    some = style.sample(len(pair.rows))
    rows = pair.rows[some]
    style.sampled(made, len(some), len(pair.rows))
    third = [""] * len(rows)
    if colour is not None:
        shades = colour[rows]
        marker = {
            "color": style.ranks(shades), "colorscale": style.sequential(palette), "cmin": 0, "cmax": 1, "size": 8,
            "opacity": 0.85, "showscale": True, "colorbar": style.colour_bar(palette, text.hover(colour_name)),
        }  # fmt: skip
        third = [f"<br>{text.hover(colour_name)} {shade:.3g}" if np.isfinite(shade) else "" for shade in shades]
        made.update_layout(margin={"t": 44})
    made.add_scatter(
        x=pair.x[some], y=pair.y[some], mode="markers", marker=marker,
        customdata=[[text.hover(dataset.titles[row]), more] for row, more in zip(rows, third, strict=True)],
        hovertemplate="<b>%{customdata[0]}</b><br>%{x:.3g}, %{y:.3g}%{customdata[1]}<extra></extra>",
    )  # fmt: skip
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline)
    return made


def axis_title(name: str) -> str:
    """A feature's label with its unit."""
    if name == "rating":
        return say("Your rating (points)")
    feature = schema.describe(name)
    return text.hover(f"{feature.label} ({feature.unit})" if feature.unit else feature.label)
