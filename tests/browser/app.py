"""The real app on a free port of this machine, and the browser to look at it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import ensure

ROOT = Path(__file__).resolve().parents[2]
CACHE = ""  # the folder in which servers keep what they worked out of the examples; the tests set one for all of them
CORES: dict[str, str] = {}  # how many cores servers may take for their work; tests that run side by side set it
PAGES = ("", "collect", "ratings", "features", "models", "drivers", "track", "method")
# No request of the browser's own, and none that leaves this machine: what a test sees on the wire is the app's.
QUIET = ("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE *localhost")  # fmt: skip


@dataclass(frozen=True)
class Server:
    """Where it is, its process, and when that was started (of `time.perf_counter`)."""

    address: str
    port: int
    process: subprocess.Popen[bytes]
    started: float


@contextmanager
def started(
    script: Path = ROOT / "app.py", log: Path = Path("/dev/null"), *, headless: bool = True, **environment: str
) -> Iterator[Server]:
    """A server that has just been started, as `make run` does, and perhaps does not answer yet; its log goes to `log`,
    `environment` is added to its own, with the server's address for `{address}`. What is kept there goes with it, unless
    `environment` names other places. Unless it is `headless`, it opens a browser.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.port",
        str(port),
        "--server.headless",
        str(headless).lower(),
    ]
    with log.open("w") as out, TemporaryDirectory() as folder:
        own = {"EARPRINT_DATABASE": f"sqlite:///{folder}/kept/earprint.sqlite", "EARPRINT_CACHE": CACHE, **CORES}
        given = {name: value.replace("{address}", f"http://127.0.0.1:{port}") for name, value in environment.items()}
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **own, **given}
        )
        try:
            yield Server(f"http://127.0.0.1:{port}", port, process, start)
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def serving(log: Path | None = None, **environment: str) -> Iterator[str]:
    """The address of this app on a server that answers."""
    with started(log=log or Path("/dev/null"), **environment) as server:
        _wait_for(f"{server.address}/_stcore/health", server.process)
        yield server.address


@contextmanager
def browsing() -> Iterator[Browser]:
    """A headless Chromium."""
    path = ensure()  # before Playwright starts: it asks Playwright too
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", *QUIET])
        try:
            yield browser
        finally:
            browser.close()


def settled(page: Page, timeout: float = 400, *, jobs: bool = True) -> None:
    """Wait until the page's script has run to its end and its charts are drawn; with `jobs`, until all jobs have ended."""
    until = time.monotonic() + timeout
    quiet = 0
    while quiet < (2 if jobs else 1):  # between a job's end and the next one's beginning there is a moment without any
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=timeout * 1000)
        page.wait_for_timeout(300)
        page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=timeout * 1000)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
        quiet = quiet + 1 if not jobs or not page.locator(".st-key-stop-work").count() else 0
        if time.monotonic() > until:
            raise TimeoutError("a job that does not end")


def go(page: Page, title: str, *, jobs: bool = True) -> None:
    """Open a page by its link in the sidebar, as a person does: the session stays."""
    link = page.locator('[data-testid="stSidebarNavLink"]').filter(has_text=title)
    box = link.bounding_box()
    if box is None or box["x"] < 0:  # on a narrow window the sidebar waits outside
        page.locator('[data-testid="stExpandSidebarButton"]').click()
        page.wait_for_timeout(500)
    link.click()
    expect(page).to_have_title(re.compile(f"^{re.escape(title)}"), timeout=30_000)
    settled(page, jobs=jobs)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the app ended with status {server.returncode} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"no answer from {address}")
