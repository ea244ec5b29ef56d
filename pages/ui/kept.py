"""What is collected is kept beyond the session, for whoever logged in; where nobody logs in, for this browser alone.

A browser is told by a cookie of its own, which the small program beside this file makes when there is something to keep:
Streamlit's own cookie ends with the browser. Nothing that a person gives becomes part of the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core import text
from core.language import say
from core.store import Kept, Store, StoreError, as_json, default_address
from pages.ui import session, who

_COOKIE = "earprint_list"
_SECRET = re.compile(r"[0-9a-f]{32}")
_browser = st.components.v2.component("earprint_own_list", js=Path(__file__).with_name("own_list.js").read_text())


def come_back() -> None:
    """Once per session: what was kept here before stands in the table again."""
    secret = _secret()
    if not secret or "kept" in st.session_state:
        return
    try:
        store = _store(default_address())
        kept = store.load(secret)
    except StoreError as error:
        st.session_state["kept-fault"] = error.faults[0]
        return
    if store.put_aside and not kept.tracks:
        st.session_state["kept-fault"] = say(
            "What was kept before was damaged. It was put aside, not deleted: who runs Earprint finds it named in the log. "
            "A new list begins."
        )
    st.session_state["kept"] = kept
    since = {
        name: rating for name, rating in st.session_state.get("collected-ratings", {}).items() if rating is not None
    }
    for state, found in (
        ("collected", {name: dict(row) for name, row in kept.tracks.items()}),
        ("collected-ratings", {**kept.ratings, **since}),  # what was given while the database did not answer is newer
        ("looked-up", {asked: dict(row) for asked, row in kept.looked_up.items()}),
    ):
        st.session_state.setdefault(state, {}).update(found)


def keep() -> None:
    """Write what changed; where the browser is not known yet, `close` asks for it."""
    secret = _secret()
    now = _now()
    if not secret or not (now.tracks or now.looked_up):
        return
    before = st.session_state.get("kept")
    try:
        _store(default_address()).save(secret, now, before if isinstance(before, Kept) else Kept())
    except StoreError as error:
        st.session_state["kept-fault"] = error.faults[0]
    else:
        st.session_state["kept"] = now


def close() -> None:
    """Below the table: say where what is there is kept, or why it is not; let it be taken away and deleted."""
    fault = st.session_state.pop("kept-fault", "")
    if fault:
        st.error(text.rich(fault))
    now = _now()
    collected = bool(now.tracks or now.looked_up)
    if collected:
        _say_where()
    if collected or session.uploads():
        _mine()


def _say_where() -> None:
    if not _secret() and st.session_state.get("own") != "none":
        st.session_state["own"] = _browser(key="own-list", on_own_change=lambda: None).get("own") or ""
        if _secret():
            keep()
    if st.session_state.get("own") == "none":
        st.caption(
            say(
                "Your browser keeps no cookies, so that this list ends with this window. Take the table away as a file."
            )
        )
        return
    st.caption(
        say("Kept on the machine where Earprint runs, for this browser alone, until you delete it.")
        if who.settings() is None
        else say("Kept on the machine where Earprint runs, for you alone, until you delete it.")
    )


def _mine() -> None:
    """Everything about a person, to take away and to delete."""
    whole, gone, _ = st.columns([3, 3, 2], vertical_alignment="center")
    whole.download_button(
        say("Download everything about me"), data=_everything(), file_name="earprint-about-me.json", mime="application/json",
        key="download-me", type="tertiary", on_click="ignore",
    )  # fmt: skip
    with gone.popover(say("Delete everything about me"), type="tertiary", key="delete-me"):
        st.markdown(
            text.rich(
                say(
                    "All tracks here go, with their ratings and features; the files that you opened, your answers, and what was "
                    "worked out from them; and your login at Spotify."
                )
            )
        )
        st.button(say("Yes, delete it"), on_click=_forget, key="delete-me-now")


def _everything() -> Callable[[], bytes]:
    """What makes the document of what is kept of this person, and of which files are open (the person has them themselves).

    It is made when it is asked for, by a thread of Streamlit's that knows no session: all that it needs is given to it now.
    """
    secret, now, answers = _secret(), _now(), st.session_state.get("answers", {})
    files = [{"name": file.name, "bytes": len(file.data)} for file in session.uploads()]
    try:
        store = _store(default_address()) if secret else None
    except StoreError:
        store = None

    def made() -> bytes:
        try:
            kept = store.load(secret) if store else now
        except StoreError:
            kept = now
        return as_json(kept, opened_files=files, answers=answers)

    return made


def _forget() -> None:
    secret = _secret()
    try:
        if secret:
            _store(default_address()).forget(secret)
    except StoreError as error:
        st.session_state["kept-fault"] = error.faults[0]
        return
    session.forget_everything()
    st.session_state["kept"] = Kept()


def _now() -> Kept:
    """What stands in the session, apart from what will change there."""
    state = st.session_state
    rows: dict[str, dict[str, object]] = state.get("collected", {})
    ratings: dict[str, float | None] = state.get("collected-ratings", {})
    return Kept(
        {name: dict(row) for name, row in rows.items()},
        {name: ratings.get(name) for name in rows},
        dict(state.get("looked-up", {})),
    )


def _secret() -> str:
    """What this person alone has, or, where nobody logs in, this browser; empty where it has nothing yet."""
    if who.settings() is not None:  # a cookie of whoever sat here before counts for nothing
        return session.whose()
    given = str(st.session_state.get("own") or st.context.cookies.get(_COOKIE) or "")
    return given if _SECRET.fullmatch(given) else ""


@st.cache_resource
def _store(address: str) -> Store:
    """One for the server. A store that could not be opened is tried again at the next step."""
    settings: dict[str, Any] = {"connect_args": {"timeout": 5}} if address.startswith("sqlite") else {}
    return Store(st.connection("earprint", type="sql", url=address, hide_parameters=True, **settings).engine)
