"""A Streamlit app on a free port of this machine: this one, or an empty one; both with this one's configuration."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.process import ROOT
from tests.browser.app import Server, started

APP, EMPTY = ROOT / "app.py", Path(__file__).with_name("empty.py")


@contextmanager
def serving(script: Path = APP) -> Iterator[Server]:
    """A server that answers."""
    with started(script) as server:
        until_open(server)
        yield server


def until_open(server: Server, patience: float = 60) -> None:
    """Wait until somebody listens at the server's port."""
    while time.perf_counter() - server.started < patience:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nobody answers at {server.address}")
