"""Drivers: what drives the rating, and what does a model use?"""

import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.evaluate import Evaluation
from core.explain.doubt import doubt
from core.explain.out_of_fold import Explanation
from core.language import mark, say
from core.models import AVERAGE, BASELINE
from core.plots import explanations
from core.plots.drivers import effects
from core.words import doubt as doubts
from core.words import drivers as said
from core.words.naming import cluster_label
from pages.ui import explained, groups, parts, session, work


def body(dataset: Dataset) -> None:
    """What passed a test of its own; below, what the chosen model used over all tracks, and how firm that is."""
    evaluation, verdict = work.evaluation(dataset), work.verdict(dataset)
    if parts.locked(verdict, dataset):
        return
    if not verdict.locked:
        _licensed(dataset, evaluation)
    names = [name for name in evaluation.models if name != BASELINE]
    start = names.index(AVERAGE) if AVERAGE in names else 0
    place = st.container()
    model = st.selectbox(say("Model"), names, start, format_func=words.label, key="driver-model")
    players = groups.switch(dataset, "drivers")
    single, refits = work.explanation(dataset, model), work.refits(dataset, model)
    explanation = session.once(Explanation.grouped, single, players)
    firm = session.once(doubt, refits, explanation)
    with place:
        parts.section(
            words.explanation_headline(explanation, evaluation),
            words.explanation_sentence(explanation, firm, evaluation),
        )
    noise = not words.beats_guessing(model, evaluation)
    parts.section(say("How much each part moves the prediction"), say(words.BARS))
    figure = session.once(
        explanations.importance_bars, explanation, firm, parts.palette(), noise=noise, two=evaluation.two_ratings
    )
    parts.chart(
        figure, "importance", words.bars_alternative(explanation, evaluation), lambda: explained.bars(explanation, firm)
    )
    st.markdown(
        text.rich(" ".join(doubts.doubt_sentences(firm, explanation, evaluation.two_ratings))), width=parts.TEXT_WIDTH
    )
    _beeswarm(explanation, dataset, evaluation)
    st.caption(text.markdown(words.explanation_route(explanation, dataset.tracks, evaluation)))
    explained.shapes(dataset, evaluation, single, refits)
    explained.agreement(dataset, players)
    parts.next_question(say("Why this track?"), "pages/6_track.py")


def _licensed(dataset: Dataset, evaluation: Evaluation) -> None:
    found, two = work.drivers(dataset), evaluation.two_ratings
    headline = said.drivers_headline(found)
    parts.headline(headline, *said.drivers_sentences(found, two))
    parts.simulated_note(dataset)
    table = found.frame.assign(features=[", ".join(names) for names in found.frame["features"]])
    parts.chart(session.once(effects, found, parts.palette(), two=two), "drivers", headline, table)
    parts.how(said.effects_reading(two))
    with st.expander(say("The tests behind each group")):
        for _, row in found.frame.iterrows():
            name = cluster_label(row["features"], row["lead"])
            st.markdown(
                f"**{text.markdown(name)}**: {text.markdown(said.driver_evidence(row))}", width=parts.TEXT_WIDTH
            )


def _beeswarm(explanation: Explanation, dataset: Dataset, evaluation: Evaluation) -> None:
    parts.section(say("Which way, track by track"), say(words.BEESWARM))
    figure = session.once(explanations.beeswarm, explanation, dataset, parts.palette(), two=evaluation.two_ratings)
    parts.chart(figure, "beeswarm", say(words.BEESWARM), lambda: explanation.frame(dataset.titles))
    parts.how(
        say(
            "Each dot is one of your tracks. Right of the dashed line, the part raises what the model expects "
            "for that track; left, it lowers it. Full colour means that the track has much of the feature, grey "
            "that it has little; a group's dots have the colour of the feature that they follow most. If the "
            "coloured dots lie on one side and the grey ones on the other, the model reads more of it as higher, "
            "or as lower.",
        )
    )


parts.run(mark("Drivers"), body)
