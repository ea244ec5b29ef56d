"""One feature over the steps of the rating."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from core import text
from core.correlate import levels
from core.dataset import Dataset
from core.language import many, say
from core.plots import style
from core.plots.correlations import axis_title
from core.plots.style import Palette
from core.words.naming import answers

_LEAST = 5  # tracks of which a box is drawn


def over_rating(dataset: Dataset, feature: str, palette: Palette) -> go.Figure:
    """How a feature is spread at each step of the rating: the middle half as a box, each track as a dot with its name.

    Of large lists the boxes are those of all tracks, and the dots a random part of them.
    """
    steps, own = levels(dataset.rating)
    names = (
        list(answers((steps[0][0], steps[1][0]))) if dataset.likes
        else [_part(low, high) for low, high in steps]
    )  # fmt: skip
    made = style.figure(palette, height=380, x=say("Your rating"), y=axis_title(feature))
    values = dataset.features[feature].to_numpy(float)
    known = np.flatnonzero(~np.isnan(values))
    some = np.zeros(dataset.tracks, dtype=bool)
    some[known[style.sample(len(known))]] = True
    style.sampled(made, int(some.sum()), len(known))
    for number, name in enumerate(names):
        rows = [row for row in (own == number).nonzero()[0] if values[row] == values[row]]
        counted = f"{name}: {many(len(rows), '{number} track', '{number} tracks')}"
        if not some[known].all():
            _aside(made, number, values[rows], [row for row in rows if some[row]], dataset, values, palette, counted)
            continue
        boxed = len(rows) >= _LEAST
        made.add_box(
            x=[number] * len(rows), y=values[rows], boxpoints="all", jitter=0.5, pointpos=0, width=0.6,
            line={"color": palette.ink if boxed else "rgba(0,0,0,0)", "width": 1.5}, fillcolor="rgba(0,0,0,0)",
            marker={"color": palette.noise, "size": 5, "opacity": 0.5}, hoveron="points", whiskerwidth=0,
            text=[text.hover(dataset.titles[row]) for row in rows],
            hovertemplate="<b>%{text}</b><br>%{y:.3g}<extra></extra>",
            name=counted,
        )  # fmt: skip
    made.update_xaxes(showgrid=False, tickvals=list(range(len(names))), ticktext=names)
    made.update_yaxes(showgrid=True, gridcolor=palette.hairline)
    return made


def _aside(
    made: go.Figure, place: int, all_values: np.ndarray, rows: list[int], dataset: Dataset, values: np.ndarray,
    palette: Palette, name: str,
) -> None:  # fmt: skip
    """The box of all values (k,) by its five figures, and beside each other the dots of these rows alone."""
    if len(all_values) >= _LEAST:
        low, middle, high = np.quantile(all_values, [0.25, 0.5, 0.75])
        inside = all_values[(all_values >= low - 1.5 * (high - low)) & (all_values <= high + 1.5 * (high - low))]
        made.add_box(
            x=[place], q1=[low], median=[middle], q3=[high], lowerfence=[inside.min()], upperfence=[inside.max()], width=0.6,
            line={"color": palette.ink, "width": 1.5}, fillcolor="rgba(0,0,0,0)", hoverinfo="skip", whiskerwidth=0, name=name,
        )  # fmt: skip
    jitter = np.random.default_rng(place).uniform(-0.15, 0.15, len(rows))
    made.add_scatter(
        x=place + jitter, y=values[rows], mode="markers", marker={"color": palette.noise, "size": 5, "opacity": 0.5},
        text=[text.hover(dataset.titles[row]) for row in rows],
        hovertemplate="<b>%{text}</b><br>%{y:.3g}<extra></extra>", name=name,
    )  # fmt: skip


def _part(low: float, high: float) -> str:
    start, end = text.plain_number(low), text.plain_number(high)
    return start if start == end else f"{start}–{end}"
