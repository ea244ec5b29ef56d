"""Bytes -> a table of text, or the faults that stand in the way. Nothing is converted here.

Convention: every cell stays text exactly as written (`NA`, `007` and `True` are titles too); a missing cell is the
empty string. `rows` are the numbers that a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core import schema, text
from core.reading.encoding import NotTextError, decode

MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_CELLS = 10_000_000  # short rows are filled, so that a small file could ask for all memory
SEPARATORS = (",", ";", "\t", "|")

_SAMPLE = 20_000  # characters that are looked at for the separator


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name is text to show, never a path."""

    name: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Table:
    """Cells of one or several files as text. `place[column][i]` says where the cell of row i stands."""

    name: str
    cells: pd.DataFrame
    place: dict[str, np.ndarray] = field(default_factory=dict)
    file: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """The headers, in the file's order."""
        return list(self.cells.columns)

    def take(self, rows: np.ndarray) -> Table:
        """The table of these rows, places included."""
        cells = self.cells.iloc[rows].reset_index(drop=True)
        return Table(self.name, cells, {name: place[rows] for name, place in self.place.items()}, self.file)


def read_table(upload: Upload, notes: list[str], faults: list[str], *, several: bool = False) -> Table | None:
    """The table in `upload`, or None after adding to `faults` what stands in the way.

    `notes` gets what was guessed. `several` says that there are other files, so that places name theirs.
    """
    who = f"`{text.shorten(upload.name)}`"
    try:
        decoded, encoding = decode(upload.data)
    except NotTextError as error:
        faults.append(f"{who} {error}")
        return None
    rows = _split(decoded, who, faults)
    if rows is None:
        return None
    header = [cell.strip() for cell in rows[0]]
    while (
        header
        and not header[-1]
        and all(len(row) < len(header) or not row[len(header) - 1].strip() for row in rows[1:])
    ):
        header.pop()  # spreadsheets leave trailing separators behind
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not _shape_is_sound(header, body, who, faults):
        return None
    if encoding != "UTF-8":
        notes.append(f"{who} is read as {encoding} text.")
    width = len(header)
    # A short row is what exporters write where a track has no features; its missing cells are missing values.
    filled = [row + [""] * (width - len(row)) for _, row in body]
    cells = pd.DataFrame(filled, columns=pd.Index(header, dtype=object), dtype=object)
    suffix = f" of {who}" if several else ""
    place = np.array([f"{number}{suffix}" for number, _ in body], dtype=object)
    return Table(upload.name, cells, dict.fromkeys(header, place), dict.fromkeys(header, upload.name))


def _split(decoded: str, who: str, faults: list[str]) -> list[list[str]] | None:
    separator = _separator(decoded)
    rows = _parse(decoded, separator, who, faults)
    if rows is None:
        return None
    start = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    if len(rows) - start < 2:
        faults.append(f"{who} has a header and no rows. I expected one row per track below the header.")
        return None
    if not any(any(row[1:]) for row in rows) and any(mark in rows[start][0] for mark in SEPARATORS):
        # Every row stands in quotation marks as a whole: what is inside them is the table.
        return _split("\n".join("".join(row).replace("\n", " ") for row in rows), who, faults)
    return [rows[start]] + [[]] * start + rows[start + 1 :]  # blank lines above the header keep the row numbers


def _separator(decoded: str) -> str:
    """The mark that cuts the first lines into the most equal rows of more than one cell; the comma on a tie."""
    head = decoded[:_SAMPLE].lstrip().rsplit("\n", 1)[0]

    def fit(mark: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if row]
        width = widths[0]
        return (sum(found == width for found in widths) / len(widths) if width > 1 else 0.0, width)

    try:
        fits = {mark: fit(mark) for mark in SEPARATORS}
    except csv.Error:  # the parser below says what is wrong
        return SEPARATORS[0]
    # A short row is no evidence against a mark, so the header's width settles what the rows leave open.
    return max(SEPARATORS, key=lambda mark: (round(fits[mark][0], 1), fits[mark][1]))


def _parse(decoded: str, separator: str, who: str, faults: list[str]) -> list[list[str]] | None:
    # strict: a quote that never closes would otherwise swallow the rest of the file in silence
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)  # noqa: PERF402 the number of rows read so far says where it broke
    except csv.Error as error:
        faults.append(
            f"{who} is not well-formed CSV: {error} in the row that begins after row {len(rows):,}. Look there for a "
            "quotation mark that is not closed."
        )
        return None
    return rows


def _shape_is_sound(header: list[str], body: list[tuple[int, list[str]]], who: str, faults: list[str]) -> bool:
    """Whether header and rows fit each other; adds every fault found."""
    before = len(faults)
    if len(header) > MAX_COLUMNS:
        faults.append(f"{who} has {len(header):,} columns; I read at most {MAX_COLUMNS}.")
    if len(body) > MAX_ROWS:
        faults.append(f"{who} has {len(body):,} rows; I read at most {MAX_ROWS:,}.")
    if len(header) * len(body) > MAX_CELLS:
        faults.append(
            f"{who} has {len(body):,} rows of {len(header):,} columns; I read at most {MAX_CELLS:,} cells. Drop columns."
        )
    same = Counter(schema.normalise(name) or name for name in header)
    twice = [name for name in header if same[schema.normalise(name) or name] > 1]
    if twice:
        names = text.listing([f"`{text.shorten(name)}`" for name in twice])
        faults.append(f"{who} has columns with the same name: {names}. Rename or remove all but one.")
    long = [number for number, row in body if any(cell.strip() for cell in row[len(header) :])]
    if long:
        faults.append(
            f"{who} has more cells than the header's {len(header)} in {_rows(long)}. A cell that holds the "
            "separator needs quotation marks around it."
        )
    if not body:
        faults.append(f"{who} has a header and no rows. I expected one row per track below the header.")
    for _, row in body:
        del row[len(header) :]
    return len(faults) == before


def _rows(numbers: list[int]) -> str:
    return f"row{'' if len(numbers) == 1 else 's'} {text.listing(numbers)}"
