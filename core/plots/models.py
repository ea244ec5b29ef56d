"""Charts of a comparison of models."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.language import figure, many, say
from core.models import AVERAGE, BASELINE
from core.plots import style
from core.plots.style import Palette

_GOLDEN = (5**0.5 - 1) / 2
_HALF = 0.6745 / 1.96  # the 50 % interval's share of the 95 % interval's width


def leaderboard(
    evaluation: Evaluation, palette: Palette, *, luck: float = float("nan"), top: int = 99
) -> go.Figure:  # fmt: skip
    """One row per model: dot, thick 50 % and thin 95 % interval of skill; the baseline at 0, the average on top; of the others
    the best `top`.

    A model whose interval does not lie above 0 is grey. luck: the skill that luck passes in 5 of 100 lists, a dotted line.
    """
    rows = evaluation.leaderboard.set_index("model")
    names = [n for n in rows.index if n not in (AVERAGE, BASELINE)][:top]
    names = [n for n in (AVERAGE,) if n in rows.index] + names + [n for n in (BASELINE,) if n in rows.index]
    made = style.figure(palette, height=60 + 34 * len(names), x=say("Skill on tracks not seen (%)"))
    for name in names:
        row = rows.loc[name]
        colour = palette.accent if name == AVERAGE else palette.ink
        if not row["skill_low"] > 0:  # not told from guessing
            colour = palette.noise
        y = [text.hover(words.label(name))] * 2
        middle, ends = 100 * row["skill"], (100 * row["skill_low"], 100 * row["skill_high"])
        inner = [middle + (end - middle) * _HALF for end in ends]
        for span, width in ((ends, 1.5), (inner, 6)):
            made.add_scatter(x=span, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip")
        made.add_scatter(
            x=[middle], y=y[:1], mode="markers",
            marker={"color": colour, "size": 11, "line": {"color": palette.paper, "width": 2}},
            hovertemplate=say(
                "<b>%{{y}}</b><br>skill %{{x:.0f}} % ({low} to {high})<br>{second}<extra></extra>",
                low=figure(f"{ends[0]:.0f}"), high=figure(f"{ends[1]:.0f}"), second=_second_figure(row, evaluation),
            ),
        )  # fmt: skip
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    if not np.isnan(luck):
        style.luck(made, 100 * luck, palette)
    made.update_yaxes(autorange="reversed", showline=False)
    made.update_xaxes(ticksuffix=" %")
    return made


def _second_figure(row: pd.Series, evaluation: Evaluation) -> str:
    """Beside skill: the typical miss, or of likes the pairs told apart."""
    if evaluation.two_ratings:
        return words.told_apart(row, evaluation.two_ratings)
    return say(
        "typical miss {mae} points, baseline {baseline}",
        mae=figure(f"{row['mae']:.2f}"),
        baseline=figure(f"{row['mae_baseline']:.2f}"),
    )


def predicted_against_rated(
    evaluation: Evaluation, model: str, dataset: Dataset, palette: Palette, *, chosen: int | None = None
) -> go.Figure:
    """Each track's out-of-fold prediction against its rating, of large lists a random part of them; `chosen` marks one track
    by its row.

    Of likes: two columns of dots, each with its average, over the dashed line of the person's own average.
    """
    predicted = evaluation.mean_prediction(model)
    if evaluation.two_ratings:
        two = evaluation.two_ratings
        return _two_columns(100 * words.share(predicted, two), two, dataset, palette, chosen)
    low, high = scale(dataset)
    bottom, top = min(low, float(predicted.min())), max(high, float(predicted.max()))
    made = style.figure(palette, height=380, x=say("Your rating"), y=say("Expected by the model"))
    made.add_scatter(
        x=[low, high], y=[low, high], mode="lines", hoverinfo="skip",
        line={"color": palette.noise, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    some = style.sample(dataset.tracks)
    style.sampled(made, len(some), dataset.tracks)
    made.add_scatter(
        x=dataset.rating[some], y=predicted[some], mode="markers",
        customdata=[text.hover(dataset.titles[row]) for row in some],
        marker={"color": palette.ink, "size": 7, "opacity": 0.55},
        hovertemplate=say("<b>%{{customdata}}</b><br>you %{{x:g}}, expected %{{y:.1f}}<extra></extra>"),
    )  # fmt: skip
    if chosen is not None:
        made.add_scatter(
            x=[dataset.rating[chosen]], y=[predicted[chosen]], mode="markers", hoverinfo="skip",
            marker={"color": palette.accent, "size": 14, "line": {"color": palette.paper, "width": 2}},
        )  # fmt: skip
    made.update_xaxes(range=[low, high])
    made.update_yaxes(range=[bottom, top], showgrid=True, gridcolor=palette.hairline)
    return made


def _two_columns(
    chance: np.ndarray, two: tuple[float, float], dataset: Dataset, palette: Palette, chosen: int | None
) -> go.Figure:
    liked, across = dataset.rating == two[1], _across(dataset, two)
    made = style.figure(
        palette, height=380, x=say("Your rating"), y=say("Expected chance of {higher}", higher=words.higher(two))
    )
    average = 100 * liked.mean()
    made.add_hline(y=average, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    some = style.sample(dataset.tracks)
    style.sampled(made, len(some), dataset.tracks)
    made.add_scatter(
        x=across[some], y=chance[some], mode="markers", customdata=[text.hover(dataset.titles[row]) for row in some],
        text=[words.answers(two)[int(one)] for one in liked[some]],
        marker={"color": palette.ink, "size": 7, "opacity": 0.45},
        hovertemplate="<b>%{customdata}</b><br>%{text}, expected %{y:.0f} %<extra></extra>",
    )  # fmt: skip
    for column in (0, 1):
        made.add_scatter(
            x=[column - 0.36, column + 0.36], y=[chance[liked == column].mean()] * 2, mode="lines",
            line={"color": palette.accent, "width": 3}, hovertemplate="average %{y:.0f} %<extra></extra>",
        )  # fmt: skip
    if chosen is not None:
        made.add_scatter(
            x=[across[chosen]], y=[chance[chosen]], mode="markers", hoverinfo="skip",
            marker={"color": palette.accent, "size": 14, "line": {"color": palette.paper, "width": 2}},
        )  # fmt: skip
    made.update_xaxes(range=[-0.5, 1.5], tickvals=[0, 1], ticktext=words.answers(two), showgrid=False)
    made.update_yaxes(ticksuffix=" %", showgrid=True, gridcolor=palette.hairline)
    return made


def places(evaluation: Evaluation, model: str, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Where `predicted_against_rated` has each track (N,), (N,), whether it is drawn or not."""
    predicted, two = evaluation.mean_prediction(model), evaluation.two_ratings
    return (_across(dataset, two), 100 * words.share(predicted, two)) if two else (dataset.rating, predicted)


def _across(dataset: Dataset, two: tuple[float, float]) -> np.ndarray:
    # Steps of the golden ratio spread neighbours evenly. The canonical row sets the place, not the file's order.
    return np.asarray((dataset.rating == two[1]) + 0.6 * (np.arange(dataset.tracks) * _GOLDEN % 1 - 0.5))


def scale(dataset: Dataset) -> tuple[float, float]:
    """The rating's range with a little air, for axes."""
    low, high = float(dataset.rating.min()), float(dataset.rating.max())
    air = (high - low) * 0.06
    return low - air, high + air


def training_against_test(evaluation: Evaluation, palette: Palette) -> go.Figure:
    """Per model: skill on the tracks it learned from (hollow) and on the others (full)."""
    rows = evaluation.leaderboard[evaluation.leaderboard["model"] != BASELINE]
    made = style.figure(palette, height=70 + 30 * len(rows), x=say("Skill (%)"))
    for _, row in rows.iterrows():
        y = [text.hover(words.label(row["model"]))] * 2
        x = [100 * row["skill"], 100 * row["train_skill"]]
        made.add_scatter(x=x, y=y, mode="lines", line={"color": palette.hairline, "width": 3}, hoverinfo="skip")
        made.add_scatter(
            x=x, y=y, mode="markers",
            marker={"color": [palette.ink, palette.paper], "size": 10, "line": {"color": palette.ink, "width": 1.5}},
            customdata=[say("tracks it had not seen"), say("tracks it learned from")],
            hovertemplate="<b>%{y}</b><br>%{customdata}: %{x:.0f} %<extra></extra>",
        )  # fmt: skip
    first = rows.iloc[0]
    dots = sorted([(first["skill"], say("not seen")), (first["train_skill"], say("learned from"))])
    for (skill, side), anchor in zip(dots, ("right", "left"), strict=True):  # apart, however near the dots are
        made.add_annotation(
            x=100 * skill, y=text.hover(words.label(first["model"])), yshift=18, text=side, showarrow=False,
            xanchor=anchor, font={"color": palette.ink, "size": 13},
        )  # fmt: skip
    made.update_yaxes(autorange="reversed", showline=False)
    made.update_xaxes(ticksuffix=" %")
    made.update_layout(margin={"t": 28})
    return made


def fold_spread(evaluation: Evaluation, palette: Palette) -> go.Figure:
    """Every fold's skill as a dot, per model: how much a single split would mislead."""
    names = [name for name in evaluation.models if name != BASELINE]
    made = style.figure(palette, height=70 + 30 * len(names), x=say("Skill in one fold (%)"))
    for name in names:
        values = 100 * evaluation.scores.loc[evaluation.scores["model"] == name, "skill"].to_numpy(float)
        colour = palette.accent if name == AVERAGE else palette.ink
        made.add_scatter(
            x=values, y=[text.hover(words.label(name))] * len(values), mode="markers",
            marker={"color": colour, "size": 9, "opacity": 0.28, "symbol": "line-ns", "line": {"color": colour, "width": 2}},
            hovertemplate=say("<b>%{{y}}</b><br>one fold: %{{x:.0f}} %<extra></extra>"),
        )  # fmt: skip
    made.add_vline(x=0, line={"color": palette.noise, "width": 1.5, "dash": "dash"})
    skills = 100 * evaluation.scores["skill"].to_numpy(float)
    left = max(float(np.nanmin(skills)), -100.0)  # a tiny fold can come out at minus a thousand
    beyond = int((skills < left).sum())
    if beyond:
        made.add_annotation(
            x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom", showarrow=False,
            font={"color": palette.noise},
            text=many(beyond, "← {number} fold below \u2212100 %", "← {number} folds below \u2212100 %"),
        )  # fmt: skip
        made.update_layout(margin={"t": 28})
    made.update_xaxes(range=[left - 5, float(np.nanmax(skills)) + 5], ticksuffix=" %")
    made.update_yaxes(autorange="reversed", showline=False)
    return made
