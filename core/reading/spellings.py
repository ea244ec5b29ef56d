"""Numbers that exporters spell as words: keys, modes, time signatures, lengths.

Convention: a column is converted only if every given cell is spelled in that way; the reason on the Data page says
what was done. Source of the spellings: Exportify, Chosic, Organize Your Music, and the Kaggle "Ultimate Spotify
Tracks DB", whose time signatures a spreadsheet has turned into dates (`4/4` into `4-Apr`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

_NATURAL = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHIFT = {"": 0, "#": 1, "\u266f": 1, "b": -1, "\u266d": -1}
_KEY = re.compile(
    r"^([a-g])([#b\u266f\u266d]?)(?:/[a-g][#b\u266f\u266d]?)?(?:\s*(major|minor|maj|min|m))?$", re.IGNORECASE
)
_CAMELOT = re.compile(r"^(1[0-2]|[1-9])([AB])$", re.IGNORECASE)
_MODES = {"major": 1, "maj": 1, "minor": 0, "min": 0}
_SIGNATURE = re.compile(r"^(\d{1,2})/(?:4|8)$")
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7}
_DATE = re.compile(r"^4-(jan|feb|mar|apr|may|jun|jul)$", re.IGNORECASE)
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,3}):([0-5]\d)$")
_SECONDS = re.compile(r"^(\d+(?:\.\d+)?)\s*s$", re.IGNORECASE)


def spelled(name: str, given: pd.Series) -> tuple[pd.Series, str] | None:
    """The given cells (n,) of feature `name` as number texts and how they were spelled; None where they are not."""
    for how, convert in _WAYS.get(name, ()):
        numbers = given.map(convert)
        if len(numbers) and numbers.notna().all():
            return numbers.map(lambda number: f"{number:g}"), how
    return None


def _key(cell: str) -> float | None:
    found = _KEY.match(cell)
    if found is None:
        return None
    return (_NATURAL[found[1].lower()] + _SHIFT[found[2].lower()]) % 12


def _camelot(cell: str) -> float | None:
    """8B is C major and 8A is A minor; one step up the wheel is a fifth up."""
    found = _CAMELOT.match(cell)
    if found is None:
        return None
    return (7 * (int(found[1]) - 8) + (0 if found[2].upper() == "B" else 9)) % 12


def _signature(cell: str) -> float | None:
    found = _SIGNATURE.match(cell)
    return None if found is None else float(found[1])


def _dated_signature(cell: str) -> float | None:
    found = _DATE.match(cell)
    return None if found is None else float(_MONTHS[found[1].lower()])


def _clock(cell: str) -> float | None:
    found = _CLOCK.match(cell)
    if found is None:
        return None
    return 1000.0 * (3600 * int(found[1] or 0) + 60 * int(found[2]) + int(found[3]))


def _seconds(cell: str) -> float | None:
    found = _SECONDS.match(cell)
    return None if found is None else 1000 * float(found[1])


def _mode(cell: str) -> float | None:
    return _MODES.get(cell.casefold())


def _either_signature(cell: str) -> float | None:
    plain = _signature(cell)
    return _dated_signature(cell) if plain is None else plain


_WAYS: dict[str, tuple[tuple[str, Callable[[str], float | None]], ...]] = {
    "key": (("key names", _key), ("Camelot codes", _camelot)),
    "mode": (("major and minor", _mode),),
    "time_signature": (
        ("fractions", _signature),
        ("fractions that a spreadsheet turned into dates", _either_signature),
    ),
    "duration_ms": (("minutes and seconds", _clock), ("seconds", _seconds)),
}
