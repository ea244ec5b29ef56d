"""Method: why should I believe this?"""

import streamlit as st

from core import words
from core.dataset import Dataset
from core.method import SECTIONS
from core.models import CATALOGUE
from pages.ui import parts


def body(dataset: Dataset) -> None:
    """How each figure is made, in the order of the pages."""
    parts.headline("Every figure here can be checked.", words.method_sentence(dataset))
    for title, paragraph in SECTIONS:
        st.subheader(title, anchor=False)
        st.markdown(paragraph, width=parts.TEXT_WIDTH)
    st.subheader("The models", anchor=False)
    rows = [
        {"Model": model.label, "Family": model.family, "What it does": model.meaning} for model in CATALOGUE.values()
    ]
    st.dataframe(rows, hide_index=True, alt="The models of the catalogue")


parts.run("Method", body)
