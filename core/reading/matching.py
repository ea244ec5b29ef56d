"""Which rows of two tables are one track: by id, ISRC, title and artist, from the surest sign to the weakest.

A row whose identity stands for several rows cannot be matched. Rows that sound the same in a table without ratings are
one track that is listed several times, and one of them stands for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core import identity, schema, text
from core.language import say
from core.reading import cells as of_cells
from core.reading.choices import KINDS
from core.reading.tables import Table


@dataclass(frozen=True, eq=False)
class Match:
    """Rows that belong together (m,) each, how they were found, and keys that stand for several rows.

    copies: rows of the left table that repeat another one of it.
    """

    left: np.ndarray
    right: np.ndarray
    by: dict[str, int]
    ambiguous: dict[int, str]
    copies: set[int]


def match(left: Table, right: Table) -> Match:
    """The rows of both tables that are one track, each row by the surest sign that finds it a partner."""
    partner: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    by: Counter[str] = Counter()
    ambiguous: dict[int, str] = {}
    taken: set[int] = set()
    # Several people rate one track, so that many rows of theirs belong to one row of the other file.
    many = [any(schema.normalise(column) in schema.LISTENER for column in table.columns) for table in (left, right)]
    same = [_Sameness(left), _Sameness(right)]
    copies: set[int] = set()
    titles = [titles_of(table) for table in (left, right)]
    for sign in _signs(left, right):
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
    return Match(
        np.array([row for row, _ in pairs], dtype=int), np.array([row for _, row in pairs], dtype=int), dict(by),
        {row: key for row, key in ambiguous.items() if row not in partner}, copies,
    )  # fmt: skip


def titles_of(table: Table) -> list[str] | None:
    """The titles of all rows (n,), or None where no column holds them."""
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
            cells for name, cells in table.cells.items() if schema.audio_feature(name) and not has_rating(table)
        ]

    def are_copies(self, rows: Sequence[int]) -> bool:
        """Whether these rows hold the same in every audio feature, and hold some."""
        sounds = {tuple(column[row].as_py() for column in self._columns) for row in rows}
        return bool(self._columns) and len(sounds) == 1


def shared_identity(left: Table, right: Table) -> dict[str, tuple[str, str]]:
    """Kind -> its column in each table, for what identifies a track in both."""
    sides = [schema.identities(table.columns) for table in (left, right)]
    return {kind: (sides[0][kind], sides[1][kind]) for kind in schema.IDENTITY if all(kind in side for side in sides)}


@dataclass(frozen=True)
class _Sign:
    """One way to recognise a track in both tables. keys: side -> key per row, None where a row has none.

    sure: one key is one track, so that several rows may share it.
    """

    name: str
    keys: Callable[[int], list[str | None]]
    sure: bool = False


def _signs(left: Table, right: Table) -> Iterator[_Sign]:
    """The ways to match, the surest first: id, ISRC, title and artist as written, then as they are usually varied."""
    shared = shared_identity(left, right)
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
        yield _Sign(say("id"), lambda side: [identity.plain_id(cell) or None for cell in cells("id", side)], sure=True)
    if "isrc" in shared:
        yield _Sign(
            say("ISRC"), lambda side: [identity.plain_isrc(cell) or None for cell in cells("isrc", side)], sure=True
        )
    if "title" not in shared:
        return
    kinds = [kind for kind in ("title", "artist", "album") if kind in shared]
    for used in [kinds, kinds[:2]] if len(kinds) == 3 else [kinds]:
        yield _Sign(
            text.listing([say(KINDS[kind]) for kind in used]),
            lambda side, used=used: [  # type: ignore[misc]
                _key(parts) for parts in zip(*(map(levelled, cells(kind, side)) for kind in used), strict=True)
            ],
        )
    if "artist" in shared:
        yield _Sign(
            say("title and first artist, without remarks such as (Remastered)"),
            lambda side: plain(side, one_cell=False),
        )
    else:
        yield _Sign(
            say("title, without remarks such as (Remastered)"),
            lambda side: [identity.plain_title(title) or None for title in cells("title", side)],
        )
    if any("artist" in side for side in named):
        yield _Sign(say("artist and title in one cell"), lambda side: plain(side, one_cell=True))


def _key(parts: Sequence[str]) -> str | None:
    """One key of several parts; a row without a title has none."""
    return "\x1f".join(parts) if parts[0] else None


def levelled(cell: str) -> str:
    """A title as it is compared: case and blanks do not matter."""
    return " ".join(cell.casefold().split())


def has_rating(table: Table) -> bool:
    """Whether a header names a rating."""
    return any(schema.rating(column) is not None for column in table.columns)
