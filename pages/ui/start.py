"""What the start page says besides the box for files: what the open list answers, and three things to know first."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.drivers import Drivers
from core.language import say
from core.plots import drivers, models
from core.plots.style import Palette
from core.words.drivers import drivers_headline
from pages.ui import parts, session, watch, work

_ROWS, _MODELS = 6, 3  # of the small charts


def answer(dataset: Dataset) -> None:
    """The verdict on the open list with one chart; of a person's own list once it was asked for on the Models page.

    Stops the page while the example's verdict is worked out, so that it comes last.
    """
    with st.container(border=True, key="answer"):
        if not dataset.simulated and work.known_verdict(dataset) is None:
            st.subheader(say("Your list is ready."), anchor=False)
            st.markdown(text.rich(words.read_headline(dataset)))
            if st.button(say("What drives my taste?"), type="primary", key="ask", width="stretch"):
                st.switch_page("pages/4_models.py")
            return
        parts.simulated_note(dataset)
        _verdict(dataset)


def _verdict(dataset: Dataset) -> None:
    evaluation, verdict = work.evaluation(dataset), work.verdict(dataset)
    whole = words.verdict_headline(verdict)
    found = None if verdict.locked else work.drivers(dataset)
    if found is not None and (found.frame["licence"] == "driver").any():
        headline, more = drivers_headline(found), whole
        figure = session.once(_small, found, parts.palette(), evaluation.two_ratings)
        page, question = "pages/5_drivers.py", say("How do you know?")
    else:
        headline, more = whole, words.verdict_sentences(verdict, evaluation)[0]
        luck = verdict.evidence.chance.line
        figure = session.once(models.leaderboard, evaluation, parts.palette(), luck=luck, top=_MODELS)
        page, question = "pages/4_models.py", say("What did the test find?")
    st.subheader(text.rich(headline), anchor=False)
    st.markdown(text.rich(more))
    parts.picture(figure, "answer", headline)
    if page == "pages/5_drivers.py":
        st.caption(
            say("Rating points, low to high")
            if evaluation.two_ratings is None
            else say("Percentage points, low to high")
        )
    st.page_link(page, label=f"{question} →")


def _small(found: Drivers, palette: Palette, two: tuple[float, float] | None) -> go.Figure:
    """The drivers' chart without the title of its axis, for which a narrow card has no room."""
    return drivers.effects(found, palette, two=two, top=_ROWS).update_xaxes(title_text="")


def to_know() -> None:
    """Three sentences that a person should have read before they believe any such tool."""
    known = (
        (
            say("Where it comes from"),
            say(
                "A study of 100 pieces by Bach claimed to explain 75 % of one listener's taste. The file was sorted by liking, "
                "and its row number was among the features. What is left without such leaks is about 20 %. I look for "
                "them in your file."
            ),
        ),
        (
            say("What ratings can show"),
            say(
                "From 100 ratings a strong taste is found nine times in ten, a faint one seldom. Where nothing can be told from "
                "luck, I say so, and show no drivers."
            ),
        ),
        (say("Where your file goes"), _where()),
    )
    for column, (title, sentence) in zip(st.columns(3, gap="medium"), known, strict=True):
        with column:
            st.markdown(f"**{text.markdown(title)}**")
            st.markdown(text.markdown(sentence))


def _where() -> str:
    if not watch.is_from_afar():
        return say(
            "Nowhere: everything is worked out on this machine, and nothing leaves it unless you press a button that says so."
        )
    return say(
        "To this server alone. It keeps your file in its memory, for two hours after you last opened it, and gives it to nobody."
    )
