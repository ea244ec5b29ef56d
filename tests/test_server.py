"""The server as it is started: who is let in, what it warns of, and what its log and its pages keep to themselves."""

from __future__ import annotations

import re
import socket
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from streamlit import config

from tests.browser.app import browsing, serving, settled, started
from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
SAFE = {
    "server": {"address": "127.0.0.1", "allowedHosts": ["localhost", "127.0.0.1"], "enableXsrfProtection": True,
               "enableCORS": True, "enableStaticServing": False, "fileWatcherType": "none", "enableAgentApi": False,
               "maxUploadSize": 50, "maxMessageSize": 50, "maxCacheDataSize": "300mb", "disconnectedSessionTTL": 60},
    "client": {"showErrorDetails": "none", "toolbarMode": "viewer"},
    "logger": {"enableRich": False},
    "browser": {"gatherUsageStats": False},
    "runner": {"magicEnabled": False},
}  # fmt: skip


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A running app."""
    with serving() as found:
        yield found


def handshake(address: str, host: str, origin: str | None) -> int:
    """The status with which the server answers a WebSocket's first request under this name, from this origin."""
    place = urlsplit(address)
    lines = ["GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: streamlit",
             *([f"Origin: {origin}"] if origin is not None else [])]  # fmt: skip
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(connection.recv(4096).split()[1])


@pytest.mark.parametrize(("host", "origin", "status"), [
    ("127.0.0.1:{port}", "http://127.0.0.1:{port}", 101),
    ("localhost:{port}", "http://localhost:{port}", 101),
    ("127.0.0.1:{port}", "http://evil.example", 403),
    ("127.0.0.1:{port}", "http://127.0.0.1:1", 403),
    ("127.0.0.1:{port}", "null", 403),
    ("evil.example:{port}", "http://evil.example:{port}", 403),
    ("evil.example:{port}", None, 403),
])  # fmt: skip
def test_only_the_apps_own_pages_are_let_in(address: str, host: str, origin: str | None, status: int) -> None:
    """A page of another host, one without an origin of its own, and one whose name was turned to this address are refused."""
    port = urlsplit(address).port
    given = origin.format(port=port) if origin else origin
    assert handshake(address, host.format(port=port), given) == status


def test_a_file_without_the_apps_token_is_refused(address: str) -> None:
    """Who forges an upload has not the browser's cookie."""
    asked = urllib.request.Request(f"{address}/_stcore/upload_file/none/none", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=30)
    assert refused.value.code == 403
    refused.value.close()


@pytest.mark.parametrize("path", ["/", "/models", "/_stcore/health", "/media/none"])
def test_every_answer_carries_the_guards_headers(address: str, path: str) -> None:
    """Pages, parts of them, and what is not there: where things may come from, and that nobody frames them."""
    status, found = _ask(address, path)
    assert status == (404 if path.endswith("none") else 200)
    policy = found["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert found["x-frame-options"] == "DENY"
    assert found["x-content-type-options"] == "nosniff"


def test_the_metrics_are_closed(address: str) -> None:
    """How many people are here, and how much they hold, is nobody's business."""
    assert _ask(address, "/_stcore/metrics")[0] == 404


def _ask(address: str, path: str) -> tuple[int, Message]:
    try:
        with urllib.request.urlopen(address + path, timeout=30) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def test_a_browser_is_opened_where_there_is_a_screen(tmp_path: Path) -> None:
    """At the app's address, as Streamlit does for a plain script."""
    seen, opener = tmp_path / "seen", tmp_path / "opener"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
    opener.chmod(0o700)
    with started(headless=False, BROWSER=f"{opener} %s") as server:
        until = time.monotonic() + 60
        while not seen.exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert seen.read_text().split() == [server.address]


def test_the_settings_are_the_safe_ones() -> None:
    """Each is one that this Streamlit knows, and stands in docs/operating.md."""
    operating = (ROOT / "docs" / "operating.md").read_text()
    for section, options in SAFE.items():
        for name, value in options.items():
            assert CONFIG[section][name] == value, name
    for section in SAFE:
        for name in CONFIG[section]:
            assert f"{section}.{name}" in config._config_options_template, name
            assert f"| `{section}.{name}` |" in operating, name


SCRIPT = """
import logging
import streamlit as st
from core.jobs import everybodys
from core.redact import ElsewhereError
from pages.ui import parts, session, watch
from tests.test_server import cell

def body(dataset):
    st.text("page")
    if st.button("uncaught", on_click=cell, args=("callback-canary",)):
        pass
    st.file_uploader("file", key="given")
    given = st.session_state.get("given")
    if given is not None:
        frame = __import__("pandas").read_csv(given)
        frame["energy"].astype(float)

session.speak()
watch.begin()
st.session_state["routed"] = True
st.session_state["spotify-tokens"] = "token-canary"
if st.query_params.get("job"):
    with parts.boundary("Job"):
        state = everybodys().ask("ann", ("k",), cell, "worker-canary", patience=60)
        raise ElsewhereError(state.trace)
if st.query_params.get("code"):
    logging.getLogger("urllib3").warning("GET /token?code=%s refused", st.query_params["code"])
    with parts.boundary("Token"):
        raise RuntimeError("401 for url: http://x/?access_token=" + st.session_state["spotify-tokens"])
with parts.boundary("Page"):
    body(None)
"""


def _served(folder: Path) -> Path:
    """The script above, as the server serves `app.py`."""
    (folder / "script.py").write_text(SCRIPT)
    served = folder / "served.py"
    served.write_text(
        'import streamlit as st\nfrom pages.ui import server\napp = st.App("script.py", **server.guarded())\n'
    )
    return served


def cell(content: str) -> None:
    """Fails as reading a cell does, and says of what."""
    float(content)


def test_no_error_tells_what_people_gave(tmp_path: Path) -> None:
    """Canaries in a title, a cell, a token and a callback, here and in a worker's process: neither the server's log nor the page
    has one of them; the log has the place and kind of every error.
    """
    log = tmp_path / "log"
    script = _served(tmp_path)
    content = b"track_name,energy\ntitle-canary,cell-canary\n"
    with started(script, log, PYTHONPATH=str(ROOT)) as server, browsing() as browser:
        page = browser.new_page()
        _open(page, server.address)
        shown = page.content()
        page.locator('input[type="file"]').set_input_files(
            {"name": "name-canary.csv", "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_text("Something went wrong here").first.wait_for(timeout=60_000)
        page.wait_for_timeout(500)
        for place in page.get_by_test_id("stAlert").all_inner_texts():
            shown += place
        _open(page, server.address)
        page.get_by_role("button", name="uncaught").click()
        page.get_by_text("Something went wrong here").first.wait_for(timeout=60_000)  # no page's boundary was open
        shown += page.content()
        for query in ("?code=code-canary", "?job=1"):
            _open(page, f"{server.address}/{query}")
            page.get_by_text("Something went wrong here").first.wait_for(timeout=60_000)
            shown += page.content()
    told = log.read_text()
    assert "canary" not in told
    assert "canary" not in shown
    assert told.count("builtins.ValueError") >= 3  # a cell, the callback, the worker
    assert "in cell" in told
    assert "GET /token?code=… refused" in told
    assert told.count("incident") >= 4
    assert told.count("incident") == len(re.findall("incident [0-9a-f]{8} on page (?:Page|outside|Token|Job)", told))


def _open(page: Page, address: str) -> None:
    for _ in range(100):
        try:
            page.goto(address)
            break
        except Exception:  # noqa: BLE001 it does not answer yet
            page.wait_for_timeout(300)
    settled(page, jobs=False)


def test_unsafe_settings_are_told(tmp_path: Path) -> None:
    """In the log to who runs the server; on the page to whoever opens a file there, where others may read along. Who reaches it
    by another address than this machine's own is told that it is for one person.
    """
    log = tmp_path / "log"
    unsafe = {"STREAMLIT_SERVER_ENABLE_CORS": "false", "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false",
              "STREAMLIT_SERVER_ADDRESS": "0.0.0.0", "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full",  # noqa: S104
              "STREAMLIT_SERVER_ALLOWED_HOSTS": "127.0.0.1 earprint.localhost"}  # fmt: skip
    with serving(log, **unsafe) as address, browsing() as browser:
        page = browser.new_page()
        _open(page, address)
        assert "others could read what you open here" in page.get_by_test_id("stMain").inner_text()
        assert "meant for one person" not in page.content()
        _open(page, address.replace("127.0.0.1", "earprint.localhost"))  # which a browser finds on this machine
        assert "meant for one person" in page.get_by_test_id("stMain").inner_text()
    told = log.read_text()
    for danger in ("enableXsrfProtection", "enableCORS", "showErrorDetails", "login"):
        assert f"unsafe: {danger} " in told, danger
    assert "unsafe: allowedHosts" not in told
