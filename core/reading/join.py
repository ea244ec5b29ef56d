"""Several tables -> one, with a sentence that says how the rows were matched.

Tables with the same headers are put below each other. Others are put side by side: by position where their
titles agree row by row, else by what identifies a track in both. A row whose identity stands for several rows
cannot be matched and is left out, and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core import schema, text
from core.reading.tables import Table


def join(tables: Sequence[Table], notes: list[str], faults: list[str]) -> Table:
    """One table of all files; `notes` gets what was done, `faults` what could not be."""
    stacked = _stack(tables, notes)
    joined = stacked[0]
    for other in stacked[1:]:
        joined = _beside(joined, other, notes, faults)
    return joined


def _stack(tables: Sequence[Table], notes: list[str]) -> list[Table]:
    """Tables with equal headers below each other, in the order of their first file."""
    groups: dict[frozenset[str], list[Table]] = {}
    for table in tables:
        groups.setdefault(frozenset(map(schema.normalise, table.columns)), []).append(table)
    stacked = []
    for group in groups.values():
        first = group[0]
        if len(group) > 1:
            names = {schema.normalise(name): name for name in first.columns}
            parts = [part.cells.rename(columns=lambda c: names[schema.normalise(c)]) for part in group]  # noqa: B023 used at once
            cells = pd.concat([part[first.columns] for part in parts], ignore_index=True)
            place = np.concatenate([next(iter(part.place.values())) for part in group])
            file = " and ".join(part.name for part in group)
            first = Table(file, cells, dict.fromkeys(first.columns, place), dict.fromkeys(first.columns, file))
            notes.append(
                f"{text.listing([_who(part) for part in group])} have the same columns: I put them below each other."
            )
        stacked.append(first)
    return stacked


def _beside(left: Table, right: Table, notes: list[str], faults: list[str]) -> Table:
    shared = _shared_identity(left, right)
    if not shared:
        faults.append(
            f"{_who(left)} and {_who(right)} have no column in common that says which track a row is. I expected "
            "a title (such as `track_name`) or a track id in both."
        )
        return left
    keys = [_keys(table, shared, side) for side, table in enumerate((left, right))]
    named = text.listing([schema_name for schema_name, _, _ in shared])
    # Blank titles agree with anything; a file that is mostly blank there says nothing about its rows.
    if keys[0] == keys[1] and sum(map(bool, keys[0])) >= 0.9 * len(keys[0]):
        notes.append(
            f"Joined {_who(left)} and {_who(right)} by position: {named} {'agrees' if len(shared) == 1 else 'agree'} "
            f"in all {len(keys[0]):,} rows."
        )
        rows = np.arange(len(keys[0]))
        return _merge(left, right, rows, rows, shared, notes)
    return _by_identity(left, right, keys, named, shared, notes, faults)


def _by_identity(
    left: Table, right: Table, keys: list[list[str]], named: str, shared: list[tuple[str, str, str]],
    notes: list[str], faults: list[str],
) -> Table:  # fmt: skip
    counts = [Counter(side) for side in keys]
    where = {key: row for row, key in enumerate(keys[1])}
    ambiguous = {k for side in counts for k, n in side.items() if k and n > 1 and all(k in other for other in counts)}
    matched = [(row, where[key]) for row, key in enumerate(keys[0]) if key and key in where and key not in ambiguous]
    if not matched:
        faults.append(
            f"No row of {_who(left)} matches a row of {_who(right)} by {named}. Are these files about the same tracks?"
        )
        return left
    rows = np.array(matched)
    notes.append(
        f"Joined {_who(left)} and {_who(right)} by {named}: {text.count(len(rows), 'track')} matched, their order differs."
    )
    titles = text.listing([text.quoted(key.split("\x1f")[0], 60) for key in sorted(ambiguous)], limit=3)
    if ambiguous:
        out = sum(key in ambiguous for key in keys[0])
        notes.append(
            f"Left out {text.count(out, 'row')}: {titles} stand for several rows and nothing tells them apart."
        )
    for table, side, other in ((left, keys[0], counts[1]), (right, keys[1], counts[0])):
        alone = sum(key not in other for key in side)
        if alone:
            notes.append(f"Left out {text.count(alone, 'row')} of {_who(table)} without a match in the other file.")
    return _merge(left, right, rows[:, 0], rows[:, 1], shared, notes)


def _shared_identity(left: Table, right: Table) -> list[tuple[str, str, str]]:
    """(kind, left column, right column) of what identifies a track in both tables; an id makes the rest needless."""
    sides = [schema.identities(table.columns) for table in (left, right)]
    kinds = [kind for kind in schema.IDENTITY if kind in sides[0] and kind in sides[1]]
    kinds = ["id"] if "id" in kinds else kinds if "title" in kinds else []
    return [(kind, sides[0][kind], sides[1][kind]) for kind in kinds]


def _keys(table: Table, shared: list[tuple[str, str, str]], side: int) -> list[str]:
    columns = [table.cells[names[1 + side]].map(_same) for names in shared]
    return ["\x1f".join(parts) if any(parts) else "" for parts in zip(*columns, strict=True)]


def _same(cell: str) -> str:
    """A title as it is compared: case and blanks do not matter."""
    return " ".join(cell.casefold().split())


def _merge(
    left: Table, right: Table, left_rows: np.ndarray, right_rows: np.ndarray, shared: list[tuple[str, str, str]],
    notes: list[str],
) -> Table:  # fmt: skip
    """Both tables side by side; of columns that both have, the left one's stay, and a difference is told."""
    first, second = left.take(left_rows), right.take(right_rows)
    joined_by = {schema.normalise(name) for _, _, name in shared}
    known = {schema.normalise(name): name for name in first.columns}
    new = [name for name in second.columns if schema.normalise(name) not in {*known, *joined_by}]
    for name in second.columns:
        mine = known.get(schema.normalise(name))
        # an unnamed column is an index, of each file's own
        if mine and schema.normalise(name) not in joined_by and (first.cells[mine] != second.cells[name]).any():
            notes.append(f"Column `{text.shorten(mine)}` differs between the files; I use that of {_who(left)}.")
    return Table(
        f"{left.name} + {right.name}",
        pd.concat([first.cells, second.cells[new]], axis=1),
        first.place | {name: second.place[name] for name in new},
        first.file | {name: second.file[name] for name in new},
    )


def _who(table: Table) -> str:
    return f"`{text.shorten(table.name)}`"
