"""The log says where something failed, and holds no token and nothing of anybody's file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest

from core import redact

CANARY = "canary 7f3a"


@pytest.fixture
def quiet() -> Iterator[None]:
    """As the server's log is; afterwards as before."""
    factory, hook = logging.getLogRecordFactory(), threading.excepthook
    redact.keep_out()
    redact.keep_out()
    yield
    logging.setLogRecordFactory(factory)
    threading.excepthook = hook


def fail() -> None:
    """An error whose message quotes a cell, behind another that quotes it too."""
    try:
        float(CANARY)
    except ValueError as error:
        raise KeyError(f"title {CANARY}") from error


@pytest.mark.parametrize(("message", "told"), [
    ("GET /collect?code=abc-1&state=x.y HTTP/1.1", "GET /collect?code=…&state=… HTTP/1.1"),
    ("{'access_token': 'BQ', \"refresh_token\": \"AQ\"}", "{'access_token': '…', \"refresh_token\": \"…\"}"),
    ("Authorization: Bearer BQDk-1.x", "Authorization: Bearer …"),
    ("sent Bearer BQDk-1234.x", "sent Bearer …"),
    ("postgresql+psycopg://ann:pa55@host/earprint", "postgresql+psycopg://ann:…@host/earprint"),
    ("Cookie: earprint_list=0af1; theme=dark", "Cookie: …; theme=dark"),
    ("Cookie: x=1; _streamlit_user=eyJ.a_b; _streamlit_user_1=c", "Cookie: …; _streamlit_user=…; _streamlit_user_1=…"),
    ("EARPRINT_COOKIE_SECRET=a1 cookie_secret='b2'", "EARPRINT_COOKIE_SECRET=… cookie_secret='…'"),
    ("GET /end?client_id=e&id_token_hint=eyJ.x HTTP/1.1", "GET /end?client_id=e&id_token_hint=… HTTP/1.1"),
    ("status code: 500 in state done at http://host:8501/collect", "status code: 500 in state done at http://host:8501/collect"),
])  # fmt: skip
def test_secrets_are_covered_and_the_rest_stays(message: str, told: str) -> None:
    """In addresses, headers, cookies and JSON; an ordinary sentence is left as it is."""
    assert redact.text(message) == told


@pytest.mark.usefixtures("quiet")
def test_an_error_is_logged_without_its_message(caplog: pytest.LogCaptureFixture) -> None:
    """Its type, its frames and those of the error behind it are there."""
    try:
        fail()
    except KeyError:
        logging.getLogger("any.library").exception("incident %s", 12)
    assert CANARY not in caplog.text
    for there in (
        "incident 12",
        "builtins.KeyError",
        "builtins.ValueError",
        "test_redact.py",
        "in fail",
        "float(CANARY)",
    ):
        assert there in caplog.text, there


@pytest.mark.usefixtures("quiet")
def test_tokens_are_covered_in_arguments_and_in_messages(caplog: pytest.LogCaptureFixture) -> None:
    """Of any logger; arguments that do not fit their message are left out whole."""
    log = logging.getLogger("any.library")
    log.error("GET %s %d", "/collect?code=canary", 200)
    log.error("token=%s", "canary")
    log.error("one %s", "canary", "too many")
    assert "canary" not in caplog.text
    assert "GET /collect?code=… 200" in caplog.text


@pytest.mark.usefixtures("quiet")
def test_a_thread_that_fails_is_logged_alike(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Python would print its message on standard error."""
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "builtins.KeyError" in caplog.text
    assert CANARY not in caplog.text + capfd.readouterr().err


def test_a_fault_elsewhere_brings_its_frames() -> None:
    """Of a process of joblib's, whose text holds the message too; and of a worker's, whose trace is clean already."""

    class _RemoteTraceback(Exception):  # noqa: N818 joblib's name
        pass

    there = ValueError(CANARY)
    there.__cause__ = _RemoteTraceback(
        f'"""\nTraceback:\n  File "x.py", line 3, in f\n    g()\nValueError: {CANARY}\n"""'
    )
    told = redact.trace(there)
    assert CANARY not in told
    assert 'File "x.py", line 3, in f' in told
    assert told in redact.trace(redact.ElsewhereError(told))


def test_whoever_looks_for_a_fault_may_keep_the_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of exceptions; tokens are covered all the same."""
    monkeypatch.setenv("EARPRINT_LOG_MESSAGES", "1")
    told = redact.trace(ValueError(f"{CANARY} token=abc"))
    assert told == f"ValueError: {CANARY} token=…"
