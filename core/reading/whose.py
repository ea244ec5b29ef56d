"""Whose ratings and whose features: the rows of one listener, and of one source."""

from __future__ import annotations

from enum import Enum

import numpy as np

from core import schema, text
from core.language import many, say
from core.reading import cells as of_cells
from core.reading.choices import Choices
from core.reading.found import Columns, find
from core.reading.log import Log
from core.reading.tables import Table

ALL = "all"


class Asked(Enum):
    """Whose list is asked for."""

    ONE = "one"
    EVERYBODY = "everybody"
    NOBODY = "nobody"  # everybody's, where the files name nobody


def asked_for(table: Table, columns: Columns, choices: Choices) -> Asked:
    """Whether `choices.listener` is a column that names listeners, or `ALL`. Somebody's name goes before both."""
    asked = choices.listener
    if not asked:
        return Asked.ONE
    if columns.listeners:
        return Asked.EVERYBODY if asked == ALL and ALL not in columns.listeners else Asked.ONE
    column = columns.listener_column
    if column is None:
        return Asked.NOBODY if asked == ALL else Asked.ONE
    if columns.listener is None:  # it was a column's name, and nobody's
        return Asked.EVERYBODY
    return Asked.EVERYBODY if asked == ALL and ALL not in people_of(table, columns)[0] else Asked.ONE


def people_of(table: Table, columns: Columns) -> tuple[dict[str, np.ndarray], dict[str, int], int]:
    """Of a long table: name -> rows (k,) and name -> number of ratings, by name, of who rated anything; and the number of
    rated rows that name nobody.
    """
    names = of_cells.strip(table.cells[str(columns.listener_column)]).dictionary_encode()
    place, people = np.asarray(names.indices), of_cells.strings(names.dictionary)
    rated = np.ones(len(table), dtype=bool) if columns.rating is None else ~np.isnan(columns.rating.values)
    counts = np.bincount(place[rated], minlength=len(people))
    order = np.argsort(place, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(place, minlength=len(people)))[:-1]) if people else []
    named = sorted(number for number, name in enumerate(people) if name and counts[number])
    named.sort(key=lambda number: people[number])
    nobody = sum(int(counts[number]) for number, name in enumerate(people) if not name)
    return {people[n]: rows[n] for n in named}, {people[n]: int(counts[n]) for n in named}, nobody


def of_listener(
    table: Table, columns: Columns, choices: Choices, log: Log
) -> tuple[np.ndarray, tuple[tuple[str, int], ...]]:
    """Which rows belong to the listener (n,), and everybody's name with the number of their ratings.

    Who was not chosen is the one with the most ratings, which is said.
    """
    everyone = np.ones(len(table), dtype=bool)
    if columns.listeners:
        counts = {
            name: int((~of_cells.is_missing(table.cells[column])).sum()) for name, column in columns.listeners.items()
        }
        if choices.listener == ALL and ALL in counts:
            log.note(_a_name_first(ALL))
        say_whose(columns.listener or "", counts, choices, log)
        return everyone, tuple(sorted(counts.items()))
    column = columns.listener_column
    if column is None:
        if choices.listener and not log.faults:
            find(table, choices.listener.partition("=")[0], log)
        return everyone, ()
    people, counts, _ = people_of(table, columns)
    who = columns.listener
    if who and who not in counts:
        found = text.listing([text.quoted(name) for name in counts], limit=12)
        log.fault(
            say(
                "Column `{column}` names no listener {listener}. Found: {listeners}.",
                column=text.shorten(column),
                listener=text.quoted(who),
                listeners=found,
            )
        )
        return everyone, tuple(counts.items())
    if not counts:
        return everyone, ()
    columns.listener = who or min(counts, key=lambda name: (-counts[name], name))
    if who and who == choices.listener and (who == ALL or who in table.cells):
        log.note(_a_name_first(who))
    say_whose(columns.listener, counts, choices, log)
    listening = np.zeros(len(table), dtype=bool)
    listening[people[columns.listener]] = True
    return listening, tuple(counts.items())


def _a_name_first(name: str) -> str:
    return say(
        "{name} is the name of a listener, and could mean all listeners too: I took it for the name.",
        name=text.quoted(name),
    )


def of_source(table: Table, choices: Choices, log: Log) -> tuple[np.ndarray, tuple[tuple[str, int], ...]]:
    """Which rows have their features from the source that was chosen (n,), all where none was; and every source's rows."""
    everyone = np.ones(len(table), dtype=bool)
    column = next((column for column in table.columns if schema.context(column) == "source"), None)
    if column is None:
        if choices.source:
            log.fault(say("No column says where the features come from: `features_from` would."))
        return everyone, ()
    names = np.array(of_cells.strings(of_cells.strip(table.cells[column])), dtype=object)
    found, rows = np.unique(names[names != ""].astype(str), return_counts=True)
    sources = tuple(zip(found.tolist(), rows.tolist(), strict=True))
    if not choices.source:
        return everyone, sources
    if choices.source not in found:
        known = text.listing([text.quoted(name) for name in found], limit=12)
        log.fault(
            say("No features come from {source}. Found: {found}.", source=text.quoted(choices.source), found=known)
        )
    else:
        log.note(
            many(
                int((names == choices.source).sum()),
                "Taken is {number} row with features from {source}.",
                "Taken are {number} rows with features from {source}.",
                source=text.quoted(choices.source, 40),
            )
        )
    return names == choices.source, sources


def say_whose(listener: str, counts: dict[str, int], choices: Choices, log: Log) -> None:
    """How many rated, and whose ratings are read."""
    if len(counts) < 2:
        return
    # never of one listener, but languages have more forms than two
    everybody = many(
        len(counts), "The file holds ratings of {number} listener.", "The file holds ratings of {number} listeners."
    )
    given = {"ratings": text.whole(counts[listener]), "listener": text.quoted(listener)}
    if choices.listener and listener in choices.listener:
        whose = say("These are the {ratings} of {listener}.", **given)
    elif counts[listener] > sorted(counts.values())[-2]:
        whose = say("These are the {ratings} of {listener}, who has the most; choose another at will.", **given)
    else:
        whose = say("These are the {ratings} of {listener}; choose another at will.", **given)
    log.note(f"{everybody} {whose}")
