"""What the reader takes at most, and the environment variables by which an operator changes it.

A limit guards the machine, not the person: each is far above a rated list, and what exceeds it is told with the
limit's name. `EARPRINT_MAX_MEGABYTES=200` and so on are read when a file is read.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import settings


@dataclass(frozen=True)
class Limits:
    """Of one file: megabytes, rows, columns, cells; and characters of one cell."""

    megabytes: int = 50
    rows: int = 200_000
    columns: int = 500
    cells: int = 10_000_000  # short rows are filled, so that a small file could ask for all memory
    cell_characters: int = 100_000


def limits() -> Limits:
    """The limits in force. Raises `SettingsError` where a variable holds no whole number above 0."""
    return settings.in_force(Limits)
