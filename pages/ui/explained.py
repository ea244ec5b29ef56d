"""What the Drivers page says of a model's use of the features beyond its bars: their table, the shape of each one's effect,
and whether other models agree.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain import agreement as agreeing
from core.explain.doubt import Doubt, Refits
from core.explain.groups import Player
from core.explain.out_of_fold import Explanation
from core.language import say
from core.plots import shape as plots
from core.plots.agreement import directions
from core.words import doubt as doubts
from core.words import shape as said
from pages.ui import parts, session, work


def bars(explanation: Explanation, firm: Doubt) -> pd.DataFrame:
    """The bars with their ranges, for download."""
    own = explanation.importance.merge(firm.frame, on="place")
    return own.drop(columns="place").assign(luck=firm.line)


def agreement(dataset: Dataset, players: tuple[Player, ...]) -> None:
    """Do the models that beat guessing agree, direction included?"""
    found = session.once(agreeing.agreement, work.opinions(dataset), dataset, players)
    parts.section(doubts.agreement_headline(found), *doubts.agreement_sentences(found))
    if len(found.models) < 2:
        return
    labels = [words.player_label(player) for player in players]
    table = doubts.agreement_table(found, labels)
    parts.chart(session.once(directions, found, parts.palette()), "agreement", doubts.agreement_headline(found), table)
    parts.how(
        say(
            "One mark per model: up where more of the feature raises what it expects, down where it lowers it, a "
            "grey dot where neither can be said. The larger the mark, the more the model uses it beside what it "
            "uses most. Of a group, the direction is that of the feature named first in the sentence above.",
        )
    )


@st.fragment
def shapes(dataset: Dataset, evaluation: Evaluation, explanation: Explanation, refits: Refits) -> None:
    """What more of one feature does, and its value on every track; `explanation` is of single features.

    A fragment, so that another feature redraws this part alone.
    """
    with parts.boundary("Drivers"):
        _shapes(dataset, evaluation, explanation, refits)


def _shapes(dataset: Dataset, evaluation: Evaluation, explanation: Explanation, refits: Refits) -> None:
    if not refits.shapes:
        parts.section(say(said.SHAPE), say(said.NO_SHAPE))
        return
    two, verdict = evaluation.two_ratings, work.verdict(dataset)
    place = st.container()
    pair = work.pair(dataset)
    of = {shape.feature: shape for shape in refits.shapes}
    feature = st.selectbox(
        say("Feature (those that the model uses most)"),
        list(of),
        format_func=words.feature_label,
        key=f"shape-{dataset.key}",
    )
    shape = of[feature]
    sentence = said.shape_sentence(shape, explanation.model, two)
    with place:
        parts.section(
            said.shape_headline(shape), sentence, said.peak_sentence(shape, work.peaks(dataset)),
            "" if verdict.locked else said.together_sentence(pair, two),
        )  # fmt: skip
    table = pd.DataFrame({"value": shape.edges, "effect": shape.middle, "low": shape.low, "high": shape.high})
    parts.chart(session.once(plots.curve, shape, dataset, parts.palette(), two=two), "shape", sentence, table)
    parts.how(say(said.SHAPE_READING))
    st.markdown(say(said.DEPENDENCE), width=parts.TEXT_WIDTH)
    labels = shades(dataset)
    names = [name for name in labels if name != feature]
    partner = (
        [name for name in pair.features if name != feature] if pair and pair.told and feature in pair.features else []
    )
    others = [*partner, *(name for name in of if name != feature), "rating"]
    by = st.selectbox(
        say("Colour of the dots"), names, names.index(others[0]), format_func=labels.__getitem__,
        key=f"shade-{dataset.key}-{feature}"
    )  # fmt: skip
    colour = session.once(column, dataset, by)
    figure = session.once(plots.dependence, explanation, feature, dataset, colour, labels[by], parts.palette(), two=two)
    own = explanation.values[:, explanation.features.index(feature)]
    dots = pd.DataFrame({
        "track": [dataset.titles[row] for row in explanation.rows],
        feature: dataset.features[feature].to_numpy()[explanation.rows], "shap_value": own, by: colour[explanation.rows],
    })  # fmt: skip
    parts.chart(figure, "dependence", say(said.DEPENDENCE), dots)
    parts.how(say(said.DEPENDENCE_READING))


def shades(dataset: Dataset) -> dict[str, str]:
    """What dots can be coloured by, with names for people: the rating, the features, and other columns that hold numbers."""
    return {name: words.feature_label(name) for name in ("rating", *dataset.feature_names)} | {
        name: text.shorten(name, 40)
        for name in map(str, dataset.context.columns)
        if name not in dataset.feature_names and pd.to_numeric(dataset.context[name], errors="coerce").nunique() > 1
    }


def column(dataset: Dataset, name: str) -> np.ndarray:
    """A column's numbers (N,), NaN where there is none."""
    if name == "rating":
        return dataset.rating
    if name in dataset.feature_names:
        return dataset.features[name].to_numpy()
    return pd.to_numeric(dataset.context[name], errors="coerce").to_numpy(float)
