"""Data: what did you read?"""

import pandas as pd
import streamlit as st

from core import schema, text, words
from core.dataset import Dataset
from core.reading import Choices, Upload
from core.simulate import LISTENERS
from pages.ui import parts, session


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
    for fault in session.faults():
        st.error(text.rich(fault))
    if session.faults():
        st.text(f"Still open, unchanged: {dataset.name}")
    if session.uploads():
        _choose()
    dataset = session.dataset()  # the choices above may have opened another
    parts.simulated_note(dataset)
    parts.section(words.read_headline(dataset), *words.read_details(dataset))
    _columns(dataset)
    parts.next_question("How do you rate?", "pages/2_ratings.py")


def _open() -> None:
    given = st.file_uploader(
        "Your ratings: one CSV file, or several that I join (features in one, ratings in another)",
        type=["csv", "tsv", "txt"], accept_multiple_files=True, key="files",
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


def _choose() -> None:
    """Columns by hand, where what I inferred is wrong."""
    names = session.file_headers()
    if not names:
        return
    with st.expander("Choose columns by hand", expanded=bool(session.faults())), st.form("choices", border=False):
        rating = st.selectbox("Your rating", ["as I found it", *names], key="choose-rating")
        also = st.multiselect("Take these columns as features too", names, key="choose-also")
        group = st.selectbox("Keep together in one fold (artist, album, work)", ["nothing", *names], key="choose-group")
        st.caption("Never take a column that was made from your rating: it would give the rating away.")
        if st.form_submit_button("Read again"):
            chosen = Choices(
                None if rating == "as I found it" else rating, None if group == "nothing" else group, also=tuple(also)
            )
            session.open_files(session.uploads(), chosen)
            st.rerun()


def _columns(dataset: Dataset) -> None:
    understood = pd.DataFrame(
        [(entry.column or "(no name)", entry.file, entry.role, entry.used_as, entry.reason) for entry in dataset.understood],
        columns=["Column", "File", "Taken as", "Used as", "Why"],
    )  # fmt: skip
    missing = dataset.features.isna().sum()
    understood["Missing"] = understood["Used as"].map(missing).astype("Int64")
    features = understood[understood["Taken as"] == "feature"]
    known = [schema.describe(name) for name in features["Used as"]]
    features = features[["Column", "Missing", "Why"]].assign(Family=[feature.family for feature in known])
    features.insert(0, "Feature", [feature.label for feature in known])
    features.insert(1, "What it is", [feature.meaning for feature in known])
    aside = understood[understood["Taken as"].isin(["identity", "context", "ignored"])]
    st.subheader("Set aside", anchor=False)
    st.markdown("These columns take no part in any model.")
    st.dataframe(aside[["Column", "Why", "File"]], hide_index=True, alt="Columns that were set aside, and why")
    with st.expander(f"The {len(features)} features"):
        st.dataframe(features, hide_index=True, alt="Columns that became features, and why")
    with st.expander("The tracks"):
        tracks = pd.concat([dataset.identity, pd.Series(dataset.rating, name="rating"), dataset.features], axis=1)
        st.dataframe(tracks, hide_index=True, alt="All rated tracks with their features")


parts.run("Data", body)
