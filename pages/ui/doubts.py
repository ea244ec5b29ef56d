"""The doubts about a file as questions that only the person can answer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core import leaks, text
from core.dataset import Dataset
from core.language import say
from pages.ui import session

_ICONS = {"lock": ":material/lock:", "warning": ":material/warning:", "note": ":material/info:"}


def show(dataset: Dataset) -> None:
    """Every doubt with its question, the gravest first."""
    found = session.doubts(dataset)
    if not found:
        return
    st.subheader(say("What could mislead here"), anchor=False)
    for finding in found:
        st.markdown(f"{_ICONS[finding.severity]} {text.rich(finding.sentence)}")
        if finding.question:
            _ask(dataset, finding)


def _ask(dataset: Dataset, finding: leaks.Finding) -> None:
    labels = dict(finding.answers)
    name = ":".join((finding.code, *finding.columns))
    given = session.answers(dataset).get(name, finding.answers[0][0])
    chosen = st.radio(
        text.rich(finding.question), list(labels), index=list(labels).index(given), format_func=labels.__getitem__,
        horizontal=True, key=f"doubt-{dataset.key}-{name}",
    )  # fmt: skip
    if chosen == given:
        return
    session.answer(dataset, name, chosen)
    decided = session.choices()
    headers = {entry.column for entry in dataset.understood}
    if chosen == leaks.NOT_SOUND and session.uploads() and set(finding.columns) <= headers:
        # what was made from the rating is set aside at once, and can be taken back in the table below
        roles = {**decided.roles, **dict.fromkeys(finding.columns, "ignored")}
        session.open_files(session.uploads(), replace(decided, roles=roles))
    st.rerun()
