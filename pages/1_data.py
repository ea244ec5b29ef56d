"""Data: what did you read?"""

import pandas as pd
import streamlit as st

from core import export, schema, text, words
from core.dataset import Dataset
from core.reading import Reading, Upload
from core.simulate import LISTENERS
from pages.ui import doubts, parts, session, understood

_SHOWN = 1_000  # tracks; a longer table would be sent to the browser on every click
# What I read, and what I refuse with advice where Streamlit would only say no.
TYPES = ["csv", "tsv", "txt", "json", "xml", "xlsx", "xls", "ods", "zip", "gz"]


def body(dataset: Dataset) -> None:
    """Open files or an example, and show what was understood."""
    st.title("What drives your taste?", anchor=False)
    st.markdown(
        "Give me the tracks you rated, with their audio features, and I show what your ratings go together with, how "
        "well they can be predicted, and what each model used. Where there is nothing, I say so. Nothing leaves this "
        "machine.",
        width=parts.TEXT_WIDTH,
    )
    _open()
    reading = session.reading()
    if reading is not None:
        _faults(reading, dataset)
        understood.questions(reading)
    dataset = session.dataset()  # the answers above may have opened another
    if reading is None or reading.dataset is not None:
        parts.simulated_note(dataset)
        told = [words.formats_sentence((reading and reading.formats) or {}), *words.read_details(dataset),
                words.groups_sentence(dataset, choice=reading is not None)]  # fmt: skip
        parts.section(words.read_headline(dataset), *filter(None, told))
        doubts.show(dataset)
    if reading is not None:
        _understood(reading)
    else:
        _set_aside(dataset)
    if reading is None or reading.dataset is not None:
        _tracks(dataset)
        parts.next_question("How do you rate?", "pages/2_ratings.py")


def _open() -> None:
    given = st.file_uploader(
        "Your ratings: one file, or several that I join (features in one, ratings in another; liked and disliked)",
        type=TYPES, accept_multiple_files=True, key="files",
    )  # fmt: skip
    files = [Upload(file.name, file.getvalue()) for file in given]
    if session.is_new(files):
        session.open_files(files)
    elif not files:
        session.files_are_gone()
    st.markdown("or look at an example, with listeners that I invented:")
    for column, listener in zip(st.columns(len(LISTENERS)), LISTENERS, strict=True):
        column.button(
            words.EXAMPLES[listener.name], on_click=session.open_example, args=(listener,),
            key=f"example-{listener.name}", width="stretch",
        )  # fmt: skip


def _faults(reading: Reading, dataset: Dataset) -> None:
    for fault in reading.faults:
        st.error(text.rich(fault))
    if reading.faults:
        told = [words.formats_sentence(reading.formats or {}), *reading.notes]
        st.markdown(text.rich(" ".join(filter(None, told))))
        st.text(f"Still open, unchanged: {dataset.name}")


def _understood(reading: Reading) -> None:
    if reading.understood:
        st.subheader("What each column is", anchor=False)
        understood.editor(reading)
    for report in reading.reports:
        with st.expander(f"How the files were joined: {words.join_headline(report)}"):
            left = [
                (title, file, "no match in the other file") for file, titles in report.alone.items() for title in titles
            ]
            left += [(title, report.left, "stands for several rows") for title in report.ambiguous]
            shown = pd.DataFrame(left, columns=["Track", "File", "Why it was left out"])
            st.dataframe(shown, hide_index=True, alt="Rows that were left out in joining, and why")


def _set_aside(dataset: Dataset) -> None:
    columns = understood.table(dataset.understood, several=False).drop(columns=["column", "parts", "As written"])
    aside = columns[columns["Taken as"].isin([*schema.IDENTITY, "context", "left out"])]
    st.subheader("Set aside", anchor=False)
    st.markdown("These columns take no part in any model.")
    st.dataframe(aside[["Column", "Example", "Why"]], hide_index=True, alt="Columns that were set aside, and why")


def _tracks(dataset: Dataset) -> None:
    known = [schema.describe(name) for name in dataset.feature_names]
    features = pd.DataFrame({
        "Feature": [feature.label for feature in known], "What it is": [feature.meaning for feature in known],
        "Unit": [feature.unit for feature in known], "Family": [feature.family for feature in known],
        "Missing": [int(dataset.features[name].isna().sum()) for name in dataset.feature_names],
    })  # fmt: skip
    with st.expander(f"The {len(features)} features"):
        st.dataframe(features, hide_index=True, alt="The features, what they mean and how many values are missing")
    with st.expander("The tracks, as I understood them"):
        cleaned = export.cleaned(dataset)
        shown = cleaned.drop(columns="earprint_track").head(_SHOWN)
        st.dataframe(shown, hide_index=True, alt="The tracks with their features")
        if len(cleaned) > _SHOWN:
            st.caption(f"The first {_SHOWN:,} of {len(cleaned):,}; the cleaned list holds all.")
        # Made before the click where that is quick: what Streamlit makes at the click is lost if another page ends then
        whole = export.csv_of(cleaned) if len(cleaned) <= _SHOWN else lambda: export.csv_of(cleaned)
        st.download_button(
            "The cleaned list", data=whole, file_name="earprint-cleaned.csv", mime="text/csv",
            type="tertiary", icon=":material/download:", on_click="ignore", key="download-cleaned",
        )  # fmt: skip


parts.run("Data", body, wide=True)
