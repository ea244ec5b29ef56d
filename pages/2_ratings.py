"""Ratings: how do I rate?"""

import datetime

import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.language import mark, say
from core.plots import biases as pictures
from core.plots import ratings
from core.words import biases as said
from core.words.curve import ceiling_sentence, widest_sentence
from pages.ui import habits, listeners, parts, session, work


def body(dataset: Dataset) -> None:
    """The distribution of the ratings; what stands out, was looked for, or could not be tested; ratings given twice; others."""
    use = work.ratings_use(dataset)
    piles = [one.sentence for one in session.doubts(dataset) if one.code == "two-piles"]
    told = [words.ratings_sentence(use), words.leniency_sentence(use, dataset.scale), *piles]
    parts.headline(words.ratings_headline(use), *filter(None, told))
    parts.simulated_note(dataset)
    data = use.steps.dropna(axis="columns")
    parts.chart(session.once(ratings.distribution, use, parts.palette()), "ratings", words.ratings_sentence(use), data)
    parts.how(say(words.RATINGS_READING_LIKES if use.two_ratings else words.RATINGS_READING))
    _habits(dataset)
    _twice(dataset)
    listeners.section(dataset)
    parts.next_question(say("What goes with what?"), "pages/3_features.py")


def _twice(dataset: Dataset) -> None:
    found = work.ceiling(dataset)
    if found is not None and found.tracks:
        sentence = ceiling_sentence(found)
        parts.section(say("The same track, rated again"), sentence, widest_sentence(found, work.two_ratings(dataset)))


def _habits(dataset: Dataset) -> None:
    use, two = work.ratings_use(dataset), work.two_ratings(dataset)
    place = st.container()
    born = None
    if work.has_years(dataset):
        born = st.number_input(
            say(
                "Your year of birth (optional; for music of your youth, kept in this session alone)",
            ),
            1900,
            datetime.date.today().year,
            st.session_state.get("birth_year"),
            key="born",
        )
    st.session_state["birth_year"] = born  # for the Models page
    found = work.known_biases(dataset)
    with place:
        parts.section(said.biases_headline(found), said.biases_sentence(found))
    for bias in found.claimed:
        st.subheader(text.rich(said.bias_title(bias)), anchor=False)
        sentence = said.bias_sentence(bias, two)
        st.markdown(text.rich(sentence), width=parts.TEXT_WIDTH)
        figure = session.once(pictures.picture, bias, use, parts.palette())
        if figure is not None:
            parts.chart(figure, f"bias-{bias.code}", sentence, pictures.data(bias, use))
    if found.claimed:
        parts.how(say(said.READING))
        habits.take_away(dataset)
    if known := words.known_sentence(work.popularity(dataset)):
        st.markdown(text.rich(known), width=parts.TEXT_WIDTH)
    others = [bias for bias in found.tested if not bias.claimed]
    if others:
        with st.expander(say("Looked for and not found ({others})", others=len(others))):
            for bias in others:
                st.markdown(f"**{said.bias_title(bias)}.** {text.rich(said.bias_sentence(bias, two))}")
    if found.obstacles:
        with st.expander(say("Could not be tested ({obstacles})", obstacles=len(found.obstacles))):
            for obstacle in found.obstacles:
                st.markdown(text.rich(said.obstacle_sentence(obstacle)))


parts.run(mark("Ratings"), body)
