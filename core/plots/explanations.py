"""Charts of what a model used: over all tracks, and for one.

Of likes (`two`: the lower and the higher rating) figures are percentages: the chance of the higher rating, and by how
many percentage points a feature moves it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from core import schema, text, words
from core.dataset import Dataset
from core.explain.doubt import Doubt
from core.explain.out_of_fold import Explanation
from core.language import many, say
from core.plots import style
from core.plots.style import Palette

Two = tuple[float, float]


def importance_bars(
    explanation: Explanation,
    doubt: Doubt,
    palette: Palette,
    *,
    noise: bool = False,
    top: int = 12,
    two: Two | None = None,
) -> go.Figure:
    """Mean absolute SHAP value per player with its range over refits, longest first, and the line that luck reaches.

    A bar that does not reach beyond it, or whose place in the order is open, is grey, and so are all where everything may
    be noise.
    """
    explanation = _in_percent(explanation, two)
    scale = 1.0 if two is None else 100 / (two[1] - two[0])
    digits = _digits(two)
    rows = explanation.importance.head(top)
    own = doubt.frame.set_index("place").loc[rows["place"]].reset_index(drop=True)
    low, high, line = scale * own["low"], scale * own["high"], scale * doubt.line
    grey = noise | (rows["importance"] <= line) | own["loose"]
    made = style.figure(palette, height=84 + 32 * len(rows), x=style.unit(two).capitalize())
    made.add_bar(
        x=rows["importance"], y=[_label(explanation, place) for place in rows["place"]], orientation="h",
        marker={"color": [style.mix(palette.paper, palette.noise if one else palette.accent, 0.45) for one in grey]},
        error_x={
            "type": "data", "symmetric": False, "array": high - rows["importance"],
            "arrayminus": rows["importance"] - low, "color": palette.ink, "thickness": 1.5, "width": 0,
        },
        customdata=np.stack([low, high], axis=1),
        hovertemplate=say(
            "<b>%{{y}}</b><br>{middle} {unit} ({low} to {high})<extra></extra>", unit=style.unit(two),
            middle=f"%{{x:.{digits}f}}", low=f"%{{customdata[0]:.{digits}f}}", high=f"%{{customdata[1]:.{digits}f}}",
        ),
    )  # fmt: skip
    style.luck(made, line, palette)
    made.update_yaxes(autorange="reversed", showline=False)
    return made


def beeswarm(
    explanation: Explanation, dataset: Dataset, palette: Palette, *, top: int = 12, two: Two | None = None
) -> go.Figure:
    """One dot per track and player: its SHAP value across, the feature's own value as colour from low to high.

    A group's dots have the colour of its feature that its values follow most, which the hover text names.
    """
    explanation = _in_percent(explanation, two)
    places = list(explanation.importance["place"].head(top))
    made = style.figure(palette, height=90 + 42 * len(places), x=style.unit(two).capitalize())
    titles = [text.hover(dataset.titles[row]) for row in explanation.rows]
    for at, place in enumerate(places):
        values = explanation.values[:, place]
        name = explanation.followed(place, dataset.features)
        own = dataset.features[name].to_numpy()[explanation.rows]
        share = style.ranks(own)
        made.add_scatter(
            x=values, y=at + 0.36 * _spread(values), mode="markers",
            marker={"color": share, "colorscale": style.sequential(palette), "cmin": 0, "cmax": 1, "size": 6,
                    "opacity": 0.85, "showscale": at == 0, "colorbar": style.colour_bar(palette, say("own value"))},
            customdata=np.stack([np.array(titles, dtype=object), own], axis=1),
            hovertemplate=f"<b>%{{customdata[0]}}</b><br>{_label(explanation, place)}: %{{x:+.{_digits(two)}f}} {style.unit(two)}"
            f"<br>{text.hover(words.feature_label(name))} %{{customdata[1]:.3g}}<extra></extra>",
        )  # fmt: skip
    labels = [_label(explanation, place) for place in places]
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    made.update_yaxes(
        tickvals=list(range(len(places))), ticktext=labels, range=[len(places) - 0.4, -0.6], showline=False
    )
    return made


def _label(explanation: Explanation, place: int) -> str:
    return text.hover(words.player_label(explanation.players[place]))


def _digits(two: Two | None) -> int:
    """Decimals of a SHAP value."""
    return 1 if two else 2


def _in_percent(explanation: Explanation, two: Two | None) -> Explanation:
    """The same explanation of likes with all figures as percentages; of finer ratings, as it is."""
    if two is None:
        return explanation
    scale = 100 / (two[1] - two[0])
    return replace(
        explanation, values=scale * explanation.values, base=100 * words.share(explanation.base, two),
        prediction=100 * words.share(explanation.prediction, two), by_round=scale * explanation.by_round,
    )  # fmt: skip


def _spread(values: np.ndarray) -> np.ndarray:
    """Vertical places from -1 to 1 that keep dots of like value apart: alternating about the middle in each bin."""
    width = np.ptp(values) / 60 or 1.0
    bins = np.floor((values - values.min()) / width).astype(int)
    out = np.zeros(len(values))
    for one in np.unique(bins):
        members = np.flatnonzero(bins == one)
        steps = (np.arange(len(members)) + 1) // 2 * np.where(np.arange(len(members)) % 2, 1, -1)
        out[members] = steps
    return np.asarray(out / max(np.abs(out).max(), 6))


def waterfall(
    explanation: Explanation, row: int, dataset: Dataset, palette: Palette, *, span: tuple[float, float] | None = None,
    top: int = 9, two: Two | None = None,
) -> go.Figure:  # fmt: skip
    """One track under one model: from the base, feature by feature, to the prediction; the rating beside it.

    `row` is the track's row in the data set. `span` fixes the axis, so that two models can share it.
    """
    explanation = _in_percent(explanation, two)
    at = int(np.searchsorted(explanation.rows, row))
    base, prediction = explanation.base[at], explanation.prediction[at]
    steps = waterfall_steps(explanation, at, dataset, row, top)
    starts = base + np.concatenate([[0], np.cumsum([value for _, value in steps])[:-1]])
    made = style.figure(palette, height=120 + 34 * (len(steps) + 2), x=_axis(two))
    # Plotly keys rows by their text; invisible marks keep two features with one label apart.
    labels = [f"{label}{chr(0x200B) * i}" for i, (label, _) in enumerate(steps)]
    values = np.array([value for _, value in steps])
    digits = _digits(two)
    shown = [text.number(value, digits) if value < 0 else f"+{text.number(value, digits)}" for value in values]
    made.add_bar(
        x=values, base=starts, y=labels, orientation="h",
        marker={"color": [palette.raises if value > 0 else palette.lowers for value in values]},
        customdata=shown, hovertemplate=f"<b>%{{y}}</b><br>%{{customdata}} {style.unit(two)}<extra></extra>",
    )  # fmt: skip
    # At the right of every bar: at the left of one that lowers, the figure would run into the labels.
    made.add_scatter(
        x=np.maximum(starts, starts + values), y=labels, mode="text", text=[f" {figure}" for figure in shown],
        textposition="middle right", textfont={"color": palette.ink, "size": 13}, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    order = [say("Where it starts"), *labels, say("Expected")]
    for name, value, symbol in ((say("Where it starts"), base, "line-ns"), (say("Expected"), prediction, "diamond")):
        made.add_scatter(
            x=[value], y=[name], mode="markers+text", text=[f"  {text.number(value, 0)} %" if two else f"  {text.number(value)}"],
            textposition="middle right",
            marker={"color": palette.ink, "size": 13, "symbol": symbol, "line": {"color": palette.ink, "width": 3}},
            hovertemplate=f"<b>{name}</b><br>%{{x:.{'1f} %' if two else '2f}'}<extra></extra>", cliponaxis=False,
        )  # fmt: skip
    given = dataset.rating[row]
    rated = 100 * words.share(given, two) if two else given
    made.add_vline(x=rated, line={"color": palette.accent, "width": 2})
    made.add_annotation(
        x=rated, y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=words.rated(given, two) if two else say("your rating {given}", given=text.plain_number(given)),
        xanchor="right" if rated > base else "left", font={"color": palette.accent},
    )  # fmt: skip
    made.update_yaxes(categoryorder="array", categoryarray=order[::-1], showline=False)
    made.update_layout(margin={"t": 32})
    if span:
        made.update_xaxes(range=list(span))
    if two:
        made.update_xaxes(ticksuffix=" %")
    return made


def _axis(two: Two | None) -> str:
    return say("Chance of {higher}", higher=words.higher(two)) if two else say("Rating points")


def waterfall_steps(explanation: Explanation, at: int, dataset: Dataset, row: int, top: int) -> list[tuple[str, float]]:
    """(label with the track's own value, SHAP value): the `top` largest, then all others as one step."""
    values = explanation.values[at]
    order = np.argsort(-np.abs(values), kind="stable")
    kept = order[:top] if len(order) > top + 1 else order
    steps = []
    for j in kept:
        label, members = _label(explanation, j), explanation.players[j].features
        if len(members) == 1:
            label += f" = {schema.shown(members[0], dataset.features[members[0]].iloc[row])}"
        steps.append((label, float(values[j])))
    rest = [j for j in order if j not in set(kept)]
    if rest:
        if explanation.is_grouped:
            what = many(len(rest), "{number} other part", "{number} other parts")
        else:
            what = many(len(rest), "{number} other feature", "{number} other features")
        steps.append((what, float(values[rest].sum())))
    return steps


def waterfall_span(
    explanations: list[Explanation], row: int, dataset: Dataset, two: Two | None = None
) -> tuple[float, float]:
    """One axis for several models of the same track."""
    ends = [100 * words.share(dataset.rating[row], two) if two else dataset.rating[row]]
    for explanation in (_in_percent(one, two) for one in explanations):
        at = int(np.searchsorted(explanation.rows, row))
        values = explanation.values[at]
        path = explanation.base[at] + np.cumsum(values[np.argsort(-np.abs(values), kind="stable")])
        ends += [explanation.base[at], *path]
    air = 0.08 * (max(ends) - min(ends)) + (1 if two else 0.1)
    return float(min(ends) - air), float(max(ends) + 2 * air)  # the figures stand at the right
