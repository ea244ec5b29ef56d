"""Who sits at this session: whoever logged in, where the operator set up a login."""

from __future__ import annotations

import time
from functools import cache

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import login
from core.login import Ended, Login, Person

_let_in: set[str] = set()  # ids of sessions, looked at by the thread that takes files


@cache
def settings() -> Login | None:
    """The login that the server was started with; None where nobody logs in. Raises `SettingsError` as `login.in_force` does."""
    return login.in_force()


def logged_in() -> Person | None:
    """Who is logged in, whether or not they may come in."""
    asked = settings()
    found = login.person(st.user.to_dict(), asked.allowed, time.time()) if asked else None
    return found if found and found not in _ended() else None


def person() -> Person | None:
    """Who is logged in and may come in."""
    found = logged_in()
    return found if found and found.is_let_in else None


def may_pass() -> bool:
    """Whether whoever sits here may see pages."""
    return settings() is None or person() is not None


def come_in() -> bool:
    """Let this session in if it may see pages; from then on it may send files too."""
    context, passes = get_script_run_ctx(), may_pass()
    if context is not None and settings() is not None:
        for gone in [one for one in list(_let_in) if not is_alive(one)]:
            _let_in.discard(gone)
        (_let_in.add if passes else _let_in.discard)(context.session_id)
    return passes


def may_send(session: str) -> bool:
    """Whether a session of this id may send files: where people log in, one that was let in."""
    return settings() is None or session in _let_in


def is_alive(session: str) -> bool:
    """Whether the server still has a session of this id."""
    return st.runtime.exists() and st.runtime.get_instance().is_active_session(session)


def log_out() -> None:
    """End this login, in all windows of this browser; nothing stays in the session."""
    found = logged_in()
    if found:
        _ended().add(found)
    for name in [str(name) for name in st.session_state if name != "language"]:
        del st.session_state[name]
    st.logout()


@st.cache_resource
def _ended() -> Ended:
    return Ended()
