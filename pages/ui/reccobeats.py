"""Features by track id from ReccoBeats, a service of others: asked when the person presses the button, and not before."""

import os

import streamlit as st

from core import export, text
from core.language import many, say
from core.reading import Upload
from core.sources.reccobeats import ADDRESS, Fetched, fetch
from pages.ui import collected, parts, session

_AT_ONCE = 40
_ANSWER = "reccobeats"


def section() -> None:
    """Ids in the files given, and ids pasted; what came can be added to the files."""
    parts.section(
        say("Features by track id"),
        say(
            "ReccoBeats, a free service of others, knows features of many tracks by their Spotify id or ISRC, on Spotify's "
            "scale. The ids alone are sent, and only when you press the button; whether you may use what comes is yours to judge."
        ),
    )
    in_files = session.track_ids()
    if collected.ids():
        count = len(collected.ids())
        st.markdown(many(count, "The table above holds {number} id.", "The table above holds {number} ids."))
    if in_files:
        st.markdown(
            many(
                len(in_files), "The files that you gave hold {number} id.", "The files that you gave hold {number} ids."
            )
        )
    pasted = st.text_area(say("Or paste ids, links or ISRCs, one in a line"), key="reccobeats-ids", height=100)
    wanted = [*in_files, *collected.ids(), *pasted.split()]
    if st.button(say("Ask ReccoBeats"), disabled=not wanted, key="ask-reccobeats"):
        _ask(wanted, pasted=bool(pasted.strip()))
    found = st.session_state.get(_ANSWER)
    if isinstance(found, Fetched):
        _came(found)


def _ask(wanted: list[str], *, pasted: bool) -> None:
    """Some at a time, and what came is kept: who stops it loses nothing, and a later try asks for the rest."""
    bar = st.progress(0.0, say("Asking ReccoBeats"))
    address = os.environ.get("EARPRINT_RECCOBEATS") or ADDRESS
    for start in range(0, len(wanted), _AT_ONCE):
        before = st.session_state.get(_ANSWER)
        known = before if isinstance(before, Fetched) else None
        # names are asked for where nothing at hand tells them: of ids that were pasted
        found = fetch(wanted[: start + _AT_ONCE], known=known, titles=pasted, address=address)
        st.session_state[_ANSWER] = found
        if pasted:
            collected.add_tracks(found.tracks())
        if found.fault:
            break
        bar.progress(min((start + _AT_ONCE) / len(wanted), 1.0), say("Asking ReccoBeats"))
    bar.empty()
    st.rerun()  # the table above shows what came


def _came(found: Fetched) -> None:
    if found.fault:
        st.error(text.rich(found.fault))
    came = many(len(found.features), "Features of {number} track came.", "Features of {number} tracks came.")
    unknown = len(found.unknown)
    rest = many(unknown, "{number} id is unknown there.", "{number} ids are unknown there.") if unknown else ""
    st.markdown(text.rich(f"{came} {rest}".strip()))
    if not found.features:
        return
    table = export.csv_of(found.table())
    left, right, _ = st.columns([2, 2, 3])
    if session.uploads() and left.button(
        say("Add them to my files"), type="primary", width="stretch", key="add-reccobeats"
    ):
        others = [one for one in session.uploads() if one.name != "reccobeats.csv"]
        session.open_files([*others, Upload("reccobeats.csv", table)], session.choices())
        st.switch_page("pages/1_data.py")
    right.download_button(
        say("The table (CSV)"), data=table, file_name="earprint-reccobeats.csv", mime="text/csv", on_click="ignore",
        width="stretch", key="download-reccobeats",
    )  # fmt: skip
