"""Several tables -> one, with a report of how the rows were matched.

Two files named after likes and dislikes are two piles of one list. Tables with the same headers are put below each
other, and so are two complete lists of different tracks. Others are put side by side: by position where their titles
agree row by row, else by what identifies a track in both, from the surest sign to the weakest. A row whose identity
stands for several rows cannot be matched and is left out, and said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
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


_FILE_WORDS = frozenset("csv tsv txt json xml songs tracks my list playlist spotify music the 1 2 3".split())


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
    sounding = [table for table in stacked if _has_sound(table)]
    if 1 < len(sounding) < len(stacked):
        # Playlists of several exporters first become one list, so that a file of ratings finds all its tracks.
        whole = _all(sounding, log, reports)
        stacked = [whole, *(table for table in stacked if not _has_sound(table))]
    return _all(stacked, log, reports), reports


def _all(tables: Sequence[Table], log: Log, reports: list[Report]) -> Table:
    joined = tables[0]
    for other in tables[1:]:
        joined = _with(joined, other, log, reports)
    return joined


def _piles(tables: Sequence[Table], log: Log) -> Table | None:
    """Files such as `liked.csv` and `disliked.csv`, without ratings of their own, as one list with the column `liked`."""
    if len(tables) < 2 or any(_has_rating(table) for table in tables):
        return None
    sides = []
    for table in tables:
        words = set(schema.normalise(table.name).split("_")) - _FILE_WORDS
        side = (bool(words) and words <= _LIKES, bool(words) and words <= _DISLIKES)
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
    return any(schema.rating(column) is not None for column in table.columns)


def _has_sound(table: Table) -> bool:
    return any(schema.audio_feature(column) or schema.is_list(column) for column in table.columns)


def _stack(tables: Sequence[Table], log: Log) -> list[Table]:
    """Tables with equal headers below each other, in the order of their first file."""
    groups: dict[frozenset[str], list[Table]] = {}
    for table in tables:
        groups.setdefault(frozenset(map(schema.normalise, table.columns)), []).append(table)
    stacked = []
    for group in groups.values():
        if len(group) == 1:
            stacked.append(group[0])
            continue
        names = text.listing([_who(part) for part in group])
        if _rated_by_several(group):
            group = [_of_listener(part) for part in group]
            log.note(f"{names} rate the same tracks differently: I take them as the ratings of {len(group)} listeners.")
        else:
            log.note(f"{names} have the same columns: I put them below each other.")
        stacked.append(_below(group))
    return stacked


def _rated_by_several(group: Sequence[Table]) -> bool:
    """Whether files of one form rate mostly the same tracks, and not alike: they are several people's."""
    if any(schema.normalise(column) in schema.LISTENER for table in group for column in table.columns):
        return False
    lists = []
    for table in group:
        named = schema.identities(table.columns)
        kinds = ["id"] if "id" in named else ["title", "artist"]
        keys = [of_cells.strings(table.cells[named[kind]]) for kind in kinds if kind in named]
        rating = next((column for column in table.columns if schema.rating(column) is not None), None)
        if not keys or rating is None:
            return False
        ratings = of_cells.strings(of_cells.strip(table.cells[rating]))
        lists.append({tuple(map(_same, key)): rated for *key, rated in zip(*keys, ratings, strict=True) if rated})
    first, *others = lists
    for other in others:
        shared = first.keys() & other.keys()
        alike = sum(first[key] == other[key] for key in shared)
        if len(shared) < 0.5 * min(len(first), len(other)) or alike > 0.9 * len(shared) or len(shared) < 10:
            return False
    return True


def _of_listener(table: Table) -> Table:
    """The table with the name of its file as the listener."""
    name = re.sub(r"\.\w{1,4}$", "", table.name)
    return replace(
        table,
        cells=table.cells | {"listener": of_cells.column([name] * len(table))},
        origin=table.origin | {"listener": next(iter(table.origin.values()))},
    )


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
    """Two tables of different headers: side by side, or below each other where both are lists of their own."""
    shared = _shared(left, right)
    both_sound = _has_sound(left) and _has_sound(right)
    if not shared.keys() & {"id", "isrc", "title"}:
        if both_sound:
            log.note(f"{_who(left)} and {_who(right)} both describe sound: I put them below each other.")
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
    match = _match(left, right, _signs(left, right))
    if both_sound and len(match.left) < 0.5 * min(len(left), len(right)):
        log.note(f"{_who(left)} and {_who(right)} are lists of different tracks: I put them below each other.")
        return _below([left, right])
    if not len(match.left):
        names = text.listing([kind for kind in shared if kind != "album"])
        log.fault(
            f"No row of {_who(left)} matches a row of {_who(right)} by {names}. Are these files about the same tracks?"
            if not match.ambiguous
            else f"{_who(left)} and {_who(right)} cannot be joined: each of {text.count(len(match.ambiguous), 'row')} stands for "
            "several rows of the other file. I expected an id, or an artist beside the title, in both."
        )
        return left
    reports.append(_report(left, right, match, log))
    return _merge(left, right, match.left, match.right, log)


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
    """One way to recognise a track in both tables. keys: side -> key per row, None where a row has none.

    sure: one key is one track, so that several rows may share it.
    """

    name: str
    keys: Callable[[int], list[str | None]]
    sure: bool = False


def _shared(left: Table, right: Table) -> dict[str, tuple[str, str]]:
    """Kind -> its column in each table, for what identifies a track in both."""
    sides = [schema.identities(table.columns) for table in (left, right)]
    return {kind: (sides[0][kind], sides[1][kind]) for kind in schema.IDENTITY if all(kind in side for side in sides)}


def _signs(left: Table, right: Table) -> Iterator[_Sign]:
    """The ways to match, the surest first: id, ISRC, title and artist as written, then as they are usually varied."""
    shared = _shared(left, right)
    tables = (left, right)
    named = [schema.identities(table.columns) for table in tables]

    def cells(kind: str, side: int) -> list[str]:
        return of_cells.strings(tables[side].cells[named[side][kind]])

    def plain(side: int, *, one_cell: bool) -> list[str | None]:
        """Title and first artist; with `one_cell`, a title without artist is cut at ` - ` (`Artist - Title`)."""
        titles = cells("title", side)
        artists = identity.split_artists(cells("artist", side)) if "artist" in named[side] else [()] * len(titles)
        first = [names[0] if names else "" for names in artists]
        if one_cell:
            cut = [title.partition(" - ") for title in titles]
            first = [own or (head if rest else "") for own, (head, _, rest) in zip(first, cut, strict=True)]
            titles = [rest if rest and names == () else title
                      for title, names, (_, _, rest) in zip(titles, artists, cut, strict=True)]  # fmt: skip
        pairs = zip(map(identity.plain_title, titles), map(identity.plain_artist, first), strict=True)
        return [_key(pair) for pair in pairs]

    if "id" in shared:
        yield _Sign("id", lambda side: [identity.plain_id(cell) or None for cell in cells("id", side)], sure=True)
    if "isrc" in shared:
        yield _Sign("ISRC", lambda side: [identity.plain_isrc(cell) or None for cell in cells("isrc", side)], sure=True)
    if "title" not in shared:
        return
    kinds = [kind for kind in ("title", "artist", "album") if kind in shared]
    for used in [kinds, kinds[:2]] if len(kinds) == 3 else [kinds]:
        yield _Sign(
            text.listing(used),
            lambda side, used=used: [  # type: ignore[misc]
                _key(parts) for parts in zip(*(map(_same, cells(kind, side)) for kind in used), strict=True)
            ],
        )
    if "artist" in shared:
        yield _Sign(
            "title and first artist, without remarks such as (Remastered)", lambda side: plain(side, one_cell=False)
        )
    else:
        yield _Sign(
            "title, without remarks such as (Remastered)",
            lambda side: [identity.plain_title(title) or None for title in cells("title", side)],
        )
    if any("artist" in side for side in named):
        yield _Sign("artist and title in one cell", lambda side: plain(side, one_cell=True))


def _key(parts: Sequence[str]) -> str | None:
    """One key of several parts; a row without a title has none."""
    return "\x1f".join(parts) if parts[0] else None


@dataclass(frozen=True, eq=False)
class _Match:
    """Rows that belong together (m,) each, how they were found, and keys that stand for several rows.

    copies: rows of the left table that repeat another one of it.
    """

    left: np.ndarray
    right: np.ndarray
    by: dict[str, int]
    ambiguous: dict[int, str]
    copies: set[int]


def _match(left: Table, right: Table, signs: Iterable[_Sign]) -> _Match:
    partner: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    by: Counter[str] = Counter()
    ambiguous: dict[int, str] = {}
    taken: set[int] = set()
    # Several people rate one track, so that many rows of theirs belong to one row of the other file.
    many = [any(schema.normalise(column) in schema.LISTENER for column in table.columns) for table in (left, right)]
    same = [_Sameness(left), _Sameness(right)]
    copies: set[int] = set()
    titles = [_titles(table) for table in (left, right)]
    for sign in signs:
        if len(partner) + len(copies) == len(left) or len(taken) == len(right):
            break  # the weaker signs have nothing left to match
        rows: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        for side, gone in ((0, partner.keys()), (1, taken)):
            for row, key in enumerate(sign.keys(side)):
                if key is not None and row not in gone:
                    rows[side].setdefault(key, []).append(row)
        shared = [key for key in rows[0] if key in rows[1]]
        if sign.sure and not _borne_out([(rows[0][key][0], rows[1][key][0]) for key in shared], titles):
            continue  # each file numbers its own rows
        for key in shared:
            mine, theirs = rows[0][key], rows[1][key]
            if len(theirs) > 1 and same[1].are_copies(theirs):
                theirs = theirs[:1]
            if len(mine) > 1 and same[0].are_copies(mine):
                copies.update(mine[1:])
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
        {row: key for row, key in ambiguous.items() if row not in partner}, copies,
    )  # fmt: skip


def _titles(table: Table) -> list[str] | None:
    named = schema.identities(table.columns)
    return of_cells.strings(table.cells[named["title"]]) if "title" in named else None


def _borne_out(pairs: Sequence[tuple[int, int]], titles: Sequence[list[str] | None]) -> bool:
    """Whether the titles of rows with one id agree in at least half of the pairs; without titles nothing speaks against."""
    left, right = titles
    if left is None or right is None:
        return True
    told = [(left[one], right[other]) for one, other in pairs[:2000] if left[one].strip() and right[other].strip()]
    agreeing = sum(identity.plain_title(one) == identity.plain_title(other) for one, other in told)
    return not told or agreeing >= 0.5 * len(told)


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
    unknown = set(match.ambiguous.values())
    for table, matched in ((left, {*match.left, *match.ambiguous, *match.copies}), (right, set(match.right))):
        rows = [row for row in range(len(table)) if row not in matched]
        shown = _titles(table) or ["" for _ in range(len(table))]
        if table is right and unknown:
            rows = [row for row in rows if _same(shown[row]) not in unknown]
        if rows:
            log.note(f"Left out {text.count(len(rows), 'row')} of {_who(table)} without a match in the other file.")
        alone[table.name] = tuple(shown[row] or f"row {table.place(table.columns[0], row)}" for row in rows)
    return Report(left.name, right.name, match.by, alone, tuple(titles))


def _same(cell: str) -> str:
    """A title as it is compared: case and blanks do not matter."""
    return " ".join(cell.casefold().split())


def _merge(left: Table, right: Table, left_rows: np.ndarray, right_rows: np.ndarray, log: Log) -> Table:
    """Both tables side by side. Of columns that both have, the one with more cells stays, of equals that of the file
    whose name comes first; its gaps are filled from the other, and a difference is told.
    """
    first, second = left.take(left_rows), right.take(right_rows)
    identities = [schema.identities(table.columns) for table in (first, second)]
    partner = {identities[1][kind]: identities[0][kind] for kind in identities[1] if kind in identities[0]}
    known = {schema.normalise(name): name for name in first.columns if name}
    cells, origin = dict(first.cells), dict(first.origin)
    for name in second.columns:
        mine = partner.get(name) or known.get(schema.normalise(name))
        if mine is None:
            if name or "" not in cells:  # an unnamed column is an index, of each file's own
                cells[name], origin[name] = second.cells[name], second.origin[name]
            continue
        one, other = cells[mine], second.cells[name]
        if one.equals(other):
            continue
        missing = [of_cells.is_missing(column) for column in (one, other)]
        given = [int((~gaps).sum()) for gaps in missing]
        ours = (-given[0], left.name) <= (-given[1], right.name)
        best, gaps, rest = (one, missing[0], other) if ours else (other, missing[1], one)
        cells[mine] = of_cells.chosen(gaps, rest, best)
        origin[mine] = first.origin[mine] if ours else second.origin[name]
        differs = ~missing[0] & ~missing[1] & ~of_cells.equal(one, other)
        if differs.any() and mine not in partner.values():
            who = _who(left if ours else right)
            log.note(f"Column `{text.shorten(mine)}` differs between the files; I use that of {who}.")
    return replace(
        first, name=f"{left.name} + {right.name}", cells=cells, origin=origin, formats=left.formats | right.formats,
        hint=left.hint or right.hint,
    )  # fmt: skip


def _who(table: Table) -> str:
    return f"`{text.shorten(table.name)}`"
