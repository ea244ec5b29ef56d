"""Several tables -> one, with a report of how the rows were matched.

Two files named after likes and dislikes are two piles of one list. Tables with the same headers are put below each
other, and so are two complete lists of different tracks. Others are put side by side: by position where their titles
agree row by row, else by what identifies a track in both, from the surest sign to the weakest. A row whose identity
stands for several rows cannot be matched and is left out, and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from core import identity, schema, text
from core.reading import cells as of_cells
from core.reading.log import Log
from core.reading.tables import Origin, Table

_LIKES = frozenset(
    "like liked likes love loved loves good best favorite favorites favourite favourites yes ja up".split()
)
_DISLIKES = frozenset("dislike disliked dislikes hate hated hates bad worst no nei nein down skip skipped".split())


@dataclass(frozen=True)
class Report:
    """How two files were matched. by: sign -> tracks. alone: file -> titles without a match."""

    left: str
    right: str
    by: dict[str, int]
    alone: dict[str, tuple[str, ...]]
    ambiguous: tuple[str, ...]


def join(tables: Sequence[Table], log: Log, *, rating: str | None = None) -> tuple[Table, list[Report]]:
    """One table of all files. `rating` is the column chosen by hand, if any. Notes and faults go into `log`."""
    reports: list[Report] = []
    if rating is None and (piles := _piles(tables, log)) is not None:
        return piles, reports
    stacked = _stack(tables, log)
    joined = stacked[0]
    for other in stacked[1:]:
        joined = _with(joined, other, log, reports)
    return joined, reports


def _piles(tables: Sequence[Table], log: Log) -> Table | None:
    """Files such as `liked.csv` and `disliked.csv`, without ratings of their own, as one list with the column `liked`."""
    if len(tables) < 2 or any(_has_rating(table) for table in tables):
        return None
    sides = []
    for table in tables:
        words = set(schema.normalise(table.name).split("_"))
        side = (bool(words & _LIKES), bool(words & _DISLIKES))
        if side[0] == side[1]:
            return None
        sides.append("1" if side[0] else "0")
    if len(set(sides)) < 2:
        return None
    liked = [_who(table) for table, side in zip(tables, sides, strict=True) if side == "1"]
    other = [_who(table) for table, side in zip(tables, sides, strict=True) if side == "0"]
    log.note(
        f"By the files' names I take the tracks of {text.listing(liked)} as liked and those of {text.listing(other)} as not "
        "liked."
    )
    marked = [
        replace(
            table,
            cells=table.cells | {"liked": of_cells.column([side] * len(table))},
            origin=table.origin | {"liked": next(iter(table.origin.values()))},
        )
        for table, side in zip(tables, sides, strict=True)
    ]
    return _below(marked)


def _has_rating(table: Table) -> bool:
    return any(schema.normalise(column) in schema.RATING for column in table.columns)


def _stack(tables: Sequence[Table], log: Log) -> list[Table]:
    """Tables with equal headers below each other, in the order of their first file."""
    groups: dict[frozenset[str], list[Table]] = {}
    for table in tables:
        groups.setdefault(frozenset(map(schema.normalise, table.columns)), []).append(table)
    for group in groups.values():
        if len(group) > 1:
            names = text.listing([_who(part) for part in group])
            log.note(f"{names} have the same columns: I put them below each other.")
    return [_below(group) if len(group) > 1 else group[0] for group in groups.values()]


def _below(parts: Sequence[Table]) -> Table:
    """Tables below each other, over all their columns; a column that a file lacks is empty there."""
    names: dict[str, str] = {}
    for part in parts:
        for column in part.columns:
            names.setdefault(schema.normalise(column), column)
    files = tuple(dict.fromkeys(file for part in parts for origin in part.origin.values() for file in origin.files))
    pieces: dict[str, list[pa.Array]] = {name: [] for name in names.values()}
    rows, which = [], []
    for part in parts:
        own = {schema.normalise(column): cells for column, cells in part.cells.items()}
        for key, name in names.items():
            pieces[name].append(own.get(key, of_cells.column([""] * len(part))))
        origin = next(iter(part.origin.values()))
        rows.append(origin.rows)
        which.append(np.array([files.index(file) for file in origin.files])[origin.which])
    origin = Origin(np.concatenate(rows), files, np.concatenate(which))
    return replace(
        parts[0],
        name=" and ".join(part.name for part in parts),
        cells={name: pa.concat_arrays(piece) for name, piece in pieces.items()},
        origin=dict.fromkeys(pieces, origin),
        formats={file: known for part in parts for file, known in part.formats.items()},
    )


def _with(left: Table, right: Table, log: Log, reports: list[Report]) -> Table:
    """Two tables of different headers: side by side, or below each other where both are complete lists of their own."""
    signs = list(_signs(left, right))
    if not signs:
        if _is_complete(left) and _is_complete(right):
            log.note(f"{_who(left)} and {_who(right)} are both complete: I put them below each other.")
            return _below([left, right])
        log.fault(
            f"{_who(left)} and {_who(right)} have no column in common that says which track a row is. I expected "
            "a title (such as `track_name`) or a track id in both."
        )
        return left
    at = _by_position(left, right)
    if at:
        log.note(
            f"Joined {_who(left)} and {_who(right)} by position: {at} agree{'' if ' and ' in at else 's'} in all "
            f"{len(left):,} rows."
        )
        rows = np.arange(len(left))
        return _merge(left, right, rows, rows, log)
    match = _match(left, right, signs)
    if _is_complete(left) and _is_complete(right) and len(match.left) < 0.5 * min(len(left), len(right)):
        log.note(f"{_who(left)} and {_who(right)} are lists of different tracks: I put them below each other.")
        return _below([left, right])
    if not len(match.left):
        names = text.listing([sign.name for sign in signs])
        log.fault(
            f"No row of {_who(left)} matches a row of {_who(right)} by {names}. Are these files about the same tracks?"
        )
        return left
    reports.append(_report(left, right, match, log))
    return _merge(left, right, match.left, match.right, log)


def _is_complete(table: Table) -> bool:
    """Whether a table has ratings and sound of its own."""
    return _has_rating(table) and any(schema.audio_feature(column) for column in table.columns)


def _by_position(left: Table, right: Table) -> str:
    """The kinds of identity that agree row by row, or nothing. Mostly blank titles say nothing about their rows."""
    if len(left) != len(right):
        return ""
    kinds = _shared(left, right)
    if "title" not in kinds and "id" not in kinds:
        return ""
    agreeing = []
    for kind, (first, second) in kinds.items():
        keys = [
            list(map(_same, of_cells.strings(table.cells[column])))
            for table, column in ((left, first), (right, second))
        ]
        if keys[0] != keys[1]:
            return ""
        if sum(map(bool, keys[0])) >= 0.9 * len(left):
            agreeing.append(kind)
    return text.listing(agreeing)


@dataclass(frozen=True)
class _Sign:
    """One way to recognise a track in both tables: keys per row, None where a row has none. sure: one key is one track."""

    name: str
    left: list[str | None]
    right: list[str | None]
    sure: bool


def _shared(left: Table, right: Table) -> dict[str, tuple[str, str]]:
    """Kind -> its column in each table, for what identifies a track in both."""
    sides = [schema.identities(table.columns) for table in (left, right)]
    return {kind: (sides[0][kind], sides[1][kind]) for kind in schema.IDENTITY if all(kind in side for side in sides)}


def _signs(left: Table, right: Table) -> Iterator[_Sign]:
    """The ways to match, the surest first: id, ISRC, title and artist as written, then as they are usually varied."""
    shared = _shared(left, right)

    def both(name: str, keys: Callable[[int], list[str | None]], *, sure: bool = False) -> _Sign:
        return _Sign(name, keys(0), keys(1), sure)

    def column(kind: str, side: int) -> list[str]:
        return of_cells.strings((left, right)[side].cells[shared[kind][side]])

    for kind, name, plain in (("id", "id", identity.plain_id), ("isrc", "ISRC", identity.plain_isrc)):
        if kind in shared:
            yield both(name, lambda side: [plain(cell) or None for cell in column(kind, side)], sure=True)  # noqa: B023
    if "title" not in shared:
        return
    kinds = [kind for kind in ("title", "artist", "album") if kind in shared]
    for used in [kinds, kinds[:2]] if len(kinds) == 3 else [kinds]:
        yield both(
            text.listing(used),
            lambda side: [
                _key(cells) for cells in zip(*(map(_same, column(kind, side)) for kind in used), strict=True)  # noqa: B023 used at once
            ],
        )
    if "artist" in shared:
        yield both(
            "title and first artist, without remarks such as (Remastered)",
            lambda side: [
                _key((identity.plain_title(title), identity.plain_artist(artists[0]) if artists else ""))
                for title, artists in zip(
                    column("title", side), identity.split_artists(column("artist", side)), strict=True
                )
            ],
        )


def _key(parts: Sequence[str]) -> str | None:
    """One key of several parts; a row without a title has none."""
    return "\x1f".join(parts) if parts[0] else None


@dataclass(frozen=True, eq=False)
class _Match:
    """Rows that belong together (m,) each, how they were found, and keys that stand for several rows."""

    left: np.ndarray
    right: np.ndarray
    by: dict[str, int]
    ambiguous: dict[int, str]


def _match(left: Table, right: Table, signs: Sequence[_Sign]) -> _Match:
    partner: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    by: Counter[str] = Counter()
    ambiguous: dict[int, str] = {}
    taken: set[int] = set()
    # Several people rate one track, so that many rows of theirs belong to one row of the other file.
    many = [any(schema.normalise(column) in schema.LISTENER for column in table.columns) for table in (left, right)]
    same = [_Sameness(left), _Sameness(right)]
    for sign in signs:
        rows: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for side, keys, gone in ((0, sign.left, partner.keys()), (1, sign.right, taken)):
            for row, key in enumerate(keys):
                if key is not None and row not in gone:
                    rows[side].setdefault(key, []).append(row)
        for key, mine in rows[0].items():
            theirs = rows[1].get(key)
            if theirs is None:
                continue
            if len(theirs) > 1 and same[1].are_copies(theirs):
                theirs = theirs[:1]
            if len(mine) > 1 and len(theirs) > 1 and same[0].are_copies(mine):
                mine = mine[:1]
            one_to_many = (len(theirs) == 1 and (len(mine) == 1 or sign.sure or many[0])) or (
                len(mine) == 1 and (sign.sure or many[1])
            )
            if not one_to_many:
                ambiguous |= dict.fromkeys(mine, key.split("\x1f")[0])
                continue
            for row in mine:
                for other in theirs:
                    pairs.append((row, other))
                    partner[row] = other
                    taken.add(other)
            by[sign.name] += len(mine) * len(theirs)
    pairs.sort()
    return _Match(
        np.array([row for row, _ in pairs], dtype=int), np.array([row for _, row in pairs], dtype=int), dict(by),
        {row: key for row, key in ambiguous.items() if row not in partner},
    )  # fmt: skip


class _Sameness:
    """Whether rows of a table without ratings sound the same: one track that is listed once per genre or playlist."""

    def __init__(self, table: Table) -> None:
        self._columns = [
            cells for name, cells in table.cells.items() if schema.audio_feature(name) and not _has_rating(table)
        ]

    def are_copies(self, rows: Sequence[int]) -> bool:
        """Whether these rows hold the same in every audio feature, and hold some."""
        sounds = {tuple(column[row].as_py() for column in self._columns) for row in rows}
        return bool(self._columns) and len(sounds) == 1


def _report(left: Table, right: Table, match: _Match, log: Log) -> Report:
    how = text.listing([f"{rows:,} by {name}" for name, rows in match.by.items()])
    log.note(f"Joined {_who(left)} and {_who(right)}: {text.count(len(match.left), 'row')} matched, {how}.")
    titles = sorted(set(match.ambiguous.values()))
    if titles:
        named = text.listing([text.quoted(title, 60) for title in titles], limit=3)
        out = text.count(len(match.ambiguous), "row")
        log.note(f"Left out {out}: {named} stand for several rows and nothing tells them apart.")
    alone = {}
    for table, matched in ((left, {*match.left, *match.ambiguous}), (right, set(match.right))):
        rows = [row for row in range(len(table)) if row not in matched]
        unknown = set(match.ambiguous.values())
        if table is right:
            rows = [row for row in rows if not _is_among(right, row, unknown)]
        if rows:
            log.note(f"Left out {text.count(len(rows), 'row')} of {_who(table)} without a match in the other file.")
        alone[table.name] = tuple(_title(table, row) for row in rows)
    return Report(left.name, right.name, match.by, alone, tuple(titles))


def _is_among(table: Table, row: int, keys: set[str]) -> bool:
    return bool(keys) and _same(_title(table, row)) in keys


def _title(table: Table, row: int) -> str:
    named = schema.identities(table.columns)
    kind = next((kind for kind in ("title", "id", "isrc") if kind in named), None)
    return str(table.cells[named[kind]][row].as_py()) if kind else f"row {row}"


def _same(cell: str) -> str:
    """A title as it is compared: case and blanks do not matter."""
    return " ".join(cell.casefold().split())


def _merge(left: Table, right: Table, left_rows: np.ndarray, right_rows: np.ndarray, log: Log) -> Table:
    """Both tables side by side; of columns that both have, the left one's stay, and a difference is told."""
    first, second = left.take(left_rows), right.take(right_rows)
    joined_by = {schema.normalise(name) for names in _shared(left, right).values() for name in names}
    known = {schema.normalise(name): name for name in first.columns}
    new = [name for name in second.columns if schema.normalise(name) not in {*known, *joined_by}]
    for name in second.columns:
        mine = known.get(schema.normalise(name))
        # an unnamed column is an index, of each file's own
        if mine and schema.normalise(name) not in joined_by and not first.cells[mine].equals(second.cells[name]):
            log.note(f"Column `{text.shorten(mine)}` differs between the files; I use that of {_who(left)}.")
    return replace(
        first,
        name=f"{left.name} + {right.name}",
        cells=first.cells | {name: second.cells[name] for name in new},
        origin=first.origin | {name: second.origin[name] for name in new},
        formats=left.formats | right.formats,
        hint=left.hint or right.hint,
    )


def _who(table: Table) -> str:
    return f"`{text.shorten(table.name)}`"
