"""A Streamlit app on a free port of this machine: this one, or an empty one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.process import ROOT

APP, EMPTY = ROOT / "app.py", Path(__file__).with_name("empty.py")


@dataclass(frozen=True)
class Server:
    """Where it is, its process, and when that was started (of `time.perf_counter`)."""

    address: str
    port: int
    pid: int
    started: float


@contextmanager
def started(script: Path = APP) -> Iterator[Server]:
    """A server that has just been started, and perhaps does not answer yet; both apps with this one's configuration."""
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
        "true",
    ]
    with TemporaryDirectory() as folder:
        own = {**os.environ, "EARPRINT_DATABASE": f"sqlite:///{folder}/kept/earprint.sqlite"}
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield Server(f"http://127.0.0.1:{port}", port, process.pid, start)
        finally:
            process.terminate()
            process.wait(timeout=20)


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
