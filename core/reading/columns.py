"""What each column is: rating, identity, feature, context or set aside, in which unit, with the ground for it.

A name in the catalogue makes a feature; so does a bracketed list of numbers. Other numbers do not: an unknown
column may be a copy of the rating or a row number, so it takes part only when the person says so. Whatever is
inferred here can be reversed by a `Choices`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from core import schema, text
from core.dataset import Dropped, Understood
from core.errors import SettingsError
from core.reading import cells as of_cells
from core.reading.cells import MISSING
from core.reading.log import Log
from core.reading.ratings import Ratings, read_ratings
from core.reading.spellings import mode_of_key, spelled
from core.reading.tables import Table
from core.reading.units import convert

ROLES = ("rating", "feature", *schema.IDENTITY, "listener", "context", "ignored")

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?|nan|NaN"
_LIST = re.compile(rf"^\s*+\[\s*+(?:{_NUMBER})(?:\s*+,\s*+(?:{_NUMBER}))*+\s*+(?:,\s*+)?\]\s*+$")
_MAX_LIST_CELL = 4096
_MAX_LIST = 128
_LIMIT = 1e30  # beyond this a float32 overflows soon after the first square


@dataclass(frozen=True)
class Choices:
    """What a person or the command line decided, by header.

    roles: header -> one of `ROLES`, or `feature:NAME` with a canonical name. as_written: columns whose numbers stay on
    the scale they have. listener: `NAME`, `COLUMN` or `COLUMN=NAME`. group: a header, or artist, album or work.
    scale and zero: as in `ratings.read_ratings`. key: `circle` or `categories`. missing: `fill` or `leave-out`.
    has_header: whether the first row names the columns; None to find out.
    """

    rating: str | None = None
    group: str | None = None
    listener: str | None = None
    also: Sequence[str] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    as_written: Sequence[str] = ()
    scale: str | None = None
    zero: str | None = None
    key: str = "circle"
    missing: str = "fill"
    skip_faulty: bool = False
    has_header: bool | None = None

    def __post_init__(self) -> None:
        wrong = [
            role
            for role in self.roles.values()
            if role not in ROLES and not re.fullmatch("feature:(?!rating$).+", role)
        ]
        wrong += [self.key] * (self.key not in {"circle", "categories"})
        wrong += [self.missing] * (self.missing not in {"fill", "leave-out"})
        wrong += [str(self.zero)] * (self.zero not in {None, "rating", "unrated"})
        if wrong:
            raise SettingsError([f"I do not know the choice `{text.shorten(choice)}`." for choice in wrong])


@dataclass(eq=False)
class Columns:
    """The columns of one table as understood so far; filled by `understand`, frozen into a `Dataset` after.

    faulty: rows with a cell that cannot be read. listeners: column of each listener in a wide table, else empty.
    """

    rating: Ratings | None = None
    rating_column: str | None = None
    features: dict[str, np.ndarray] = field(default_factory=dict)
    source: dict[str, str] = field(default_factory=dict)
    identity: dict[str, pa.Array] = field(default_factory=dict)
    context: dict[str, pa.Array] = field(default_factory=dict)
    understood: list[Understood] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    unknown_numbers: list[str] = field(default_factory=list)
    text_features: list[str] = field(default_factory=list)
    listener_column: str | None = None
    listeners: dict[str, str] = field(default_factory=dict)
    listener: str | None = None
    faulty: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    lost: bool = False

    @property
    def rating_is_sound(self) -> bool:
        """Whether the ratings could be read; else no other fault is to follow from them."""
        return self.rating is not None and not self.lost


def understand(table: Table, choices: Choices, log: Log, *, whole: bool = True) -> Columns:
    """The role of every column of `table`; every fault of every cell goes into `log`.

    `whole` is false where a file could not be read or joined: what seems missing may be there.
    """
    columns = Columns(faulty=np.zeros(len(table), dtype=bool))
    roles = _roles(table, choices, log)
    named = _identities(table, roles)
    _choose_rating(columns, table, roles, choices, log, whole=whole)
    _find_listeners(columns, table, roles, choices)
    features = _Features(table, choices, log, columns, roles)
    for column in table.columns:
        role = roles.get(column)
        if column == columns.rating_column:
            _take_rating(columns, table, column, choices, log)
        elif role is None and schema.normalise(column) in schema.PRIVATE:
            _aside(columns, table, column, "ignored", "names a person; not kept")
        elif column in columns.listeners.values():
            _aside(columns, table, column, "context", "the rating of another listener; never a feature")
        elif column in named.values():
            kind = next(kind for kind, header in named.items() if header == column)
            columns.identity[kind] = table.cells[column]
            _aside(columns, table, column, "identity", f"tells tracks apart ({kind}); never a feature")
        elif column == columns.listener_column:
            _aside(columns, table, column, "listener", "says whose rating a row holds")
        elif role in {"context", "ignored"}:
            if role == "context":
                columns.context[column] = table.cells[column]
            _aside(columns, table, column, role, "you set it aside")  # type: ignore[arg-type]
        elif not features.offer(column, role):
            _set_aside(columns, table, column)
    features.take()
    order = {column: place for place, column in enumerate(table.columns)}
    columns.understood.sort(key=lambda entry: order.get(entry.column, len(order)))
    return columns


def find(table: Table, name: str, log: Log) -> str | None:
    """The header that a person means by `name`: exact, else the only one equal after normalising."""
    if name in table.cells:
        return name
    wanted = schema.normalise(name)
    same = [column for column in table.columns if wanted and schema.normalise(column) == wanted]
    if len(same) == 1:
        return same[0]
    near = difflib.get_close_matches(name[:200], table.columns, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    log.fault(f"There is no column `{text.shorten(name)}`.{hint} Found: {_names(table.columns)}.")
    return None


def _roles(table: Table, choices: Choices, log: Log) -> dict[str, str]:
    """Header -> the role that a person chose for it."""
    wanted = {**choices.roles, **dict.fromkeys(choices.also, "feature")}
    found = {column: role for name, role in wanted.items() if (column := find(table, name, log)) is not None}
    if choices.rating is not None and (column := find(table, choices.rating, log)) is not None:
        found = {name: role for name, role in found.items() if role != "rating"} | {column: "rating"}
    return found


def _identities(table: Table, roles: Mapping[str, str]) -> dict[str, str]:
    """Kind -> its column: as chosen, else by name among those that were not chosen for something else."""
    chosen = {role: column for column, role in roles.items() if role in schema.IDENTITY}
    free = [column for column in table.columns if column not in roles]
    return schema.identities(free) | chosen


def _choose_rating(
    columns: Columns, table: Table, roles: Mapping[str, str], choices: Choices, log: Log, *, whole: bool
) -> None:
    """The rating's column: chosen, else by its name; in a wide table that of the listener who was chosen."""
    chosen = [column for column, role in roles.items() if role == "rating"]
    if not chosen:
        chosen = _rating_by_name(table, [column for column in table.columns if column not in roles])
    if len(chosen) > 1:
        order = {column: place for place, column in enumerate(table.columns)}
        chosen.sort(key=lambda column: order[column])
        columns.listeners = {(schema.listeners_own(column) or ("", column))[1]: column for column in chosen}
        counts = {
            name: int((~of_cells.is_missing(table.cells[column])).sum()) for name, column in columns.listeners.items()
        }
        wanted = (choices.listener or "").rpartition("=")[2]
        if wanted and wanted not in counts:
            log.fault(f"There is no listener {text.quoted(wanted)}. Found: {text.listing(sorted(counts), limit=12)}.")
        columns.listener = wanted if wanted in counts else min(counts, key=lambda name: (-counts[name], name))
        columns.rating_column = columns.listeners[columns.listener]
    elif chosen:
        columns.rating_column = chosen[0]
    elif whole and choices.rating is None:
        log.fault(_no_rating(table))


def _rating_by_name(table: Table, free: Sequence[str]) -> list[str]:
    """The column that is named as a rating and holds some, else those of the listeners of a wide table."""
    places = {column: place for column in free if (place := schema.rating(column)) is not None}
    named = sorted(places, key=lambda column: (places[column], column))
    if named:
        return [next((column for column in named if _holds_ratings(table, column)), named[0])]
    manners: dict[str, list[str]] = {}
    for column in free:
        own = schema.listeners_own(column)
        if own and _holds_ratings(table, column):
            manners.setdefault(own[0], []).append(column)
    return max(manners.values(), key=len, default=[])


def _holds_ratings(table: Table, column: str) -> bool:
    """Whether at least half of the given cells are ratings, on some scale."""
    found = read_ratings(of_cells.strings(of_cells.strip(table.cells[column])), hint=table.hint)
    rated = int((~np.isnan(found.values)).sum())
    bad = len(found.unreadable) + len(found.out_of_range)
    return rated > bad and not (found.scale.name == "free" and found.scale.high > 255)


def _no_rating(table: Table) -> str:
    likely = [column for column in table.columns if column not in schema.identities(table.columns).values()
              and not schema.is_known(column) and _could_be_a_rating(table.cells[column])]  # fmt: skip
    hint = f" {text.listing([f'`{text.shorten(name)}`' for name in likely])} could be one." if likely else ""
    return (
        f"No column holds your ratings. Found: {_names(table.columns)}. I expected a column called `rating` "
        f"(or {', '.join(f'`{name}`' for name in schema.RATING[1:9])}); no exporter writes one. Add it in a spreadsheet, give "
        f"me a second file that has it, or choose it by hand.{hint}"
    )


def _could_be_a_rating(cells: pa.Array) -> bool:
    """Few different numbers between 0 and 10, whole or half."""
    values, unreadable = of_cells.numbers(cells)
    given = np.unique(values[~np.isnan(values)])
    return bool(
        1 < len(given) <= 21 and unreadable.sum() < 0.1 * len(cells) and given[0] >= 0 and given[-1] <= 10
        and (given * 2 == np.round(given * 2)).all()
    )  # fmt: skip


def _find_listeners(columns: Columns, table: Table, roles: Mapping[str, str], choices: Choices) -> None:
    """The column that names listeners: chosen, else by its name where it names several."""
    chosen = next((column for column, role in roles.items() if role == "listener"), None)
    if chosen is None and not columns.listeners:
        named = {schema.normalise(column): column for column in table.columns if column not in roles}
        found = next((named[name] for name in schema.LISTENER if name in named), None)
        chosen = found if found and len(of_cells.unique(of_cells.strip(table.cells[found]))) > 1 else None
    asked = choices.listener or ""
    if asked and asked not in columns.listeners and not (chosen and asked in _people(table, chosen)):
        # no name of a listener: `COLUMN=NAME` or `COLUMN`, whatever marks stand in either
        heads = [column for column in table.columns if asked.startswith(f"{column}=") or column == asked]
        heads += [
            column for column in table.columns if schema.normalise(column) == schema.normalise(asked.partition("=")[0])
        ]
        chosen = heads[0] if heads else chosen
    columns.listener_column = chosen


def _people(table: Table, column: str) -> set[str]:
    return set(of_cells.unique(of_cells.strip(table.cells[column]))) - {""}


def _take_rating(columns: Columns, table: Table, column: str, choices: Choices, log: Log) -> None:
    cells = of_cells.strings(of_cells.strip(table.cells[column]))
    zero = choices.zero or ("rating" if table.as_understood else None)
    found = read_ratings(cells, scale=choices.scale, zero=zero, hint=table.hint)
    if table.as_understood and len(found.out_of_range):  # what was a rating once is no typing error now
        found = read_ratings(cells, scale="free", zero=zero)
    codes = [row for row in found.out_of_range if cells[row].replace("\u2212", "-") in {"-1", "-1.0"}]
    if codes:  # some programs write so where nothing was rated
        log.note(
            f"{text.count(len(codes), 'rating')} of \u22121 {'counts' if len(codes) == 1 else 'count'} as not rated."
        )
        found = replace(found, out_of_range=np.setdiff1d(found.out_of_range, codes))
    columns.rating = found
    for rows, what, expected in (
        (found.unreadable, "holds text", "I need a number in every rating cell, or an empty one."),
        (
            found.out_of_range,
            "has a value that cannot be right",
            f"I expected a rating on the scale {found.scale.label}.",
        ),
    ):
        if not len(rows):
            continue
        where = _cells(table, column, rows)
        columns.faulty[rows] = True
        columns.lost |= not log.rows_at_fault(
            len(rows),
            f"Column `{text.shorten(column)}` {what} in {where}. {expected} Correct these rows, or choose another column.",
            f"Left out {where}, where `{text.shorten(column)}` {what}.",
        )
    why = "by its name" if column not in choices.roles and choices.rating is None else "you chose it"
    _note(columns, table, column, "rating", "the rating", f"{why}; {found.scale.evidence}", scale=found.scale.label,
          missing=int(np.isnan(found.values).sum()))  # fmt: skip


class _Features:
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
                    self._offer("mode", column, of_cells.numbers(modes)[0], "written with the key")
                cells, how = words
                values, unreadable = of_cells.numbers(cells)
        given = ~np.isnan(values)
        if unreadable.any() and not given.any():
            self._columns.text_features.append(column)
            _aside(self._columns, self._table, column, "ignored", "holds text; I need numbers here")
            return True
        values = self._check(column, values, unreadable)
        self._offer("key" if is_key else name, column, values, f"written as {how}" if how else "")
        return True

    def _offer(self, name: str, column: str, values: np.ndarray, how: str) -> None:
        self._offered.setdefault(name, []).append((column, values, how))

    def _check(self, column: str, values: np.ndarray, unreadable: np.ndarray) -> np.ndarray:
        """The values without those that no column can hold; these and text become faults."""
        wild = np.flatnonzero(np.abs(values) > _LIMIT)
        self._fault(
            column, np.flatnonzero(unreadable), "holds text", "I need a number in every feature cell, or an empty one."
        )
        what = f"has {text.count(len(wild), 'value')} that cannot be right,"
        self._fault(column, wild, what, "I expected a finite number.")
        return np.where(np.abs(values) > _LIMIT, np.nan, values) if len(wild) else values

    def _fault(self, column: str, rows: np.ndarray, what: str, expected: str) -> None:
        if not len(rows):
            return
        where = _cells(self._table, column, rows)
        self._columns.faulty[rows] = True
        self._log.rows_at_fault(
            len(rows),
            f"Column `{text.shorten(column)}` {what} in {where}. {expected} Correct these rows, or choose another column.",
            f"Left out {where}: `{text.shorten(column)}` {what.rstrip(',')} there.",
        )

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
                _aside(self._columns, self._table, column, "ignored", found.refused)
                continue
            if len(found.outliers):
                self._fault(
                    column, found.outliers, f"is on a scale of {found.scale}, but not", "I expected a share there."
                )
            known = name in schema.FEATURES or name == "key" or schema.audio_feature(name)
            reason = "; ".join(filter(None, [
                "you chose it" if chosen else "an audio feature I know" if known else "its header says so", how,
                "taken as it is written" if column in wanted else found.evidence,
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
            label = schema.describe(name).label if name != "key" else "Key"
            reason = f"the same numbers as `{text.shorten(first[0])}`" if same else (
                f"another column for {label}; I use `{text.shorten(first[0])}`"
            )  # fmt: skip
            _aside(self._columns, self._table, column, "ignored", reason)
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
            values, reason, reversible = values - 1, f"{reason}; numbers from 1 to 12, taken as 0 to 11", True
        wild = np.flatnonzero((values < -1) | (values > 11) | (values != np.round(values)) & ~np.isnan(values))
        self._fault(
            column, wild, "has keys that do not exist,", "I expected 0 to 11 from C, or -1 where none was found."
        )
        keys = np.where((values >= 0) & (values <= 11), np.floor(values), np.nan)
        if self._choices.key == "categories":
            for number in range(12):
                yes = np.where(np.isnan(keys), np.nan, keys == number)
                why = f"{reason}; one column per key, as you chose"
                self._add(f"key_{number}", column, yes, why, "0 to 11 from C", reversible=reversible)
            return
        angle = 2 * np.pi * keys / 12
        for part, on_circle in (("key_sin", np.sin(angle)), ("key_cos", np.cos(angle))):
            why = f"{reason}; keys lie on a circle: taken as sine and cosine"
            self._add(part, column, on_circle, why, "0 to 11 from C", reversible=reversible)

    def _as_written(self) -> set[str]:
        return set(map(schema.normalise, self._choices.as_written))

    def _add(
        self, name: str, column: str, values: np.ndarray, reason: str, scale: str = "", *, reversible: bool = False
    ) -> None:
        columns = self._columns
        columns.features[name] = values
        columns.source[name] = column
        _note(columns, self._table, column, "feature", name, reason, scale=scale, reversible=reversible,
              missing=int(np.isnan(values).sum()))  # fmt: skip

    @staticmethod
    def _is_of_lists(cells: pa.Array) -> bool:
        """Whether the cells are lists: all given ones begin with a bracket, and most are lists of numbers."""
        first = next((cell for cell in of_cells.strings(cells[:50]) if cell.strip().casefold() not in MISSING), "[")
        if not first.lstrip().startswith("["):
            return False
        given = [cell for cell in of_cells.strings(of_cells.strip(cells)) if cell.casefold() not in MISSING]
        return (
            bool(given) and all(cell.startswith("[") for cell in given) and sum(map(_is_list, given)) > 0.5 * len(given)
        )

    def _expand(self, column: str, cells: pa.Array) -> None:
        """A column of bracketed lists of numbers -> one feature per position."""
        lists: list[list[float] | None] = []
        bad: list[int] = []
        for row, cell in enumerate(of_cells.strings(of_cells.strip(cells))):
            if _is_list(cell):
                lists.append([float(part) for part in cell.strip("[],").split(",") if part.strip()])
                continue
            lists.append(None)
            if cell.casefold() not in MISSING:
                bad.append(row)
        lengths = [0 if values is None else len(values) for values in lists]
        width = max(set(lengths) - {0}, key=lengths.count, default=0)
        odd = [row for row, length in enumerate(lengths) if length not in (0, width)]
        wild = [row for row, values in enumerate(lists) if values and any(abs(value) > _LIMIT for value in values)]
        self._fault(
            column, np.array(bad, dtype=int), "holds lists of numbers, but none", "I expected numbers in brackets."
        )
        lengths_found = text.listing(sorted({lengths[row] for row in odd}))
        self._fault(
            column, np.array(odd, dtype=int), f"holds lists of {width} numbers, but of {lengths_found}",
            "I expected all lists to be as long.",
        )  # fmt: skip
        self._fault(
            column, np.array(wild, dtype=int), "has numbers that cannot be right,", "I expected finite numbers."
        )
        if width > _MAX_LIST:
            self._log.fault(
                f"Column `{text.shorten(column)}` holds lists of {width:,} numbers; I take at most {_MAX_LIST}."
            )
            return
        nothing = [np.nan] * width
        gone = {*odd, *wild}
        matrix = np.array([nothing if values is None or row in gone else values for row, values in enumerate(lists)])
        stem = schema.list_stem(column)
        for position in range(width):
            self._add(
                f"{stem}_{position}", column, matrix[:, position], f"number {position + 1} of {width} in its list"
            )


def _is_list(cell: str) -> bool:
    """Whether the cell is a bracketed list of plain numbers; the length is looked at first, to bound the time."""
    return len(cell) <= _MAX_LIST_CELL and _LIST.match(cell) is not None


def _set_aside(columns: Columns, table: Table, column: str) -> None:
    """Context, or nothing: what is not a feature, and why."""
    cells = table.cells[column]
    values, unreadable = of_cells.numbers(cells)
    numeric = not (unreadable.any() and np.isnan(values).all())
    if schema.names_an_index(column) or (numeric and _is_row_number(values)):
        _aside(columns, table, column, "ignored", "a row number or an identifier; never a feature")
        return
    columns.context[column] = cells
    if schema.rating(column) is not None or schema.listeners_own(column):
        reason = "another rating; it would give the rating away"
    elif schema.names_a_label(column):
        reason = "may be made from your rating (a list, a like, a count of plays); never a feature"
    elif schema.context(column) or schema.identity(column):
        reason = "tells about the track, not about its sound"
    elif numeric or any(map(_is_list, of_cells.unique(cells)[:20])):
        columns.unknown_numbers.append(column)
        reason = "numbers that I do not know; choose the column as a feature if it describes the sound"
    else:
        reason = "text"
    _aside(columns, table, column, "context", reason)


def prune(columns: Columns, rows: np.ndarray) -> None:
    """Set aside the features that are empty or the same in all of these rows: they can tell nothing."""
    for name in list(columns.features):
        values = columns.features[name][rows].astype(np.float32)
        low, high = np.fmin.reduce(values), np.fmax.reduce(values)  # NaN only where all are missing
        if low < high:
            continue
        given = values[~np.isnan(values)]
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
    _note(columns, table, column, role, "nothing" if role == "ignored" else role, reason,
          missing=int(of_cells.is_missing(table.cells[column]).sum()))  # fmt: skip


def _note(
    columns: Columns, table: Table, column: str, role: schema.Role, used_as: str, reason: str, *, scale: str = "",
    reversible: bool = False, missing: int = 0,
) -> None:  # fmt: skip
    example = next((cell for cell in of_cells.strings(table.cells[column][:200]) if cell.strip()), "")
    columns.understood.append(
        Understood(column, table.origin[column].file, role, used_as, reason, scale, example, missing, reversible)
    )


def _is_row_number(values: np.ndarray) -> bool:
    """All distinct, and in even steps once sorted or rising or falling with the row (absolute Spearman >= .999)."""
    if len(values) < 3 or not np.isfinite(values).all():
        return False
    order = np.argsort(values, kind="stable")
    steps = np.diff(values[order])
    if (steps == 0).any():
        return False
    ranks = np.empty(len(values))
    ranks[order] = np.arange(len(values))
    with_row = abs(np.corrcoef(ranks, np.arange(len(ranks)))[0, 1])
    return bool(np.allclose(steps, steps[0]) or with_row >= 0.999)


def _cells(table: Table, column: str, rows: Sequence[int] | np.ndarray) -> str:
    """`rows 4, 17 and 80 ('good', 'ok', '?')`."""
    places = [table.place(column, row) for row in rows[:1000]]
    shown = ", ".join(text.quoted(table.cells[column][int(row)].as_py().strip()) for row in rows[:5])
    more = [""] * (len(rows) - len(places))
    return f"row{'' if len(rows) == 1 else 's'} {text.listing(places + more)} ({shown})"


def _names(columns: Sequence[str]) -> str:
    return text.listing([f"`{text.shorten(name, 40)}`" if name else "(no name)" for name in columns], limit=12)
