"""Numbers that exporters spell as words: keys, modes, time signatures, lengths.

Convention: a column is converted only if every given cell is spelled in that way; the reason on the Data page says
what was done. Source of the spellings: Exportify, Chosic, Organize Your Music, and the Kaggle "Ultimate Spotify
Tracks DB", whose time signatures a spreadsheet has turned into dates (`3/4` into `4-Mar`, or `03-Apr` in Britain).
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa

from core import schema
from core.language import mark
from core.reading import cells as of_cells

_MOST = 0.9
_NATURAL = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_SHIFT = {"": 0, "#": 1, "\u266f": 1, "b": -1, "\u266d": -1}
_KEY = re.compile(
    r"^([a-g])([#b\u266f\u266d]?)(?:/[a-g][#b\u266f\u266d]?)?(?:\s*(major|minor|maj|min|m))?$", re.IGNORECASE
)
_CAMELOT = re.compile(r"^(1[0-2]|[1-9])([AB])$", re.IGNORECASE)
_MODES = {"major": 1, "maj": 1, "dur": 1, "minor": 0, "min": 0, "moll": 0}
_SIGNATURE = re.compile(r"^(\d{1,2})/(?:4|8)$")
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7}
_DATE = re.compile(r"^0?(?:4-(jan|feb|mar|apr|may|jun|jul)|([1-7])-apr)$", re.IGNORECASE)
_CLOCK = re.compile(r"^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$")
_CLOCK_OF_HOURS = re.compile(r"^(\d{1,3}):([0-5]\d):00$")
_PERCENT = re.compile(r"^(\d{1,3}(?:[.,]\d{1,6})?)\s*%$")
_SECONDS = re.compile(r"^(\d{1,7}(?:\.\d{1,9})?)\s*s$", re.IGNORECASE)


def spelled(name: str, cells: pa.Array) -> tuple[pa.Array, str] | None:
    """The cells (n,) of feature `name` as number texts and how they were spelled, to be said; None where they are not.

    Nine of ten different cells decide; the others stay as they are, to be told with their rows.

    Cells are looked at once each, however often they occur; missing ones stay as they are.
    """
    words = [word for word in of_cells.unique(of_cells.strip(cells)) if word.casefold() not in schema.MISSING]
    for how, convert in _WAYS.get(name, _SHARES if schema.is_share(name) else ()):
        numbers = {word: number for word in words if (number := convert(word)) is not None}
        plain = {word for word in words if re.fullmatch(r"-1|0", word)} - numbers.keys()  # none was found; nothing
        if words and len(numbers) >= max(_MOST * (len(words) - len(plain)), 1) and (numbers or not plain):
            changed = {word: f"{number:.15g}" for word, number in numbers.items()}
            return of_cells.replaced(of_cells.strip(cells), changed), how
    return None


def mode_of_key(cells: pa.Array) -> pa.Array | None:
    """Major (1) and minor (0) as number texts, where every key is written with its mode: `G Major`, `8A`."""
    words = [word for word in of_cells.unique(of_cells.strip(cells)) if word.casefold() not in schema.MISSING]
    modes = {word: mode for word in words if (mode := _mode_of_key(word)) is not None}
    if not words or len(modes) < len(words):
        return None
    return of_cells.replaced(of_cells.strip(cells), {word: f"{mode:g}" for word, mode in modes.items()})


def _mode_of_key(cell: str) -> float | None:
    camelot = _CAMELOT.match(cell)
    if camelot:
        return 1.0 if camelot[2].upper() == "B" else 0.0
    key = _KEY.match(cell)
    if key is None or key[3] is None:
        return None
    return 0.0 if key[3].lower() in {"minor", "min", "m"} else 1.0


def _percent(cell: str) -> float | None:
    found = _PERCENT.match(cell)
    return None if found is None else float(found[1].replace(",", ".")) / 100


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
    if found is None:
        return None
    return float(_MONTHS[found[1].lower()] if found[1] else found[2])


def _clock(cell: str) -> float | None:
    found = _CLOCK.match(cell)
    if found is None:
        return None
    return 1000.0 * (3600 * int(found[1] or 0) + 60 * int(found[2]) + int(found[3]))


def _clock_of_hours(cell: str) -> float | None:
    found = _CLOCK_OF_HOURS.match(cell)
    return None if found is None else 1000.0 * (60 * int(found[1]) + int(found[2]))


def _seconds(cell: str) -> float | None:
    found = _SECONDS.match(cell)
    return None if found is None else 1000 * float(found[1])


def _mode(cell: str) -> float | None:
    return {"M": 1.0, "m": 0.0}.get(cell, _MODES.get(cell.casefold()))


def _either_signature(cell: str) -> float | None:
    plain = _signature(cell)
    return _dated_signature(cell) if plain is None else plain


_SHARES = ((mark("percentages"), _percent),)
_WAYS: dict[str, tuple[tuple[str, Callable[[str], float | None]], ...]] = {
    "key": ((mark("key names"), _key), (mark("Camelot codes"), _camelot)),
    "mode": ((mark("major and minor"), _mode),),
    "time_signature": (
        (mark("fractions"), _signature),
        (mark("fractions that a spreadsheet turned into dates"), _either_signature),
    ),
    "duration_ms": (
        (mark("minutes and seconds that a spreadsheet took for hours and minutes"), _clock_of_hours),
        (mark("minutes and seconds"), _clock),
        (mark("seconds"), _seconds),
    ),
}
