"""The whole analysis to take away: a report that needs no network, and a card to share, of what this session has worked out."""

from __future__ import annotations

import streamlit as st

from core.dataset import Dataset
from core.language import say
from core.pipeline import Analysis
from core.words.report import OFFER
from pages.ui import parts, session, work


def section(dataset: Dataset) -> None:
    """Both where everything is known; else a button that has the rest worked out."""
    parts.section(say("All of this, to keep"), say(OFFER))
    found = work.analysis(dataset)
    page = None if found is None else work.report(dataset, found)
    if found is None or page is None:
        st.button(say("Put it together"), on_click=work.ask_analysis, args=(dataset,), key="ask-analysis")
        return
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with right:
        named = st.toggle(say("My list's name on the card"), key="card-named")
        st.download_button(
            say("The report (HTML)"), data=page, file_name="earprint.html", mime="text/html", key="download-report",
            icon=":material/download:", on_click="ignore", width="stretch",
        )  # fmt: skip
        picture, told = _card(dataset, found, named)
        st.download_button(
            say("The card (PNG)"), data=picture, file_name="earprint.png", mime="image/png", key="download-card",
            icon=":material/download:", on_click="ignore", width="stretch",
        )  # fmt: skip
    left.image(picture, alt=told)


def _card(dataset: Dataset, found: Analysis, named: bool) -> tuple[bytes, str]:
    """The card and what it says, drawn once for each of these."""
    from core.report.card import alternative, card

    told = alternative(found)
    key = (dataset.key, "card", session.language(), str(found.verdict.locked), str(named), told)
    return session.remember(key, lambda: card(found, named=named)), told
