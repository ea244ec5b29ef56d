"""Charts of one track: its waterfall with the range of the expectation, and the list's surprises by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import text
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.out_of_fold import Explanation
from core.explain.track import Interval
from core.language import mark, say
from core.plots import explanations, models
from core.plots.style import Palette

Two = tuple[float, float]
_RANGE = mark("8 of 10 times")  # the range's row
_HEIGHT, _MARGIN = 480, 80  # pixels of the surprises, and of what is no plot
_LINE = 19  # pixels from label to label
_LETTERS = 26


def waterfall(
    explanation: Explanation, row: int, dataset: Dataset, palette: Palette, *, interval: Interval | None = None,
    span: tuple[float, float] | None = None, two: Two | None = None, digits: int = 1,
) -> go.Figure:  # fmt: skip
    """The track's waterfall; below it the range of the expectation, thin, on the same axis. Likes have none."""
    made = explanations.waterfall(explanation, row, dataset, palette, span=span, two=two)
    if interval is None:
        return made
    low, high = interval.low, interval.high
    shown = say("{low} to {high}", low=text.number(low, digits), high=text.number(high, digits))
    made.add_scatter(
        x=[low, high], y=[say(_RANGE)] * 2, mode="lines+markers", line={"color": palette.ink, "width": 1.5},
        marker={"color": palette.ink, "size": 11, "symbol": "line-ns", "line": {"color": palette.ink, "width": 1.5}},
        hovertemplate=f"<b>{say(_RANGE)}</b><br>{shown}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    made.add_annotation(
        x=(low + high) / 2, y=say(_RANGE), yshift=-13, text=shown, showarrow=False, font={"color": palette.ink, "size": 13},
    )  # fmt: skip
    made.update_yaxes(categoryarray=[say(_RANGE), *made.layout.yaxis.categoryarray])
    made.update_layout(height=made.layout.height + 34)
    return made


def span(
    found: Sequence[Explanation], intervals: Sequence[Interval | None], row: int, dataset: Dataset, two: Two | None
) -> tuple[float, float]:
    """One axis for several models' waterfalls with their ranges."""
    low, high = explanations.waterfall_span(list(found), row, dataset, two)
    ends = [end for one in intervals if one for end in (one.low, one.high)]
    air = 0.04 * (max([high, *ends]) - min([low, *ends])) if ends else 0.0
    return min([low, *(end - air for end in ends)]), max([high, *(end + air for end in ends)])


def surprises(
    evaluation: Evaluation, model: str, dataset: Dataset, furthest: pd.DataFrame, palette: Palette, *,
    chosen: int | None = None,
) -> go.Figure:  # fmt: skip
    """Rated against expected, the furthest (rows of `core.explain.track.surprises`) with their titles."""
    made = models.predicted_against_rated(evaluation, model, dataset, palette, chosen=chosen)
    made.update_layout(height=_HEIGHT)
    x, y = models.places(evaluation, model, dataset)
    bottom, top = made.layout.yaxis.range or (float(np.min(y)), float(np.max(y)))
    unit = (_HEIGHT - _MARGIN) / (top - bottom)  # pixels
    middle = (x.min() + x.max()) / 2
    named = furthest["row"].to_numpy()
    made.add_scatter(
        x=x[named], y=y[named], mode="markers", hoverinfo="skip",
        marker={"color": "rgba(0,0,0,0)", "size": 11, "line": {"color": palette.ink, "width": 1.5}},
    )  # fmt: skip
    # All of them a line apart: on a phone the labels of both sides would meet.
    rows = named[np.argsort(y[named], kind="stable")]
    for row, height in zip(rows, _apart((y[rows] - bottom) * unit), strict=True):
        right = x[row] > middle
        made.add_annotation(
            x=x[row], y=y[row], ax=-16 if right else 16, ay=float((y[row] - bottom) * unit - height), showarrow=True,
            arrowhead=0, arrowwidth=1, arrowcolor=palette.noise, standoff=4, xanchor="right" if right else "left",
            text=text.hover(text.shorten(dataset.titles[row], _LETTERS)), font={"color": palette.ink, "size": 13},
            bgcolor=f"{palette.paper}99",  # the dots behind a name show through, and do not hide it
        )  # fmt: skip
    return made


def _apart(heights: np.ndarray) -> np.ndarray:
    """The same heights in pixels (k,), ascending, moved as little as it takes to be a line apart; none below 10."""
    from scipy.optimize import isotonic_regression

    # Heights less one line for each label below must not fall: the nearest such heights are an isotonic regression.
    lines = _LINE * np.arange(len(heights))
    return np.asarray(np.maximum(isotonic_regression(heights - lines).x, 10.0) + lines) if len(heights) else heights
