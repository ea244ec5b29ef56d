"""Several listeners of one file: who is stricter, how far they agree, and two of them side by side."""

import streamlit as st

from core import text
from core.dataset import Dataset
from core.language import say
from core.listeners import side_by_side
from core.plots import listeners as pictures
from core.words import listeners as said
from pages.ui import parts, session, work

_MANY = 20_000  # ratings of all listeners, above which comparing waits for a click


def _compare() -> None:
    st.session_state["compare-listeners"] = True


def section(dataset: Dataset) -> None:
    """Shown where the file holds ratings of two listeners or more."""
    if len(dataset.listeners) < 2:
        return
    if sum(ratings for _, ratings in dataset.listeners) > _MANY and not st.session_state.get("compare-listeners"):
        # each listener's list is read from the file once more
        parts.section(
            say("Several listeners"), say("The file holds the ratings of others too; to compare them takes a while.")
        )
        st.button(say("Compare them"), key="compare", on_click=_compare)
        return
    found = work.met(dataset)
    if found is None:
        return
    if not found.comparable:
        parts.section(say("The listeners of this file share too few tracks to compare."), said.severity_sentence(found))
        return
    headline = said.listeners_headline(found)
    parts.section(headline, said.severity_sentence(found))
    if len(found.names) < len(dataset.listeners):
        st.caption(say("Compared are the {number} with the most ratings.", number=text.whole(len(found.names))))
    if found.severity["effect"].notna().any():
        parts.chart(session.once(pictures.severity, found, parts.palette()), "severity", headline, found.severity)
        parts.how(say(said.READING_SEVERITY))
    headline = said.agreement_headline(found)
    st.subheader(text.rich(headline), anchor=False)
    sentences = [
        said.agreement_sentence(found),
        *(said.taste_sentence(row) for _, row in found.tastes.head(3).iterrows()),
    ]
    st.markdown(text.rich(" ".join(sentences)), width=parts.TEXT_WIDTH)
    parts.chart(session.once(pictures.tastes, found, parts.palette()), "tastes", headline, found.tastes)
    _two(dataset, found.names)


def _two(dataset: Dataset, names: tuple[str, ...]) -> None:
    people = session.everybody()
    place = st.container()
    left, right = st.columns(2)
    first = names.index(dataset.listener) if dataset.listener in names else 0
    one = left.selectbox(say("One listener"), names, first, key="listener-one")
    others = [name for name in names if name != one]
    other = right.selectbox(say("Another"), others, 0, key="listener-other")
    frame = side_by_side(people[one], people[other])
    sentence = said.side_by_side_sentence(frame, one, other)
    with place:
        st.subheader(say("What goes together with whose ratings"), anchor=False)
        st.markdown(text.rich(sentence), width=parts.TEXT_WIDTH)
    parts.chart(pictures.side_by_side(frame, one, other, parts.palette()), "side-by-side", sentence, frame)
    parts.how(say(said.READING_EFFECTS))
