"""What the reader takes at most."""

from __future__ import annotations

import pytest

from core.errors import SettingsError
from core.reading import open_files
from core.reading.limits import limits
from tests.conftest import table, upload


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("MEGABYTES", "1", None), ("ROWS", "30", "more than 30 rows"), ("COLUMNS", "3", "at most 3"),
        ("CELLS", "100", "at most 100 cells"), ("CELL_CHARACTERS", "7", "more than 7 characters in rows"),
    ],
)  # fmt: skip
def test_a_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str | None) -> None:
    """Each limit can be changed by its variable, and what exceeds it is told with the limit."""
    monkeypatch.setenv(f"EARPRINT_MAX_{name}", value)
    reading = open_files([upload(table())])
    if says is None:
        assert reading.dataset is not None
    else:
        assert says in reading.faults[0]


@pytest.mark.parametrize("value", ["", "many", "-1", "0", "1.5"])
def test_a_limit_is_a_whole_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """Anything else is an error of the settings, not of the file."""
    monkeypatch.setenv("EARPRINT_MAX_ROWS", value)
    with pytest.raises(SettingsError, match="EARPRINT_MAX_ROWS"):
        limits()
