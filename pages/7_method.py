"""Method: why should I believe this?"""

from dataclasses import asdict

import pandas as pd
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.language import mark, say
from core.method import SECTIONS
from core.models import CATALOGUE
from core.plots import staircase
from core.staircase import REDUCTIONS
from pages.ui import away, parts, session, work


def body(dataset: Dataset) -> None:
    """How each figure is made, in the order of the pages."""
    parts.headline(say("Every figure here can be checked."), words.method_sentence(dataset))
    for title, paragraph in SECTIONS:
        st.subheader(say(title), anchor=False)
        st.markdown(say(paragraph), width=parts.TEXT_WIDTH)
    st.subheader(say("The models"), anchor=False)
    rows = [
        {say("Model"): say(model.label), say("Family"): say(model.family), say("What it does"): say(model.meaning)}
        for model in CATALOGUE.values()
    ]
    st.dataframe(rows, hide_index=True, alt=say("The models of the catalogue"))
    _study(dataset)
    away.section(dataset)


def _study(dataset: Dataset) -> None:
    """The study of 2020 on these data, once it is asked for: at the page's end, since stopping it ends the page."""
    place = st.empty()
    with place.container():
        parts.section(say("The study of 2020, on your list"), say(words.STAIRCASE_OFFER))
    found = work.staircase(dataset)
    if found is None:
        st.button(
            say("Re-run the 2020 study on my data"), on_click=work.ask_staircase, args=(dataset,), key="staircase"
        )
        return
    with place.container():
        parts.section(words.staircase_headline(found), words.staircase_sentence(found))
    parts.simulated_note(dataset)
    reduction = st.segmented_control(
        say("Reduced by"), REDUCTIONS, default="lda", format_func=str.upper, required=True, key="staircase-reduction"
    )
    flight = found.flight(reduction)
    frame = pd.DataFrame([asdict(step) for step in flight.steps])
    parts.chart(
        session.once(staircase.stairs, flight, parts.palette()), "staircase", words.stairs_alternative(flight), frame
    )
    parts.how(say(words.STAIRCASE_READING))
    for step in flight.steps:
        name = words.step_label(step, flight).replace("<br>", " ")
        st.markdown(
            f"- **{text.markdown(name)}** {text.rich(words.step_sentence(step, flight, found))}", width=parts.TEXT_WIDTH
        )
    st.subheader(say("Training against test"), anchor=False)
    st.markdown(text.rich(f"{words.fits_sentence(flight)} {say(words.FITS_LEGEND)}"), width=parts.TEXT_WIDTH)
    st.dataframe(words.fits_rows(flight), hide_index=True, alt=words.fits_sentence(flight))
    st.caption(words.staircase_cost(found))


parts.run(mark("Method"), body)
