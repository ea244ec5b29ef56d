"""Columns -> features: numbers in the catalogue's units, lists expanded, keys on their circle, one column per feature.

A name in the catalogue makes a feature; so does a list of numbers under a name for such. Of two columns that mean the
same one is taken. Whatever a cell holds that cannot be read is a fault with its row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from core import schema, text
from core.dataset import Dropped
from core.language import many, say
from core.reading import cells as of_cells
from core.reading.choices import Choices
from core.reading.found import Columns, aside, find, note, where
from core.reading.log import Log
from core.reading.spellings import mode_of_key, spelled
from core.reading.tables import Table
from core.reading.units import convert

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?|nan|NaN"
_LIST = re.compile(rf"^\s*+\[\s*+(?:{_NUMBER})(?:\s*+,\s*+(?:{_NUMBER}))*+\s*+(?:,\s*+)?\]\s*+$")
_MAX_LIST_CELL = 4096
_MAX_LIST = 128
_LIMIT = 1e30  # beyond this a float32 overflows soon after the first square


class Features:
    """The columns that may be features, gathered first: units are judged together, and two columns may mean the same."""

    def __init__(self, table: Table, choices: Choices, log: Log, columns: Columns, roles: Mapping[str, str]) -> None:
        self._table, self._choices, self._log, self._columns, self._roles = table, choices, log, columns, roles
        self._offered: dict[str, list[tuple[str, np.ndarray, str]]] = {}  # name -> (column, values, how it was written)

    def offer(self, column: str, role: str | None) -> bool:
        """Whether `column` holds one or several features; they are kept for `take`."""
        cells = self._table.cells[column]
        chosen = role is not None and role.startswith("feature")
        name = role.partition(":")[2] if chosen and role else ""
        name = schema.normalise(name) or name
        is_key = name == "key" or (not name and schema.is_key(column))
        name = name or ("" if is_key else schema.audio_feature(column) or "")
        if not name and not is_key:
            if self._is_of_lists(cells) and (chosen or schema.is_list(column)):
                self._expand(column, cells)
                return True
            if not chosen:
                return False
            name = schema.normalise(column) or column
            name = "other_rating" if name == "rating" else name  # `rating` is the chosen one's name everywhere
        values, unreadable = of_cells.numbers(cells)
        if re.fullmatch(r"key_\d+", name) and not chosen and not np.isin(values, (0, 1)).any():
            return False  # a number beside "key" is a category only where the cells say yes or no
        how = ""
        if unreadable.any():
            words = spelled("key" if is_key else name, cells)
            if words:
                if is_key and (modes := mode_of_key(cells)) is not None:
                    self._offer("mode", column, of_cells.numbers(modes)[0], say("written with the key"))
                cells, how = words
                values, unreadable = of_cells.numbers(cells)
        given = ~np.isnan(values)
        if unreadable.any() and not given.any():
            self._columns.text_features.append(column)
            aside(self._columns, self._table, column, "ignored", say("holds text; I need numbers here"))
            return True
        values = self._check(column, values, unreadable)
        self._offer("key" if is_key else name, column, values, say("written as {how}", how=say(how)) if how else "")
        return True

    def _offer(self, name: str, column: str, values: np.ndarray, how: str) -> None:
        self._offered.setdefault(name, []).append((column, values, how))

    def _check(self, column: str, values: np.ndarray, unreadable: np.ndarray) -> np.ndarray:
        """The values without those that no column can hold; these and text become faults."""
        wild = np.flatnonzero(np.abs(values) > _LIMIT)
        self._fault(
            column,
            np.flatnonzero(unreadable),
            say("holds text"),
            say("I need a number in every feature cell, or an empty one."),
        )
        what = many(len(wild), "has {number} value that cannot be right,", "has {number} values that cannot be right,")
        self._fault(column, wild, what, say("I expected a finite number."))
        return np.where(np.abs(values) > _LIMIT, np.nan, values) if len(wild) else values

    def _fault(self, column: str, rows: np.ndarray, what: str, expected: str) -> None:
        if not len(rows):
            return
        places = where(self._table, column, rows)
        self._columns.faulty[rows] = True
        self._log.rows_at_fault(
            len(rows),
            say(
                "Column `{column}` {what} in {rows}. {expected} Correct these rows, or choose another column.",
                column=text.shorten(column), what=what, rows=places, expected=expected,
            ),
            say(
                "Left out {rows}: `{column}` {what} there.",
                rows=places, column=text.shorten(column), what=what.rstrip(","),
            ),
        )  # fmt: skip

    def take(self) -> None:
        """Freeze what was offered into features: one column each, in the catalogue's unit."""
        best = {name: self._best(name, found) for name, found in self._offered.items()}
        wanted = {find(self._table, name, self._log) for name in self._choices.as_written}
        as_written = frozenset(
            name for name, (column, _, how) in best.items() if column in wanted or self._table.as_understood
        )
        # what was spelled with its unit is in the catalogue's already, and says nothing about its sisters
        spelled_out = {name: values for name, (_, values, how) in best.items() if how}
        plain = {name: values for name, (_, values, how) in best.items() if not how}
        header = best["duration_ms"][0] if "duration_ms" in best else ""
        converted = convert(plain, as_written, header=header) | convert(spelled_out, as_written | spelled_out.keys())
        for name, (column, _, how) in best.items():
            found = converted[name]
            chosen = str(self._roles.get(column, "")).startswith("feature")
            if found.refused and not chosen:
                aside(self._columns, self._table, column, "ignored", found.refused)
                continue
            if len(found.outliers):
                self._fault(
                    column,
                    found.outliers,
                    say("is on a scale of {scale}, but not", scale=found.scale),
                    say("I expected a share there."),
                )
            known = name in schema.FEATURES or name == "key" or schema.audio_feature(name)
            reason = "; ".join(filter(None, [
                say("you chose it") if chosen else say("an audio feature I know") if known else say("its header says so"),
                how, say("taken as it is written") if column in wanted else found.evidence,
            ]))  # fmt: skip
            self._keep(name, column, found.values, reason, found.scale, found.changed or column in wanted)

    def _best(self, name: str, found: list[tuple[str, np.ndarray, str]]) -> tuple[str, np.ndarray, str]:
        """The column that stands for a feature: the chosen one, else the best known name; the others are set aside."""
        first, *others = sorted(found, key=lambda item: self._rank(name, item[0]))
        for column, values, _ in others:
            if column == first[0] or (
                name == "mode" and column in {other[0] for other in self._offered.get("key", [])}
            ):
                continue
            same = np.array_equal(values, first[1], equal_nan=True)
            label = schema.describe(name).label if name != "key" else say("Key")
            used = text.shorten(first[0])
            reason = say("the same numbers as `{column}`", column=used) if same else (
                say("another column for {feature}; I use `{column}`", feature=label, column=used)
            )  # fmt: skip
            aside(self._columns, self._table, column, "ignored", reason)
        return first

    def _rank(self, name: str, column: str) -> tuple[bool, bool, int, int, str]:
        known = schema.FEATURES.get(name)
        aliases = schema.KEY if name == "key" else (name, *(known.aliases if known else ()))
        forms = schema.forms(column)
        if name == "mode" and schema.is_key(column):  # told with the key, by its best known name
            aliases = (*aliases, *schema.KEY)
        place = min((aliases.index(form) for form in forms if form in aliases), default=len(aliases))
        chosen = self._roles.get(column) == f"feature:{name}"
        return not chosen, not str(self._roles.get(column, "")).startswith("feature"), place, len(forms), column

    def _keep(self, name: str, column: str, values: np.ndarray, reason: str, scale: str, reversible: bool) -> None:
        if name != "key":
            self._add(name, column, values, reason, scale, reversible=reversible)
            return
        # -1 means that none was found. Keys never lie on a number line: B (11) is a neighbour of C (0).
        given = values[~np.isnan(values)]
        if len(given) and given.min() == 1 and given.max() == 12 and schema.normalise(column) not in self._as_written():
            values, reason, reversible = values - 1, _and(reason, say("numbers from 1 to 12, taken as 0 to 11")), True
        wild = np.flatnonzero((values < -1) | (values > 11) | (values != np.round(values)) & ~np.isnan(values))
        self._fault(
            column,
            wild,
            say("has keys that do not exist,"),
            say("I expected 0 to 11 from C, or -1 where none was found."),
        )
        keys = np.where((values >= 0) & (values <= 11), np.floor(values), np.nan)
        if self._choices.key == "categories":
            for number in range(12):
                yes = np.where(np.isnan(keys), np.nan, keys == number)
                why = _and(reason, say("one column per key, as you chose"))
                self._add(f"key_{number}", column, yes, why, say("0 to 11 from C"), reversible=reversible)
            return
        angle = 2 * np.pi * keys / 12
        for part, on_circle in (("key_sin", np.sin(angle)), ("key_cos", np.cos(angle))):
            why = _and(reason, say("keys lie on a circle: taken as sine and cosine"))
            self._add(part, column, on_circle, why, say("0 to 11 from C"), reversible=reversible)

    def _as_written(self) -> set[str]:
        return set(map(schema.normalise, self._choices.as_written))

    def _add(
        self, name: str, column: str, values: np.ndarray, reason: str, scale: str = "", *, reversible: bool = False
    ) -> None:
        columns = self._columns
        columns.features[name] = values
        columns.source[name] = column
        note(columns, self._table, column, "feature", name, reason, scale=scale, reversible=reversible,
              missing=int(np.isnan(values).sum()))  # fmt: skip

    @staticmethod
    def _is_of_lists(cells: pa.Array) -> bool:
        """Whether the cells are lists: all given ones begin with a bracket, and most are lists of numbers."""
        first = next(
            (cell for cell in of_cells.strings(cells[:50]) if cell.strip().casefold() not in schema.MISSING), "["
        )
        if not first.lstrip().startswith("["):
            return False
        given = [cell for cell in of_cells.strings(of_cells.strip(cells)) if cell.casefold() not in schema.MISSING]
        return (
            bool(given) and all(cell.startswith("[") for cell in given) and sum(map(is_list, given)) > 0.5 * len(given)
        )

    def _expand(self, column: str, cells: pa.Array) -> None:
        """A column of bracketed lists of numbers -> one feature per position."""
        lists: list[list[float] | None] = []
        bad: list[int] = []
        for row, cell in enumerate(of_cells.strings(of_cells.strip(cells))):
            if is_list(cell):
                # without blanks of any kind, of which `float` knows fewer
                parts = (part.strip() for part in cell.strip().strip("[],").split(","))
                lists.append([float(part) for part in parts if part])
                continue
            lists.append(None)
            if cell.casefold() not in schema.MISSING:
                bad.append(row)
        lengths = [0 if values is None else len(values) for values in lists]
        width = max(set(lengths) - {0}, key=lengths.count, default=0)
        odd = [row for row, length in enumerate(lengths) if length not in (0, width)]
        wild = [row for row, values in enumerate(lists) if values and any(abs(value) > _LIMIT for value in values)]
        self._fault(
            column,
            np.array(bad, dtype=int),
            say("holds lists of numbers, but none"),
            say("I expected numbers in brackets."),
        )
        lengths_found = text.listing(sorted({lengths[row] for row in odd}))
        self._fault(
            column,
            np.array(odd, dtype=int),
            say("holds lists of {width} numbers, but of {lengths}", width=width, lengths=lengths_found),
            say("I expected all lists to be as long."),
        )
        self._fault(
            column,
            np.array(wild, dtype=int),
            say("has numbers that cannot be right,"),
            say("I expected finite numbers."),
        )
        if width > _MAX_LIST:
            self._log.fault(
                say(
                    "Column `{column}` holds lists of {width} numbers; I take at most {most}.",
                    column=text.shorten(column),
                    width=text.whole(width),
                    most=_MAX_LIST,
                )
            )
            return
        nothing = [np.nan] * width
        gone = {*odd, *wild}
        matrix = np.array([nothing if values is None or row in gone else values for row, values in enumerate(lists)])
        stem = schema.list_stem(column)
        for position in range(width):
            reason = say("number {place} of {width} in its list", place=position + 1, width=width)
            self._add(f"{stem}_{position}", column, matrix[:, position], reason)


def is_list(cell: str) -> bool:
    """Whether the cell is a bracketed list of plain numbers; the length is looked at first, to bound the time."""
    return len(cell) <= _MAX_LIST_CELL and _LIST.match(cell) is not None


def _and(reason: str, further: str) -> str:
    return f"{reason}; {further}"


def prune(columns: Columns, rows: np.ndarray) -> None:
    """Set aside the features that are empty or the same in all of these rows: they can tell nothing."""
    for name in list(columns.features):
        values = columns.features[name][rows].astype(np.float32)
        low, high = np.fmin.reduce(values), np.fmax.reduce(values)  # NaN only where all are missing
        if low < high:
            continue
        given = values[~np.isnan(values)]
        why = say("the same value in every rated row") if len(given) else say("empty in every rated row")
        column = columns.source[name]
        del columns.features[name]
        columns.dropped.append(Dropped(column if column == name else f"{column} ({name})", why, "constant"))
        columns.understood = [
            replace(entry, role="ignored", used_as="nothing", reason=why)
            if (entry.column, entry.used_as) == (column, name) else entry
            for entry in columns.understood
        ]  # fmt: skip
