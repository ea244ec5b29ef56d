"""The server as `streamlit run app.py` starts it: with the guard before it, a sentence for what no page catches, and a browser
opened where there is a screen.
"""

from __future__ import annotations

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

from core import guard, settings


def guarded() -> dict[str, Any]:
    """What `streamlit.App` is given beside its script. Raises `SettingsError` where a limit is none."""
    page = Path(st.__file__).with_name("static") / "index.html"
    limits = settings.in_force(guard.UploadLimits)
    scripts = guard.hashes(page.read_text(encoding="utf-8"))
    return {
        "middleware": [
            Middleware(guard.Guard, alive=_is_alive, limits=limits, welcome=_is_welcome, scripts=scripts),
        ],
        "on_script_error": _apologized,
        "lifespan": _shown,
    }


def _is_alive(session: str) -> bool:
    return st.runtime.exists() and st.runtime.get_instance().is_active_session(session)


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
async def _shown(_: object) -> AsyncIterator[None]:
    """Streamlit opens a browser for a plain script alone. While it loads its own half, what the first page imports is loaded."""
    threading.Thread(target=import_module, args=("pages.ui.start",), daemon=True).start()
    if not st.get_option("server.headless"):
        place = f"http://{st.get_option('server.address') or 'localhost'}:{st.get_option('server.port')}"
        threading.Thread(target=webbrowser.open, args=(place,), daemon=True).start()
    yield
