"""Habits taken out of the ratings: what is left, and whether a model learns more from it."""

import pandas as pd
import streamlit as st

from core import export, text
from core.biases.without import habit, taken_out
from core.dataset import Dataset
from core.language import say
from core.words import without as said
from core.words.biases import bias_name
from pages.ui import parts, work


def take_away(dataset: Dataset) -> None:
    """The ratings with the claimed habits taken out, to take away."""
    found = [one for bias in work.known_biases(dataset).claimed if (one := habit(dataset, bias)) is not None]
    if not found:
        return
    names = text.listing([bias_name(one.code, one.column) for one in found])

    def data() -> bytes:
        left = taken_out(dataset, found)
        return export.csv_of(
            pd.DataFrame({"track": dataset.titles, "rating": dataset.rating, "without_habits": left.round(3)})
        )

    st.download_button(
        say("Your ratings without these habits (CSV)"), data=data, file_name="earprint-without-habits.csv", mime="text/csv",
        key="download-without", type="tertiary", icon=":material/download:", on_click="ignore", help=text.rich(names),
    )  # fmt: skip


def section(dataset: Dataset) -> None:
    """On the Models page: does a model learn more from ratings without the habits that stand out?"""
    claimed = {bias.code + bias.column: bias for bias in work.known_biases(dataset).claimed if habit(dataset, bias)}
    if not claimed:
        return
    place = st.container()
    chosen = st.multiselect(
        say("Habits to take out"), list(claimed), list(claimed), key=f"without-{dataset.key}",
        format_func=lambda name: bias_name(claimed[name].code, claimed[name].column),
    )  # fmt: skip
    habits = tuple(one for name in chosen if (one := habit(dataset, claimed[name])) is not None)
    found = work.without(dataset, habits) if habits else None
    with place:
        if found is None:
            parts.section(say("Would a model learn more without your habits?"), say(said.OFFER))
        else:
            parts.section(said.without_headline(found), said.without_sentence(found), say(said.OFFER))
    if habits and found is None:
        st.button(say("Take them out, and see"), on_click=work.ask_without, args=(dataset, habits), key="ask-without")
