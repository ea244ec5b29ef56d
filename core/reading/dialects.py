"""Text -> the cells of a CSV file in any dialect, or the faults that stand in the way.

A regular file is cut by Arrow. Anything else (a quotation mark inside a cell, a short row, a blank line) is cut by
Python's csv module, which says where a file is broken; on regular files both give the same cells, as tests show.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv

from core import schema, text
from core.language import many, say
from core.reading import cells as of_cells
from core.reading import formats
from core.reading.limits import Limits
from core.reading.log import Log

SEPARATORS = (",", ";", "\t", "|")

_TITLE_LINES = 10
_SAMPLE = 20_000  # characters that are looked at for the separator
_LONGEST_NAME = 1_000  # characters of a header
_DATA = re.compile(  # what stands in a row of data and never in a header
    r"^[-+]?\d+([.,]\d+)?$|^\d{4}-\d{2}-\d{2}|^\d{1,2}:\d{2}|^spotify:track:|^https?://|^\[|"
    r"^\d{1,2} [A-Z][a-z]{2} \d{4},? \d{2}:\d{2}$"
)


def parse(
    name: str, decoded: str, log: Log, limits: Limits, *, has_header: bool | None = None
) -> tuple[list[str] | None, list[pa.Array], np.ndarray] | None:
    """Header, columns and row numbers of a CSV file; None after adding to `log` what stands in the way.

    The header is None where the first row is data already: as the person says, or where none of its cells is a name
    that I know and one is a number, a date or an address.
    """
    who = f"`{text.shorten(name)}`"
    hint = re.match(r"sep=(.)(?:\r\n|\r|\n)", decoded)  # which spreadsheets leave for each other
    if hint:
        decoded = decoded[hint.end() :]
    begin, above = (0, 0) if has_header is False else _lines_above(decoded)
    if above:
        decoded = decoded[begin:]
        log.note(
            many(
                above,
                "{file} has {number} line above its header, which I leave out.",
                "{file} has {number} lines above its header, which I leave out.",
                file=who,
            )
        )
    above += bool(hint)
    separator = hint[1] if hint and hint[1] in SEPARATORS else _separator(decoded)
    cut = _regular(decoded, separator, limits) or _irregular(decoded, separator, who, log, limits)
    if cut is None:
        return None
    header, columns, rows = cut.header, cut.columns, cut.rows + above
    if has_header is None:
        known = any(schema.is_known(cell) for cell in header if len(cell) <= _LONGEST_NAME)
        known = known and formats.without_header(header) is None  # a band may be called Love
        has_header = known or not any(_DATA.match(cell.strip()) for cell in header)
    if not has_header:
        first = [of_cells.column([cell]) for cell in header]
        columns = [pa.concat_arrays([top, column]) for top, column in zip(first, columns, strict=True)]
        return None, columns, np.concatenate([[cut.top + above], rows])
    header = [cell.strip() for cell in header]
    while header and not header[-1] and of_cells.is_blank(columns[-1]).all():
        header.pop()  # spreadsheets leave trailing separators behind
        columns.pop()
    longest = max(map(len, header), default=0)
    if longest > _LONGEST_NAME:
        log.fault(
            say(
                "{file} has a column name of {length} characters. I expected the columns' names in the first row.",
                file=who,
                length=text.whole(longest),
            )
        )
        return None
    if not len(rows) or not header:
        log.fault(say("{file} has a header and no rows. I expected one row per track below the header.", file=who))
        return None
    return header, columns, rows


class _Cut(NamedTuple):
    """The header and its row number, and the columns below it (n,) with theirs."""

    header: list[str]
    top: int
    columns: list[pa.Array]
    rows: np.ndarray


def _regular(decoded: str, separator: str, limits: Limits) -> _Cut | None:
    """The cells of a file in which every row is as long as the header and every quotation mark in its place, by Arrow."""
    if "\n\n" in decoded or ("\r" in decoded and _has_lone_returns_or_blank_lines(decoded)):
        return None
    end = decoded.find("\n")
    try:
        header = next(csv.reader([decoded[: end + 1]], delimiter=separator, strict=True), [])
    except csv.Error:
        return None
    if end < 0 or not any(map(str.strip, header[1:])) or len(header) > limits.columns or decoded.count('"', 0, end) % 2:
        return None
    data = pa.py_buffer(decoded.encode()).slice(len(decoded[: end + 1].encode()))
    quoted = '"' in decoded
    breaks = _breaks_in_quotes(np.frombuffer(data, dtype=np.uint8), separator) if quoted else False
    if not data.size or breaks is None:
        return None
    if decoded.startswith("\ufeff", end + 1):  # Arrow would take it for the file's mark
        return None
    names = [str(place) for place in range(len(header))]
    try:
        cut = pa.csv.read_csv(
            pa.BufferReader(data),
            read_options=pa.csv.ReadOptions(column_names=names, block_size=1 << 18),
            parse_options=pa.csv.ParseOptions(
                delimiter=separator, newlines_in_values=breaks, quote_char='"' if quoted else False,
                ignore_empty_lines=False,
            ),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )  # fmt: skip
    except pa.ArrowInvalid:  # a row of another length
        return None
    if cut.num_rows > limits.rows or len(header) * cut.num_rows > limits.cells:
        return None  # the slow way says what is wrong
    columns = [column.combine_chunks() for column in cut.columns]
    if any(_longest(column) > limits.cell_characters for column in columns):
        return None
    rows = np.arange(2, cut.num_rows + 2)
    empty = of_cells.is_blank(columns[0])
    for column in columns[1:]:
        if not empty.any():
            return _Cut(header, 1, columns, rows)
        empty &= of_cells.is_blank(column)
    kept = np.flatnonzero(~empty)
    return _Cut(header, 1, [of_cells.take(column, kept) for column in columns], rows[kept])


def _has_lone_returns_or_blank_lines(decoded: str) -> bool:
    return decoded.count("\r") != decoded.count("\r\n") or "\n\r\n" in decoded


def _longest(column: pa.Array) -> int:
    """The bytes of the longest cell, from where the cells begin (`pyarrow` string arrays have 32-bit offsets)."""
    begins = np.frombuffer(column.buffers()[1], dtype=np.int32, count=column.offset + len(column) + 1)[column.offset :]
    return int(np.diff(begins).max(initial=0))


def _breaks_in_quotes(bytes_: np.ndarray, separator: str) -> bool | None:
    """Whether line breaks stand between quotation marks; None where a mark is not in its place.

    In a regular file every cell with a mark begins and ends with one, and those inside are doubled: odd marks open and
    stand after a separator, a line's end or a mark; even ones close and stand before such.
    """
    marks = np.flatnonzero(bytes_ == ord('"'))
    if len(marks) % 2:
        return None
    around = np.zeros(256, dtype=bool)
    around[[ord(separator), ord("\n"), ord("\r"), ord('"')]] = True
    opening, closing = marks[::2], marks[1::2]
    before = around[bytes_[np.maximum(opening - 1, 0)]] | (opening == 0)
    after = around[bytes_[np.minimum(closing + 1, len(bytes_) - 1)]] | (closing == len(bytes_) - 1)
    if not (before.all() and after.all()):
        return None
    ends = np.flatnonzero(bytes_ == ord("\n"))
    return bool((np.searchsorted(ends, opening) != np.searchsorted(ends, closing)).any())


def _irregular(
    decoded: str, separator: str, who: str, log: Log, limits: Limits, *, unwrapped: bool = False
) -> _Cut | None:
    """The cells of any file, by the csv module; or what is wrong with it."""
    rows = _rows(decoded, separator, who, log, limits)
    if rows is None:
        return None
    top, header = rows[0]
    whole = not unwrapped and len(rows) > 1 and not any(any(row[1:]) for _, row in rows)
    if whole and any(mark in header[0] for mark in SEPARATORS):
        # Every row stands in quotation marks as a whole: what is inside them is the table.
        inside = "\n".join(re.sub(r"[\r\n]+", " ", row[0]) for _, row in rows)
        cut = _irregular(inside, _separator(inside), who, log, limits, unwrapped=True)
        numbers = np.array([number for number, _ in rows])
        return cut and cut._replace(top=top, rows=numbers[cut.rows - 1])
    body = _of_one_shape(header, rows[1:], who, log, limits)
    if body is None:
        return None
    width = len(header)
    # A short row is what exporters write where a track has no features; its missing cells are missing values.
    filled = [row if len(row) == width else row + [""] * (width - len(row)) for _, row in body]
    columns = [of_cells.column(column) for column in zip(*filled, strict=True)] or [of_cells.column([])] * width
    return _Cut(header, top, columns, np.array([number for number, _ in body], dtype=int))


def _rows(
    decoded: str, separator: str, who: str, log: Log, limits: Limits, *, literal: bool = False
) -> list[tuple[int, list[str]]] | None:
    """The rows that hold something, with their numbers. A spreadsheet may leave a million others below them.

    Programs that write tabs often quote nothing: where a tab file is broken otherwise, its
    quotation marks are text (`literal`).
    """
    # strict: a quote that never closes would otherwise swallow the rest of the file in silence
    csv.field_size_limit(max(limits.cell_characters, 131_072))
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator, strict=True)
    if literal:
        reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=separator, quoting=csv.QUOTE_NONE)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            if not any(map(str.strip, row)):
                continue
            rows.append((number, row))
            if len(rows) > limits.rows + 1:
                log.fault(
                    say(
                        "{file} has more than {most} rows; I read at most as many. Split the file.",
                        file=who,
                        most=text.whole(limits.rows),
                    )
                )
                return None
    except csv.Error as error:
        if separator == "\t" and not literal:
            return _rows(decoded, separator, who, log, limits, literal=True)
        log.fault(
            say(
                "{file} is not well-formed CSV: {error} in the row that begins after row {row}. Look there for a "
                "quotation mark that is not closed.",
                file=who,
                error=error,
                row=text.whole(number),
            )
        )
        return None
    if not rows:
        log.fault(say("{file} is empty. I expected a header row and one row per track.", file=who))
        return None
    return rows


def _of_one_shape(
    header: list[str], body: list[tuple[int, list[str]]], who: str, log: Log, limits: Limits
) -> list[tuple[int, list[str]]] | None:
    """The rows that fit the header, cut to its width; None after adding every fault found."""
    before = len(log.faults)
    if len(header) > limits.columns:
        log.fault(
            say(
                "{file} has {columns} columns; I read at most {most}.",
                file=who,
                columns=text.whole(len(header)),
                most=text.whole(limits.columns),
            )
        )
    if len(header) * len(body) > limits.cells:
        log.fault(
            say(
                "{file} has {rows} rows of {columns} columns; I read at most {most} cells. Drop columns.",
                file=who,
                rows=text.whole(len(body)),
                columns=text.whole(len(header)),
                most=text.whole(limits.cells),
            )
        )
    huge = [n for n, row in body if max(map(len, row)) > limits.cell_characters]
    if huge:
        log.fault(
            say(
                "{file} has a cell of more than {most} characters in {rows}. Shorten it.",
                file=who,
                most=text.whole(limits.cell_characters),
                rows=_row_numbers(huge),
            )
        )
    width = len(header)
    long = [number for number, row in body if len(row) > width and any(cell.strip() for cell in row[width:])]
    if long:
        where = _row_numbers(long)
        out = log.rows_at_fault(
            len(long),
            say(
                "{file} has more cells than the header's {width} in {rows}. A cell that holds the separator needs quotation "
                "marks around it.",
                file=who, width=width, rows=where,
            ),
            say("Left out {rows} of {file}, with more cells than the header's {width}.", rows=where, file=who, width=width),
        )  # fmt: skip
        if out:
            gone = set(long)
            body = [(number, row) for number, row in body if number not in gone]
    if len(log.faults) > before:
        return None
    return [(number, row[:width] if len(row) > width else row) for number, row in body]


def _lines_above(decoded: str) -> tuple[int, int]:
    """Where the header begins, and how many rows stand above it, such as `My ratings 2024`.

    Those have one cell, without a name that I know; the first row with two such names is the header.
    """
    for mark in SEPARATORS:
        head = io.StringIO(decoded[:_SAMPLE], newline="")
        begin, titled = 0, False
        for place, row in enumerate(islice(csv.reader(head, delimiter=mark), _TITLE_LINES)):
            given = [cell for cell in row if cell.strip()]
            known = sum(map(schema.is_known, given))
            if known >= 2:
                return (begin, place) if titled else (0, 0)
            if known or len(given) > 1:
                break
            begin, titled = head.tell(), titled or bool(given)
    return 0, 0


def _separator(decoded: str) -> str:
    """The mark that cuts the first lines into the most equal rows of more than one cell; the comma on a tie."""
    blank = len(decoded) - len(decoded.lstrip())
    start = max(decoded.rfind(end, 0, blank) for end in "\r\n") + 1  # a tab may begin the header
    head = decoded[start : start + _SAMPLE]
    if start + _SAMPLE < len(decoded):
        head = head[: max(map(head.rfind, "\r\n"))]  # the last line is cut anywhere

    def fit(mark: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if row]
        width = widths[0] if widths else 0
        return (sum(found == width for found in widths) / len(widths) if width > 1 else 0.0, width)

    try:
        fits = {mark: fit(mark) for mark in SEPARATORS}
    except csv.Error:  # the parser says what is wrong
        return SEPARATORS[0]
    # A short row is no evidence against a mark, so the header's width settles what the rows leave open.
    return max(SEPARATORS, key=lambda mark: (round(fits[mark][0], 1), fits[mark][1]))


def _row_numbers(numbers: Sequence[int]) -> str:
    return many(len(numbers), "row {rows}", "rows {rows}", rows=text.listing(numbers))
