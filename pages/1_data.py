"""Data: what did you read?"""

import pandas as pd
import streamlit as st

from core import text, words
from core.dataset import Dataset
from core.language import mark, say
from core.reading import Reading, Upload
from core.simulate import LISTENERS
from pages.ui import doubts, parts, session, start, tables, understood

# What I read, and what I refuse with advice where Streamlit would only say no.
TYPES = ["csv", "tsv", "txt", "json", "xml", "xlsx", "xls", "ods", "zip", "gz"]


def body(dataset: Dataset) -> None:
    """Open files or an example, and show what was understood."""
    left, right = st.columns([6, 5], gap="large")
    with left:
        parts.headline(
            say("What drives your taste?"),
            say(
                "Give me the tracks you rated, with their audio features. I show what your ratings go together with, how well "
                "they can be predicted, and what each model used. Where there is nothing, I say so."
            ),
        )
        _open()
    reading = session.reading()
    if reading is None:
        start.to_know()
    else:
        _faults(reading, dataset)
        understood.questions(reading)
    dataset = session.dataset()  # the answers above may have opened another
    readable = reading is None or reading.dataset is not None
    if readable:
        st.space("small")
        told = [words.formats_sentence((reading and reading.formats) or {}), *words.read_details(dataset),
                words.groups_sentence(dataset, choice=reading is not None)]  # fmt: skip
        parts.section(words.read_headline(dataset), *filter(None, told))
        doubts.show(dataset)
    if reading is not None:
        _understood(reading)
    else:
        tables.set_aside(dataset)
    if readable:
        tables.tracks(dataset)
        parts.next_question(say("How do you rate?"), "pages/2_ratings.py")
        with right:
            start.answer(dataset)


def _open() -> None:
    given = st.file_uploader(
        say(
            "Your ratings: one file, or several that I join (features in one, ratings in another; liked and "
            "disliked)",
        ),
        type=TYPES, accept_multiple_files=True, key="files",
    )  # fmt: skip
    files = [Upload(file.name, file.getvalue()) for file in given]
    if session.is_new(files):
        session.open_files(files)
    elif not files:
        session.files_are_gone()
    st.markdown(say("or look at an example, with listeners that I invented:"))
    with st.container(horizontal=True):  # which wraps where there is no room
        for listener in LISTENERS:
            st.button(
                say(words.EXAMPLES[listener.name]), on_click=session.open_example, args=(listener,),
                key=f"example-{listener.name}",
            )  # fmt: skip


def _faults(reading: Reading, dataset: Dataset) -> None:
    for fault in reading.faults:
        st.error(text.rich(fault))
    if reading.faults:
        told = [words.formats_sentence(reading.formats or {}), *reading.notes]
        st.markdown(text.rich(" ".join(filter(None, told))))
        st.text(say("Still open, unchanged: {name}", name=dataset.name))
        if session.named().ids:
            parts.next_question(say("No features? Other sources know them by track id"), "pages/8_collect.py")


def _understood(reading: Reading) -> None:
    if reading.understood:
        st.subheader(say("What each column is"), anchor=False)
        understood.editor(reading)
    for report in reading.reports:
        with st.expander(say("How the files were joined: {report}", report=words.join_headline(report))):
            left = [
                (title, file, say("no match in the other file"))
                for file, titles in report.alone.items()
                for title in titles
            ]
            left += [(title, report.left, say("stands for several rows")) for title in report.ambiguous]
            shown = pd.DataFrame(left, columns=[say("Track"), say("File"), say("Why it was left out")])
            st.dataframe(shown, hide_index=True, alt=say("Rows that were left out in joining, and why"))


parts.run(mark("Data"), body, wide=True)
