"""Features that came by track id, from whatever source: what came, what did not, and the way to the files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from core import export, text
from core.language import many, say
from core.reading import Upload
from core.sources import table_of
from pages.ui import session, titles


def came(source: str, features: Mapping[str, Mapping[str, float]], unknown: Collection[str], fault: str) -> None:
    """What a source told so far, as a table that can be added to the files or taken away."""
    if fault:
        st.error(text.rich(fault))
    told = many(len(features), "Features of {number} track came.", "Features of {number} tracks came.")
    rest = many(len(unknown), "{number} id is unknown there.", "{number} ids are unknown there.") if unknown else ""
    st.markdown(text.rich(f"{told} {rest}".strip()))
    if not features:
        return
    name = f"{source.casefold()}.csv"
    table = export.csv_of(table_of(features, source, titles.in_files()))
    first, second, _ = st.columns([2, 2, 3])
    taken = first
    if session.uploads():
        taken = second
        if first.button(say("Add them to my files"), type="primary", width="stretch", key=f"add-{source}"):
            others = [one for one in session.uploads() if one.name != name]
            session.open_files([*others, Upload(name, table)], session.choices())
            st.switch_page("pages/1_data.py")
    taken.download_button(
        say("The table (CSV)"), data=table, file_name=f"earprint-{name}", mime="text/csv", on_click="ignore",
        width="stretch", key=f"download-{source}",
    )  # fmt: skip
