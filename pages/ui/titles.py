"""Tracks of which only the title is known: Spotify is asked which they are, so that other sources know them by id."""

from __future__ import annotations

import streamlit as st

from core import text
from core.language import many, say
from core.sources.spotify.find import MOST, Found, Named, find, named
from core.sources.spotify.library import Client
from pages.ui import collected, kept, session

_FOUND = "spotify-found"


def section(client: Client) -> None:
    """Titles pasted, and those of files without ids; what was found stands in the table, or is asked for by id."""
    lines = st.text_area(
        say("Only titles? Paste them, one in a line, best as Artist - Title"), key="titles", height=100
    ).splitlines()
    pasted = [one for line in lines if (one := named(line)) is not None]
    ours = _of_files()
    if ours:
        st.markdown(
            many(
                len(ours),
                "The files that you gave hold {number} title without an id.",
                "The files that you gave hold {number} titles without ids.",
            )
        )
    wanted = [*pasted, *ours]
    if st.button(
        say("Find them on Spotify"), disabled=not wanted, key="find-titles",
        help=say("Up to {most} at a time, since Spotify answers only some hundred questions a day.", most=MOST),
    ):  # fmt: skip
        _ask(client, wanted, {one.sign for one in pasted})
    _told({one.sign: one for one in wanted})


def in_files() -> dict[str, dict[str, str]]:
    """Spotify's id -> title and artist of the files' tracks that were found: a list without ids is joined by these."""
    rows = _looked_up()
    return {
        rows[one.sign]["id"]: {"title": one.title, "artist": one.artist or rows[one.sign]["artist"]}
        for one in _of_files()
        if one.sign in rows
    }


def _ask(client: Client, wanted: list[Named], pasted: set[str]) -> None:
    """One by one; each is kept at once, so that who stops it, or a quota that is used up, loses nothing."""
    before = st.session_state.get(_FOUND)
    unknown = before.unknown if isinstance(before, Found) else frozenset()
    bar = st.progress(0.0, say("Looking titles up on Spotify"))
    for place, found in enumerate(find(client, wanted, Found(dict(_looked_up()), unknown))):
        st.session_state[_FOUND] = found
        _looked_up().update(found.rows)
        bar.progress(min(place / min(len(wanted), MOST), 1.0), say("Looking titles up on Spotify"))
    last = st.session_state[_FOUND]
    collected.add_tracks(row for sign, row in last.rows.items() if sign in pasted)
    kept.keep()
    bar.empty()
    st.rerun()


def _told(wanted: dict[str, Named]) -> None:
    found = st.session_state.get(_FOUND)
    if not isinstance(found, Found) or not wanted:
        return
    if found.fault:
        st.error(text.rich(found.fault))
    here = sum(sign in _looked_up() for sign in wanted)
    there = many(here, "{number} title was found.", "{number} titles were found.")
    left = (
        many(
            found.left, "{number} was not asked for yet: press again.", "{number} were not asked for yet: press again."
        )
        if found.left
        else ""
    )
    st.markdown(text.rich(f"{there} {left}".strip()))
    missing = [one for sign, one in wanted.items() if sign in found.unknown]
    if missing:
        with st.expander(
            many(
                len(missing),
                "{number} is not there under this title and artist",
                "{number} are not there under these titles and artists",
            )
        ):
            st.dataframe(
                {say("Track"): [one.title for one in missing], say("Artist"): [one.artist for one in missing]},
                hide_index=True,
            )


def _of_files() -> list[Named]:
    return [Named(title, artist) for title, artist in session.named().titles]


def _looked_up() -> dict[str, dict[str, str]]:
    """What was asked for -> the track that was found, in this session or an earlier one."""
    rows: dict[str, dict[str, str]] = st.session_state.setdefault("looked-up", {})
    return rows
