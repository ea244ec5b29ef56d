"""Tables of what was read: columns set aside, features and tracks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core import export, schema, text
from core.dataset import Dataset
from core.language import many, say
from pages.ui import understood

_SHOWN = 1_000  # tracks; a longer table would be sent to the browser on every click


def set_aside(dataset: Dataset) -> None:
    """The columns that take no part, and why."""
    columns = understood.table(dataset.understood, several=False).drop(columns=["column", "parts", "As written"])
    aside = columns[columns["Taken as"].isin([*schema.IDENTITY, "context", "left out"])]
    st.subheader(say("Set aside"), anchor=False)
    st.markdown(say("These columns take no part in any model."))
    aside = aside[["Column", "Example", "Why"]].rename(columns=understood.heading)
    st.dataframe(aside, hide_index=True, alt=say("Columns that were set aside, and why"))


def tracks(dataset: Dataset) -> None:
    """The features with their meanings, and the tracks as they were read, to take away."""
    known = [schema.describe(name) for name in dataset.feature_names]
    features = pd.DataFrame({
        say("Feature"): [feature.label for feature in known], say("What it is"): [feature.meaning for feature in known],
        say("Unit"): [feature.unit for feature in known],
        say("Family"): [schema.family_label(feature.family) for feature in known],
        say("Missing"): [int(dataset.features[name].isna().sum()) for name in dataset.feature_names],
    })  # fmt: skip
    with st.expander(many(len(features), "The feature", "The {number} features")):
        st.dataframe(features, hide_index=True, alt=say("The features, what they mean and how many values are missing"))
    with st.expander(say("The tracks, as I understood them")):
        cleaned = export.cleaned(dataset)
        shown = cleaned.drop(columns="earprint_track").head(_SHOWN)
        st.dataframe(shown, hide_index=True, alt=say("The tracks with their features"))
        if len(cleaned) > _SHOWN:
            st.caption(
                say(
                    "The first {shown} of {cleaned}; the cleaned list holds all.",
                    shown=text.whole(_SHOWN),
                    cleaned=text.whole(len(cleaned)),
                )
            )
        # Made before the click where that is quick: what Streamlit makes at the click is lost if another page ends then
        whole = export.csv_of(cleaned) if len(cleaned) <= _SHOWN else lambda: export.csv_of(cleaned)
        st.download_button(
            say("The cleaned list"), data=whole, file_name="earprint-cleaned.csv", mime="text/csv",
            type="tertiary", icon=":material/download:", on_click="ignore", key="download-cleaned",
        )  # fmt: skip
