"""The server as `streamlit run app.py` starts it: with the guard before it, a sentence for what no page catches, and a browser
opened where there is a screen.
"""

from __future__ import annotations

import gc
import os
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware

from core import guard, redact, settings
from core.errors import SettingsError
from core.language import say
from core.login import Login
from pages.ui import who


def guarded() -> dict[str, Any]:
    """What `streamlit.App` is given beside its script. Where a limit is none, or a login is half set up, the process ends with a
    sentence for each fault.
    """
    page = Path(st.__file__).with_name("static") / "index.html"
    try:
        limits, login = settings.in_force(guard.UploadLimits), who.settings()
    except SettingsError as error:
        raise SystemExit("\n".join([say("Earprint does not start:"), *error.faults])) from None
    scripts = guard.hashes(page.read_text(encoding="utf-8"))
    before = Middleware(
        guard.Guard, alive=who.is_alive, limits=limits, welcome=_is_welcome, scripts=scripts, may_send=who.may_send,
        secure=os.environ.get("EARPRINT_ADDRESS", "").startswith("https:"),  # behind a proxy with TLS
    )  # fmt: skip
    return {
        "middleware": [before],
        "on_script_error": _apologized,
        "lifespan": _begun,
        "secrets": _of_streamlit(login),
    }


def _of_streamlit(login: Login | None) -> dict[str, Any] | None:
    """The login as Streamlit is told of it. PKCE always: a provider that does not know it passes over it."""
    if login is None:
        return None
    return {
        "auth": {
            "client_id": login.client, "client_secret": login.secret, "cookie_secret": login.cookie_secret,
            "redirect_uri": login.redirect, "server_metadata_url": login.provider,
            "client_kwargs": {"code_challenge_method": "S256"},
        }
    }  # fmt: skip


def _is_welcome(origin: str) -> bool:
    """Whether the operator lets pages of this other origin connect, by Streamlit's own settings."""
    return (
        not st.get_option("server.enableCORS")
        or origin in st.get_option("server.corsAllowedOrigins")
        or urlsplit(origin).hostname == st.get_option("browser.serverAddress")
    )


def _apologized(error: Exception) -> bool:
    """What went wrong outside every page's boundary: in the router, or in what a button does before its page is run."""
    from pages.ui import parts, session  # not needed before the first page is

    session.speak()
    parts.apologize(error, "outside")
    return True  # nothing else is shown of it


@asynccontextmanager
async def _begun(_: object) -> AsyncIterator[None]:
    """Before anybody comes the log keeps secrets out. Streamlit opens a browser for a plain script alone. While it loads its own
    half, what the first page imports is loaded.
    """
    redact.keep_out()
    threading.Thread(target=_load, daemon=True).start()
    if not st.get_option("server.headless"):
        place = f"http://{st.get_option('server.address') or 'localhost'}:{st.get_option('server.port')}"
        threading.Thread(target=webbrowser.open, args=(place,), daemon=True).start()
    yield


def _load() -> None:
    """What the first page imports. Nothing of it is garbage: the collector neither looks for some meanwhile, which takes a tenth
    of the time, nor at any of it later, when people wait for it.
    """
    gc.disable()
    try:
        import_module("pages.ui.start")
        gc.freeze()
    finally:
        gc.enable()
