"""What a JSON or XML file comes to before it is a table: header and rows of text, or the reason why there are none.

Convention: every cell is text, a missing one is the empty string, and no number changes by being written.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field

from core import text
from core.language import many, say
from core.reading.limits import Limits

Record = dict[str, object]

_UNFIT = re.compile("[\x00\ud800-\udfff]")  # zero bytes, and halves of letters that no encoding can hold


@dataclass(frozen=True)
class Document:
    """header (d,) and rows (N lists of d cells); notes for the person; number (N,): each row's record, from 1 on."""

    header: list[str]
    rows: list[list[str]]
    notes: list[str]
    number: list[int] | None = None


class DocumentError(ValueError):
    """The end of a sentence that begins with the file's name: what was found, expected, and what to do."""


@dataclass
class LeftOut:
    """What of a list of records does not come out."""

    no_records: int = 0
    private: set[str] = field(default_factory=set)
    no_cells: set[str] = field(default_factory=set)

    def notes(self, who: str) -> list[str]:
        """What the person should know of it."""
        notes = []
        if self.no_records:
            notes.append(
                many(
                    self.no_records,
                    "Left out {number} entry of {file} without a track.",
                    "Left out {number} entries of {file} without a track.",
                    file=who,
                )
            )
        if self.private:
            notes.append(
                many(
                    len(self.private),
                    "Left out {number} field of {file} that may tell who or where somebody is.",
                    "Left out {number} fields of {file} that may tell who or where somebody is.",
                    file=who,
                )
            )
        if self.no_cells:
            names = text.listing([text.quoted(name) for name in sorted(self.no_cells)])
            notes.append(
                many(
                    len(self.no_cells),
                    "Left out {number} field of {file} that no cell can hold, such as lists of lists: {names}.",
                    "Left out {number} fields of {file} that no cell can hold, such as lists of lists: {names}.",
                    file=who,
                    names=names,
                )
            )
        return notes


def cell_of(value: object) -> str | None:
    """A value as the text of a cell; None for what no cell can hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):  # not a number and infinity, in whatever spelling, are missing
        return repr(value) if abs(value) <= sys.float_info.max else ""
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, list):
        return _list_cell(value)
    return None


def _list_cell(values: list[object]) -> str | None:
    """Numbers as `[0.1, 0.2]`, with `nan` for a missing one; names, also those of records, as `A; B`."""
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
        return f"[{', '.join(cell_of(value) or 'nan' for value in values)}]"
    names = [value.get("name") if isinstance(value, dict) else value for value in given]
    cells = [cell for name in names if not isinstance(name, list) and (cell := cell_of(name))]
    return "; ".join(cells) if cells or not given else None


def sound(string: str) -> str:
    """The string without what cannot be written in UTF-8 or would end a text early."""
    return string if string.isprintable() else _UNFIT.sub("\ufffd", string)


def check_rows(rows: int, limits: Limits) -> None:
    """Raises `DocumentError` beyond the limit of rows."""
    if rows > limits.rows:
        found, most = text.whole(rows), text.whole(limits.rows)
        raise DocumentError(say("has {tracks} tracks; I read at most {most}. Split it.", tracks=found, most=most))


def check_cells(rows: list[list[str]], limits: Limits) -> None:
    """Raises `DocumentError` where a cell is longer than its limit."""
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if longest > limits.cell_characters:
        raise DocumentError(
            say(
                "has a field of {length} characters; I read at most {most}. Shorten it.",
                length=text.whole(longest),
                most=text.whole(limits.cell_characters),
            )
        )


def who_of(name: str) -> str:
    """A file's name as it stands in sentences."""
    return f"`{text.shorten(name)}`"
