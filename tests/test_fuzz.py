"""The short form of `make fuzz`; and that it tells what broke."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from tests import fuzz


def test_damaged_uploads_are_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred of them, some of which are read and taken away again."""
    assert fuzz.main(["--most", "100", "--seed", "1"]) == 0
    told = capsys.readouterr().out
    assert "nothing broke" in told
    assert " read" in told


def test_what_breaks_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the upload that broke it, and the exit status says so."""
    monkeypatch.setattr(fuzz, "_NAMES", ["broken.csv"])
    monkeypatch.setattr(fuzz, "damaged", lambda: st.just(b"x"))
    monkeypatch.setattr(fuzz, "outcome", lambda _: object())  # never the same twice
    assert fuzz.main(["--most", "50"]) == 1
    told = capsys.readouterr().out
    assert "AssertionError" in told
    assert "broken.csv" in told
