"""Features by track id from ReccoBeats, a service of others: asked when the person presses the button, and not before."""

import os

import streamlit as st

from core.language import many, say
from core.sources.reccobeats import ADDRESS, SERVICE, Fetched, fetch
from pages.ui import by_id, collected, parts, session, titles

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
    in_files = session.named().ids
    if collected.ids():
        count = len(collected.ids())
        st.markdown(
            many(
                count,
                "The table above holds {number} id without features.",
                "The table above holds {number} ids without features.",
            )
        )
    if in_files:
        st.markdown(
            many(
                len(in_files), "The files that you gave hold {number} id.", "The files that you gave hold {number} ids."
            )
        )
    pasted = st.text_area(say("Or paste ids, links or ISRCs, one in a line"), key="reccobeats-ids", height=100)
    wanted = list(dict.fromkeys([*in_files, *collected.ids(), *titles.in_files(), *pasted.split()]))
    if st.button(say("Ask ReccoBeats"), disabled=not wanted, key="ask-reccobeats"):
        _ask(wanted, pasted=bool(pasted.strip()))
    found = st.session_state.get(_ANSWER)
    if isinstance(found, Fetched):
        by_id.came(SERVICE, found.features, found.unknown, found.fault)


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
        collected.learn(found.features, SERVICE)
        if found.fault:
            break
        bar.progress(min((start + _AT_ONCE) / len(wanted), 1.0), say("Asking ReccoBeats"))
    bar.empty()
    st.rerun()  # the table above shows what came
