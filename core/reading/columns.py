"""What each column is: rating, identity, feature, context or set aside, with the ground for it.

A name in the catalogue makes a feature; so does a bracketed list of numbers. Other numbers do not: an unknown
column may be a copy of the rating or a row number, so it takes part only when the person says so.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core import schema, text
from core.dataset import Dropped, Understood
from core.reading.spellings import spelled
from core.reading.tables import Table

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?|nan|NaN"
_LIST = re.compile(rf"^\s*\[\s*(?:{_NUMBER})(?:\s*,\s*(?:{_NUMBER}))*\s*,?\s*\]\s*$")
_DECIMAL_COMMA = re.compile(r"^([-+]?\d*),(\d+)$")
_MAX_LIST_CELL = 4096
_MAX_LIST = 128
_LIMIT = 1e30  # beyond this a float32 overflows soon after the first square


@dataclass(frozen=True)
class Choices:
    """What a person or the command line decided about columns, by header."""

    rating: str | None = None
    group: str | None = None
    listener: str | None = None
    also: Sequence[str] = ()


@dataclass(eq=False)
class Columns:
    """The columns of one table as understood so far; filled by `understand`, frozen into a `Dataset` after."""

    rating: pd.Series | None = None
    rating_column: str = ""
    rating_is_sound: bool = True
    features: dict[str, np.ndarray] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    identity: dict[str, pd.Series] = field(default_factory=dict)
    context: dict[str, pd.Series] = field(default_factory=dict)
    understood: list[Understood] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    unknown_numbers: list[str] = field(default_factory=list)
    text_features: list[str] = field(default_factory=list)


def understand(table: Table, choices: Choices, faults: list[str], *, whole: bool = True) -> Columns:
    """The role of every column of `table`; every fault of every cell goes into `faults`.

    `whole` is false where a file could not be read or joined: what seems missing may be there.
    """
    columns = Columns()
    named = schema.identities(table.columns)
    rating = _rating_column(table, choices.rating, faults, whole=whole)
    also = {find(table, name, faults) for name in choices.also}
    for column in table.columns:
        cells = table.cells[column].str.strip()
        if column == rating:
            columns.rating_column = column
            before = len(faults)
            columns.rating = _numbers(table, column, cells, faults, what="rating")
            columns.rating_is_sound = len(faults) == before
            _note(columns, table, column, "rating", "the rating", "chosen" if choices.rating else "by its name")
        elif _take_feature(columns, table, column, cells, faults):
            continue
        elif column in also:
            values = _numbers(table, column, cells, faults, what="feature")
            name = schema.normalise(column) or column
            name = "other_rating" if name == "rating" else name  # `rating` is the chosen one's name everywhere
            _take(columns, table, column, name, values.to_numpy(float), "you chose it", faults)
        else:
            _set_aside(
                columns, table, column, cells, next((k for k, header in named.items() if header == column), None)
            )
    return columns


def find(table: Table, name: str, faults: list[str]) -> str | None:
    """The header that a person means by `name`: exact, else the only one equal after normalising."""
    if name in table.columns:
        return name
    same = [column for column in table.columns if schema.normalise(column) == schema.normalise(name)]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(name, table.columns, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    faults.append(f"There is no column `{text.shorten(name)}`.{hint} Found: {_names(table.columns)}.")
    return None


def _rating_column(table: Table, chosen: str | None, faults: list[str], *, whole: bool) -> str | None:
    if chosen is not None:
        return find(table, chosen, faults)
    by_name = {schema.normalise(column): column for column in reversed(table.columns)}
    found = next((by_name[name] for name in schema.RATING if name in by_name), None)
    if found is None and whole:
        faults.append(
            f"No column holds your ratings. Found: {_names(table.columns)}. I expected a column called `rating` "
            f"(or {', '.join(f'`{name}`' for name in schema.RATING[1:9])}). Rename it, or choose it by hand."
        )
    return found


def _take_feature(columns: Columns, table: Table, column: str, cells: pd.Series, faults: list[str]) -> bool:
    """Take `column` as one or several features if it is some; whether it was."""
    name = schema.audio_feature(column)
    is_key = schema.normalise(column) in schema.KEY
    if name or is_key:
        words = spelled("key" if is_key else str(name), _given(cells))
        how = ""
        if words:
            cells = cells.mask(cells.index.isin(words[0].index), words[0])
            how = f", written as {words[1]}"
        if _is_text(cells):
            columns.text_features.append(column)
            _aside(columns, table, column, "ignored", "holds text; I need numbers here")
            return True
        values = _numbers(table, column, cells, faults, what="feature").to_numpy(float)
        if not is_key:
            _take(columns, table, column, str(name), values, f"an audio feature I know{how}", faults)
            return True
        # A circle, not a line: key 11 (B) is a neighbour of key 0 (C). -1 means that none was found.
        angle = 2 * np.pi * np.where((values >= 0) & (values <= 11), values, np.nan) / 12
        for part, values_on_circle in (("key_sin", np.sin(angle)), ("key_cos", np.cos(angle))):
            _take(
                columns,
                table,
                column,
                part,
                values_on_circle,
                f"keys lie on a circle: taken as sine and cosine{how}",
                faults,
            )
        return True
    given = _given(cells)
    if len(given) and given.str.startswith("[").all() and given.map(_is_list).mean() > 0.5:
        _expand(columns, table, column, cells, faults)
        return True
    return False


def _expand(columns: Columns, table: Table, column: str, cells: pd.Series, faults: list[str]) -> None:
    """A column of bracketed lists of numbers -> one feature per position."""
    lists: list[list[float] | None] = []
    bad: list[int] = []
    for row, cell in enumerate(cells):
        if cell.casefold() in MISSING:
            lists.append(None)
        elif _is_list(cell):
            lists.append([float(part) for part in cell.strip().strip("[],").split(",") if part.strip()])
        else:
            lists.append(None)
            bad.append(row)
    if bad:
        faults.append(f"Column `{column}` holds lists of numbers, but {_cells(table, column, bad, cells)} is none.")
    lengths = [0 if values is None else len(values) for values in lists]
    width = max(set(lengths) - {0}, key=lengths.count, default=0)
    odd = [row for row, length in enumerate(lengths) if length not in (0, width)]
    if odd:
        found = text.listing([f"{lengths[row]} in row {table.place[column][row]}" for row in odd])
        faults.append(f"Column `{column}` holds lists of {width} numbers, but there are {found}. All must be as long.")
    if width > _MAX_LIST:
        faults.append(f"Column `{column}` holds lists of {width:,} numbers; I take at most {_MAX_LIST}.")
    wild = [row for row, values in enumerate(lists) if values and max(map(abs, values)) > _LIMIT]
    if wild:
        faults.append(f"Column `{column}` has numbers that cannot be right, in {_cells(table, column, wild, cells)}.")
    if bad or odd or wild or width > _MAX_LIST:
        return
    matrix = np.array([[np.nan] * width if values is None else values for values in lists])
    stem = schema.list_stem(column)
    for position in range(width):
        reason = f"number {position + 1} of {width} in its list"
        _take(columns, table, column, f"{stem}_{position}", matrix[:, position], reason, faults)


def _is_list(cell: str) -> bool:
    """Whether the cell is a bracketed list of plain numbers; the length is looked at first, to bound the time."""
    return len(cell) <= _MAX_LIST_CELL and _LIST.match(cell) is not None


def _set_aside(columns: Columns, table: Table, column: str, cells: pd.Series, kind: str | None) -> None:
    """Identity (`kind`), context, or nothing: what is not a feature, and why."""
    if kind:
        columns.identity[kind] = table.cells[column]
        _aside(columns, table, column, "identity", f"tells tracks apart ({kind}); never a feature")
        return
    as_numbers = pd.to_numeric(_with_points(cells), errors="coerce")
    numeric = len(cells) > 0 and not _is_text(cells)
    if schema.names_an_index(column) or (numeric and _is_row_number(as_numbers)):
        reason = "a row number or an identifier; never a feature"
        _aside(columns, table, column, "ignored", reason)
        return
    columns.context[column] = table.cells[column]
    if schema.normalise(column) in schema.RATING:
        reason = "another rating; it would give the rating away"
    elif schema.names_a_label(column):
        reason = "may be made from your rating (a list, a like, a count of plays); never a feature"
    elif schema.context(column) or schema.identity(column):
        reason = "tells about the track, not about its sound"
    elif numeric:
        columns.unknown_numbers.append(column)
        reason = "numbers that I do not know; choose the column as a feature if it describes the sound"
    else:
        reason = "text"
    _aside(columns, table, column, "context", reason)


def _take(
    columns: Columns, table: Table, column: str, name: str, values: np.ndarray, reason: str, faults: list[str]
) -> None:
    if name in columns.features:
        faults.append(
            f"Columns `{columns.source[name]}` and `{column}` both stand for {schema.describe(name).label}. Remove one."
        )
        return
    columns.features[name] = values
    columns.source[name] = column
    _note(columns, table, column, "feature", name, reason)


def prune(columns: Columns, rows: np.ndarray) -> None:
    """Set aside the features that are empty or the same in all of these rows: they can tell nothing."""
    for name in list(columns.features):
        values = columns.features[name][rows].astype(np.float32)
        given = values[~np.isnan(values)]
        if len(given) and (given != given[0]).any():
            continue
        why = "the same value in every rated row" if len(given) else "empty in every rated row"
        column = columns.source[name]
        del columns.features[name]
        columns.dropped.append(Dropped(column if column == name else f"{column} ({name})", why))
        columns.understood = [
            replace(entry, role="ignored", used_as="nothing", reason=why)
            if (entry.column, entry.used_as) == (column, name) else entry
            for entry in columns.understood
        ]  # fmt: skip


def _aside(columns: Columns, table: Table, column: str, role: schema.Role, reason: str) -> None:
    columns.dropped.append(Dropped(column, reason))
    _note(columns, table, column, role, "nothing" if role == "ignored" else role, reason)


def _note(columns: Columns, table: Table, column: str, role: schema.Role, used_as: str, reason: str) -> None:
    columns.understood.append(Understood(column, table.file[column], role, used_as, reason))


def _given(cells: pd.Series) -> pd.Series:
    """The cells that are not missing."""
    return cells[~cells.str.casefold().isin(MISSING)]


def _is_text(cells: pd.Series) -> bool:
    """Whether no cell that is given is a number."""
    given = _given(cells)
    return len(given) > 0 and bool(pd.to_numeric(_with_points(given), errors="coerce").isna().all())


def _with_points(cells: pd.Series) -> pd.Series:
    """Decimal commas as points, where the column has some and no point: `0,5` beside `0.5` is not guessed."""
    if cells.str.contains(".", regex=False).any() or not cells.str.contains(",", regex=False).any():
        return cells
    return cells.str.replace(_DECIMAL_COMMA, r"\1.\2", regex=True)


def _is_row_number(values: pd.Series) -> bool:
    """All distinct, and in even steps once sorted or rising or falling with the row (absolute Spearman >= .999)."""
    if values.isna().any() or values.duplicated().any() or len(values) < 3:
        return False
    steps = np.diff(np.sort(values.to_numpy()))
    ranks = values.rank().to_numpy()
    with_row = abs(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1])
    return bool(np.allclose(steps, steps[0]) or with_row >= 0.999)


def _numbers(table: Table, column: str, cells: pd.Series, faults: list[str], *, what: str) -> pd.Series:
    """The cells as floats, NaN where missing; text, infinite and absurd values become faults with their rows."""
    missing = cells.str.casefold().isin(MISSING)
    values = pd.to_numeric(_with_points(cells).mask(missing), errors="coerce").astype(float)
    text_rows = np.flatnonzero(values.isna() & ~missing)
    if len(text_rows):
        faults.append(
            f"Column `{column}` holds text in {_cells(table, column, text_rows, cells)}. I need a number in every "
            f"{what} cell, or an empty one. Correct these rows, or choose another column."
        )
    low, high = (0.0, 100.0) if what == "rating" else (-_LIMIT, _LIMIT)
    wild = np.flatnonzero((values < low) | (values > high) | np.isinf(values))
    if len(wild):
        expected = "a rating between 0 and 100" if what == "rating" else "a finite number"
        faults.append(
            f"Column `{column}` has {text.count(len(wild), 'value')} that cannot be right, in "
            f"{_cells(table, column, wild, cells)}. I expected {expected}."
        )
    return values.mask(values.abs() > _LIMIT)


def _cells(table: Table, column: str, rows: Sequence[int] | np.ndarray, cells: pd.Series) -> str:
    """`rows 4, 17 and 80 ('good', 'ok', '?')`."""
    places = [table.place[column][row] for row in rows]
    shown = ", ".join(text.quoted(cells.iloc[row]) for row in rows[:5])
    return f"row{'' if len(places) == 1 else 's'} {text.listing(places)} ({shown})"


def _names(columns: Sequence[str]) -> str:
    return text.listing([f"`{text.shorten(name, 40)}`" for name in columns], limit=12)
