"""Several tables -> one, with a report of how the rows were matched.

Two files named after likes and dislikes are two piles of one list. Tables with the same headers are put below each
other, and so are two complete lists of different tracks. Others are put side by side: by position where their titles
agree row by row, else by what identifies a track in both, from the surest sign to the weakest. A row whose identity
stands for several rows cannot be matched and is left out, and said (see `matching`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from core import identity, schema, text
from core.language import many, say
from core.reading import cells as of_cells
from core.reading import matching
from core.reading.choices import KINDS
from core.reading.log import Log
from core.reading.matching import Match, has_rating, levelled, shared_identity, titles_of
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
    if len(tables) < 2 or any(has_rating(table) for table in tables):
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
        say(
            "By the files' names I take the tracks of {liked} as liked and those of {others} as not liked.",
            liked=text.listing(liked),
            others=text.listing(other),
        )
    )
    return _below([_marked(table, "liked", side) for table, side in zip(tables, sides, strict=True)])


def _marked(table: Table, column: str, cell: str) -> Table:
    """The table with a further column that holds the same in all rows."""
    return replace(
        table,
        cells=table.cells | {column: of_cells.column([cell] * len(table))},
        origin=table.origin | {column: next(iter(table.origin.values()))},
    )


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
            group = [_marked(part, "listener", re.sub(r"\.\w{1,4}$", "", part.name)) for part in group]
            log.note(
                say(
                    "{files} rate the same tracks differently: I take them as the ratings of {number} listeners.",
                    files=names,
                    number=len(group),
                )
            )
        else:
            log.note(say("{files} have the same columns: I put them below each other.", files=names))
        stacked.append(_below(group))
    return stacked


def _rated_by_several(group: Sequence[Table]) -> bool:
    """Whether files of one form rate mostly the same tracks, and not alike: they are several people's."""
    if any(schema.normalise(column) in schema.LISTENER for table in group for column in table.columns):
        return False
    lists = []
    for table in group:
        named = schema.identities(table.columns)
        # a title says more than an id, which may be the row's number
        kinds = ["title", "artist"] if "title" in named else ["id"]
        keys = [of_cells.strings(table.cells[named[kind]]) for kind in kinds if kind in named]
        if kinds == ["id"]:
            keys = [list(map(identity.plain_id, key)) for key in keys]
        rating = next((column for column in table.columns if schema.rating(column) is not None), None)
        if not keys or rating is None:
            return False
        ratings = of_cells.strings(of_cells.strip(table.cells[rating]))
        lists.append(
            {tuple(map(levelled, key)): rated for *key, rated in zip(*keys, ratings, strict=True) if rated and key[0]}
        )
    first, *others = lists
    for other in others:
        shared = first.keys() & other.keys()
        alike = sum(first[key] == other[key] for key in shared)
        if len(shared) < 0.5 * min(len(first), len(other)) or alike > 0.9 * len(shared) or len(shared) < 10:
            return False
    return True


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
        name=say(" and ").join(part.name for part in parts),
        cells={name: pa.concat_arrays(piece) for name, piece in pieces.items()},
        origin=dict.fromkeys(pieces, origin),
        formats={file: known for part in parts for file, known in part.formats.items()},
        as_understood=all(part.as_understood for part in parts),
    )


def _with(left: Table, right: Table, log: Log, reports: list[Report]) -> Table:
    """Two tables of different headers: side by side, or below each other where both are lists of their own."""
    shared = shared_identity(left, right)
    both_sound = _has_sound(left) and _has_sound(right)
    two = {"left": _who(left), "right": _who(right)}
    if not shared.keys() & {"id", "isrc", "title"}:
        if both_sound:
            log.note(say("{left} and {right} both describe sound: I put them below each other.", **two))
            return _below([left, right])
        log.fault(
            say(
                "{left} and {right} have no column in common that says which track a row is. I expected a title (such as "
                "`track_name`) or a track id in both.",
                **two,
            )
        )
        return left
    at = _by_position(left, right)
    if at:
        kinds = text.listing([say(KINDS[kind]) for kind in at])
        log.note(
            many(
                len(at),
                "Joined {left} and {right} by position: {kinds} agrees in all {rows} rows.",
                "Joined {left} and {right} by position: {kinds} agree in all {rows} rows.",
                **two,
                kinds=kinds,
                rows=text.whole(len(left)),
            )
        )
        rows = np.arange(len(left))
        return _merge(left, right, rows, rows, log)
    match = matching.match(left, right)
    if both_sound and len(match.left) < 0.5 * min(len(left), len(right)):
        log.note(say("{left} and {right} are lists of different tracks: I put them below each other.", **two))
        return _below([left, right])
    if not len(match.left):
        names = text.listing([say(KINDS[kind]) for kind in shared if kind != "album"])
        unmatched = say(
            "No row of {left} matches a row of {right} by {kinds}. Are these files about the same tracks?",
            **two, kinds=names,
        )  # fmt: skip
        unclear = many(
            len(match.ambiguous),
            "{left} and {right} cannot be joined: each of {number} row stands for several rows of the other file. I expected "
            "an id, or an artist beside the title, in both.",
            "{left} and {right} cannot be joined: each of {number} rows stands for several rows of the other file. I "
            "expected an id, or an artist beside the title, in both.",
            **two,
        )
        log.fault(unclear if match.ambiguous else unmatched)
        return left
    reports.append(_report(left, right, match, log))
    return _merge(left, right, match.left, match.right, log)


def _by_position(left: Table, right: Table) -> list[str]:
    """The kinds of identity that agree row by row, or nothing. Mostly blank titles say nothing about their rows."""
    if len(left) != len(right):
        return []
    kinds = shared_identity(left, right)
    if "title" not in kinds and "id" not in kinds:
        return []
    agreeing = []
    for kind, (first, second) in kinds.items():
        keys = [
            list(map(levelled, of_cells.strings(table.cells[column])))
            for table, column in ((left, first), (right, second))
        ]
        if keys[0] != keys[1]:
            return []
        if sum(map(bool, keys[0])) >= 0.9 * len(left):
            agreeing.append(kind)
    return agreeing


def _report(left: Table, right: Table, match: Match, log: Log) -> Report:
    how = [say("{rows} by {sign}", rows=text.whole(rows), sign=name) for name, rows in match.by.items()]
    log.note(
        many(
            len(match.left),
            "Joined {left} and {right}: {number} row matched, {how}.",
            "Joined {left} and {right}: {number} rows matched, {how}.",
            left=_who(left),
            right=_who(right),
            how=text.listing(how),
        )
    )
    titles = sorted(set(match.ambiguous.values()))
    if titles:
        named = text.listing([text.quoted(title, 60) for title in titles], limit=3)
        log.note(
            many(
                len(match.ambiguous),
                "Left out {number} row: {titles} stand for several rows and nothing tells them apart.",
                "Left out {number} rows: {titles} stand for several rows and nothing tells them apart.",
                titles=named,
            )
        )
    alone = {}
    unknown = set(match.ambiguous.values())
    for table, matched in ((left, {*match.left, *match.ambiguous, *match.copies}), (right, set(match.right))):
        rows = [row for row in range(len(table)) if row not in matched]
        shown = titles_of(table) or ["" for _ in range(len(table))]
        if table is right and unknown:
            rows = [row for row in rows if levelled(shown[row]) not in unknown]
        if rows:
            log.note(
                many(
                    len(rows),
                    "Left out {number} row of {file} without a match in the other file.",
                    "Left out {number} rows of {file} without a match in the other file.",
                    file=_who(table),
                )
            )
        first = table.columns[0]
        alone[table.name] = tuple(shown[row] or say("row {place}", place=table.place(first, row)) for row in rows)
    return Report(left.name, right.name, match.by, alone, tuple(titles))


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
            log.note(
                say(
                    "Column `{column}` differs between the files; I use that of {file}.",
                    column=text.shorten(mine),
                    file=who,
                )
            )
    return replace(
        first, name=f"{left.name} + {right.name}", cells=cells, origin=origin, formats=left.formats | right.formats,
        hint=left.hint or right.hint, as_understood=left.as_understood and right.as_understood,
    )  # fmt: skip


def _who(table: Table) -> str:
    return f"`{text.shorten(table.name)}`"
