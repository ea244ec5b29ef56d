"""What each column is: rating, identity, feature, context or set aside, in which unit, with the ground for it.

A name in the catalogue makes a feature; so does a bracketed list of numbers. Other numbers do not: an unknown
column may be a copy of the rating or a row number, so it takes part only when the person says so. Whatever is
inferred here can be reversed by a `Choices`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from core import schema, text
from core.language import many, say
from core.reading import cells as of_cells
from core.reading.choices import KINDS, Choices
from core.reading.features import Features, is_list
from core.reading.found import Columns, aside, find, names_of, note, where
from core.reading.log import Log
from core.reading.ratings import read_ratings
from core.reading.tables import Table


def understand(table: Table, choices: Choices, log: Log, *, whole: bool = True, wide: Sequence[str] = ()) -> Columns:
    """The role of every column of `table`; every fault of every cell goes into `log`.

    `whole` is false where a file could not be read or joined: what seems missing may be there. `wide`: the listeners'
    columns, where they were found before: looking at each of them for each of them takes the square of their number.
    """
    columns = Columns(faulty=np.zeros(len(table), dtype=bool))
    roles = _roles(table, choices, log)
    named = _identities(table, roles)
    _choose_rating(columns, table, roles, choices, log, whole=whole, wide=wide)
    _find_listeners(columns, table, roles, choices)
    features = Features(table, choices, log, columns, roles)
    for column in table.columns:
        role = roles.get(column)
        if column == columns.rating_column:
            _take_rating(columns, table, column, choices, log)
        elif role is None and schema.is_private(column):
            aside(columns, table, column, "ignored", say("names a person; not kept"))
        elif column in columns.listeners.values():
            aside(columns, table, column, "context", say("the rating of another listener; never a feature"))
        elif column in named.values():
            kind = next(kind for kind, header in named.items() if header == column)
            columns.identity[kind] = table.cells[column]
            reason = say("tells tracks apart ({kind}); never a feature", kind=say(KINDS[kind]))
            aside(columns, table, column, "identity", reason, code=kind)
        elif column == columns.listener_column:
            aside(columns, table, column, "listener", say("says whose rating a row holds"))
        elif role in {"context", "ignored"}:
            if role == "context":
                columns.context[column] = table.cells[column]
            aside(columns, table, column, role, say("you set it aside"))  # type: ignore[arg-type]
        elif not features.offer(column, role):
            _set_aside(columns, table, column)
    features.take()
    order = {column: place for place, column in enumerate(table.columns)}
    columns.understood.sort(key=lambda entry: order.get(entry.column, len(order)))
    return columns


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
    columns: Columns, table: Table, roles: Mapping[str, str], choices: Choices, log: Log, *, whole: bool,
    wide: Sequence[str],
) -> None:  # fmt: skip
    """The rating's column: chosen, else by its name; in a wide table that of the listener who was chosen."""
    chosen = list(wide) or [column for column, role in roles.items() if role == "rating"]
    if not chosen:
        chosen = _rating_by_name(table, [column for column in table.columns if column not in roles])
    if len(chosen) > 1:
        order = {column: place for place, column in enumerate(table.columns)}
        chosen.sort(key=lambda column: order[column])
        columns.listeners = {(schema.listeners_own(column) or ("", column))[1]: column for column in chosen}
        counts = {
            name: int((~of_cells.is_missing(table.cells[column])).sum()) for name, column in columns.listeners.items()
        }
        wanted = choices.listener or ""
        wanted = wanted if wanted in counts else wanted.rpartition("=")[2]
        if wanted and wanted not in counts:
            log.fault(
                say(
                    "There is no listener {listener}. Found: {listeners}.",
                    listener=text.quoted(wanted),
                    listeners=text.listing(sorted(counts), limit=12),
                )
            )
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
    names = text.listing([f"`{text.shorten(name)}`" for name in likely])
    hint = say(" {columns} could be one.", columns=names) if likely else ""
    missing = say(
        "No column holds your ratings. Found: {columns}. I expected a column called `rating` (or {others}); no exporter "
        "writes one. Add it in a spreadsheet, give me a second file that has it, or choose it by hand.",
        columns=names_of(table.columns), others=", ".join(f"`{name}`" for name in schema.RATING[1:9]),
    )  # fmt: skip
    return f"{missing}{hint}"


def _could_be_a_rating(cells: pa.Array) -> bool:
    """Few different numbers between 0 and 10, whole or half."""
    values, unreadable = of_cells.numbers(cells)
    given = np.unique(values[~np.isnan(values)])
    return bool(
        1 < len(given) <= 21 and unreadable.sum() < 0.1 * len(cells) and given[0] >= 0 and given[-1] <= 10
        and (given * 2 == np.round(given * 2)).all()
    )  # fmt: skip


def _find_listeners(columns: Columns, table: Table, roles: Mapping[str, str], choices: Choices) -> None:
    """The column that names listeners: chosen, else by its name where it names several; and the name asked for."""
    chosen = next((column for column, role in roles.items() if role == "listener"), None)
    if chosen is None and not columns.listeners:
        named = {schema.normalise(column): column for column in table.columns if column not in roles}
        found = next((named[name] for name in schema.LISTENER if name in named), None)
        chosen = found if found and len(of_cells.unique(of_cells.strip(table.cells[found]))) > 1 else None
    columns.listener_column = chosen
    asked = choices.listener
    if not asked or columns.listeners:
        return
    columns.listener = asked
    if chosen and asked in _people(table, chosen):
        return
    # no name of a listener: `COLUMN=NAME` or `COLUMN`, whatever marks stand in either
    head, _, who = asked.partition("=")
    for column in table.columns:
        if column == asked or asked.startswith(f"{column}="):
            columns.listener_column, columns.listener = column, asked[len(column) + 1 :] or None
            return
    same = [column for column in table.columns if schema.normalise(column) == schema.normalise(head)]
    if same:
        columns.listener_column, columns.listener = same[0], who or None


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
            many(
                len(codes),
                "{number} rating of \u22121 counts as not rated.",
                "{number} ratings of \u22121 count as not rated.",
            )
        )
        found = replace(found, out_of_range=np.setdiff1d(found.out_of_range, codes))
    columns.rating = found
    for rows, what, expected in (
        (found.unreadable, say("holds text"), say("I need a number in every rating cell, or an empty one.")),
        (
            found.out_of_range,
            say("has a value that cannot be right"),
            say("I expected a rating on the scale {scale}.", scale=found.scale.label),
        ),
    ):
        if not len(rows):
            continue
        places = where(table, column, rows)
        columns.faulty[rows] = True
        columns.lost |= not log.rows_at_fault(
            len(rows),
            say(
                "Column `{column}` {what} in {rows}. {expected} Correct these rows, or choose another column.",
                column=text.shorten(column), what=what, rows=places, expected=expected,
            ),
            say("Left out {rows}, where `{column}` {what}.", rows=places, column=text.shorten(column), what=what),
        )  # fmt: skip
    why = say("by its name") if column not in choices.roles and choices.rating is None else say("you chose it")
    note(columns, table, column, "rating", "the rating", f"{why}; {found.scale.evidence}", scale=found.scale.label,
          missing=int(np.isnan(found.values).sum()))  # fmt: skip


def _set_aside(columns: Columns, table: Table, column: str) -> None:
    """Context, or nothing: what is not a feature, and why."""
    cells = table.cells[column]
    values, unreadable = of_cells.numbers(cells)
    numeric = not (unreadable.any() and np.isnan(values).all())
    # A cleaned list has row numbers of its own alone: what else numbers its rows did not number those of the file.
    numbering = not table.as_understood or schema.normalise(column) == "earprint_track"
    if schema.names_an_index(column) or (numbering and numeric and _is_row_number(values)):
        reason = say("a row number or an identifier; never a feature")
        aside(columns, table, column, "ignored", reason, code="index")
        return
    columns.context[column] = cells
    if schema.rating(column) is not None or schema.listeners_own(column):
        reason = say("another rating; it would give the rating away")
    elif schema.names_a_label(column):
        reason = say("may be made from your rating (a list, a like, a count of plays); never a feature")
    elif schema.context(column) or schema.identity(column):
        reason = say("tells about the track, not about its sound")
    elif numeric or any(map(is_list, of_cells.unique(cells)[:20])):
        columns.unknown_numbers.append(column)
        reason = say("numbers that I do not know; choose the column as a feature if it describes the sound")
    else:
        reason = say("text")
    aside(columns, table, column, "context", reason)


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
