"""Ratings: how do I rate?"""

import datetime

import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.plots import biases as pictures
from core.plots import ratings
from core.words import biases as said
from pages.ui import parts, work

_HOW = (
    "Each bar counts the tracks with that rating. The grey hill is what a smooth scale with the same average and spread "
    "would give: bars far above it are steps you use more than that, bars far below are steps you avoid. Of 100 lists "
    "like this one, such a range in brackets holds the true average, or spread, in 95."
)
_HOW_LIKES = (
    "Each bar counts the tracks with that rating. Of 100 lists like this one, such a range in brackets holds the true "
    "share in 95: the share among the tracks that your list was drawn from, not among all music."
)


def body(dataset: Dataset) -> None:
    """The distribution of the ratings, then what stands out, what was looked for, and what could not be tested."""
    use = work.ratings_use(dataset)
    parts.headline(words.ratings_headline(use), words.ratings_sentence(use))
    parts.simulated_note(dataset)
    data = use.steps.dropna(axis="columns")
    parts.chart(ratings.distribution(use, parts.palette()), "ratings", words.ratings_sentence(use), data)
    parts.how(_HOW_LIKES if use.two_ratings else _HOW)
    _habits(dataset)
    parts.next_question("What goes with what?", "pages/3_features.py")


def _habits(dataset: Dataset) -> None:
    use, two = work.ratings_use(dataset), work.two_ratings(dataset)
    place = st.container()
    born = None
    if work.has_years(dataset):
        born = st.number_input(
            "Your year of birth (optional; for music of your youth, kept in this session alone)",
            1900,
            datetime.date.today().year,
            None,
            key="born",
        )
    found = work.biases(dataset, born)
    with place:
        parts.section(said.biases_headline(found), said.biases_sentence(found))
    for bias in found.claimed:
        st.subheader(text.rich(said.bias_title(bias)), anchor=False)
        sentence = said.bias_sentence(bias, two)
        st.markdown(text.rich(sentence), width=parts.TEXT_WIDTH)
        figure = pictures.picture(bias, use, parts.palette())
        if figure is not None:
            parts.chart(figure, f"bias-{bias.code}", sentence, pictures.data(bias, use))
    if found.claimed:
        parts.how(said.READING)
    others = [bias for bias in found.tested if not bias.claimed]
    if others:
        with st.expander(f"Looked for and not found ({len(others)})"):
            for bias in others:
                st.markdown(f"**{said.bias_title(bias)}.** {text.rich(said.bias_sentence(bias, two))}")
    if found.obstacles:
        with st.expander(f"Could not be tested ({len(found.obstacles)})"):
            for obstacle in found.obstacles:
                st.markdown(text.rich(said.obstacle_sentence(obstacle)))


parts.run("Ratings", body)
