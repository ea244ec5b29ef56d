"""The look at known vulnerabilities, against a database of our own on this machine, and against none."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests import audit
from tests.conftest import ROOT

LINES = "harmless==1.0 --hash=sha256:{0}\nbroken==2.0 --hash=sha256:{0}\n".format("0" * 64)
FAULT = {
    "id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "summary": "It is broken.",
    "affected": [{"package": {"name": "broken", "ecosystem": "PyPI"},
                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.1"}]}]}],
}  # fmt: skip


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two packages."""
    path = tmp_path / "requirements.lock"
    path.write_text(LINES)
    return path


@contextmanager
def database(known: dict[str, Any], status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """Its address, and the packages it was asked for, as name==version. known: name==version -> a fault, as OSV has it."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(f"{query['package']['name']}=={query['version']}")
            body = json.dumps({"vulns": [known[asked[-1]]]} if asked[-1] in known else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query", asked
        finally:
            server.shutdown()
            thread.join()


def test_what_is_known_fails_and_is_named(lock: Path) -> None:
    """With the package, the fault's names and the version that mends it."""
    with database({"broken==2.0": FAULT}) as (service, _):
        status, told = audit.audit(lock, service)
    assert status == 1
    assert "broken 2.0: PYSEC-2026-1, CVE-2026-1; mended in 2.1" in told


def test_nothing_known_passes_and_all_were_asked_for(lock: Path) -> None:
    """A fault of another version is none."""
    with database({"broken==1.9": FAULT}) as (service, asked):
        status, told = audit.audit(lock, service)
    assert (status, told) == (0, "Audited: nothing is known against the 2 packages of requirements.lock.")
    assert sorted(asked) == ["broken==2.0", "harmless==1.0"]


def test_what_was_accepted_passes(lock: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By any of its names."""
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-2026-1": "a test"})
    with database({"broken==2.0": FAULT}) as (service, _):
        assert audit.audit(lock, service)[0] == 0


def test_without_a_net_it_says_so_and_goes_on(lock: Path) -> None:
    """Nobody listens there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        status, told = audit.audit(lock, f"http://127.0.0.1:{free.getsockname()[1]}")
    assert status == 0
    assert told.startswith("Not audited: ")
    assert len(told.splitlines()) == 1


def test_a_database_that_fails_is_none(lock: Path) -> None:
    """Its error is no answer."""
    with database({}, status=503) as (service, _):
        status, told = audit.audit(lock, service)
    assert (status, told.startswith("Not audited: ")) == (0, True)


def test_a_database_that_hangs_is_not_waited_for(lock: Path) -> None:
    """It takes the connection and is silent."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        status, told = audit.audit(lock, f"http://127.0.0.1:{silent.getsockname()[1]}", patience=3)
    assert (status, told.startswith("Not audited: ")) == (0, True)


def test_a_lock_that_cannot_be_read_fails(lock: Path) -> None:
    """It must not pass for a net that is missing."""
    lock.write_text(LINES.replace("harmless==1.0 --hash", "harmless --hash"))
    with database({}) as (service, _):
        status, told = audit.audit(lock, service)
    assert status == 2
    assert "harmless" in told


def test_the_lock_of_this_project_can_be_audited() -> None:
    """Each of its packages is asked for."""
    with database({}) as (service, asked):
        status, _ = audit.audit(service=service)
    assert status == 0
    assert len(asked) == (ROOT / "requirements.lock").read_text().count("==")
