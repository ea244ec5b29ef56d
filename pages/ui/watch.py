"""What is done once per server, before anybody's data come: the log keeps secrets out, and unsafe settings are told."""

import logging
from urllib.parse import urlsplit

import streamlit as st

from core import redact, safety, text
from core.safety import Danger, Settings
from pages.ui import who

_log = logging.getLogger("earprint")


def begin() -> None:
    """Be ready for data; where the server's settings let others look at them, or in, say so on the page."""
    warning = safety.warning(_once())
    if warning:
        st.warning(text.rich(warning), icon=":material/lock_open:")
    if is_from_afar() and who.settings() is None:
        st.caption(text.rich(safety.no_login()))


def is_from_afar() -> bool:
    """Whether this browser asks an address that other machines reach."""
    return safety.is_reachable(urlsplit(st.context.url or "").hostname or "localhost")


@st.cache_resource(show_spinner=False)
def _once() -> tuple[Danger, ...]:
    redact.keep_out()
    found = safety.dangers(_settings())
    for danger in found:
        _log.warning("unsafe: %s (docs/operating.md#settings-that-are-not-safe)", danger)
    return found


def _settings() -> Settings:
    option = st.get_option
    return Settings(
        str(option("server.address") or ""), list(option("server.allowedHosts") or []),
        bool(option("server.enableXsrfProtection")), bool(option("server.enableCORS")),
        # Streamlit has the details as a word, or as a truth from older settings
        str(option("client.showErrorDetails")).lower(), who.settings() is not None,
    )  # fmt: skip
