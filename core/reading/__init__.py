"""Files -> one `Dataset`, or one `InputError` that lists every fault.

bytes -> text (`encoding`) -> tables of text (`tables`, `documents`; named by `formats`) -> one table (`join`) ->
columns with roles and units (`columns`, `ratings`, `units`, `spellings`) -> `Dataset`. A `Reading` holds what was
understood on the way, also where a fault stands at the end of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core import schema, simulate, text
from core.dataset import GROUPS, Dataset, Understood, canonical, group_labels
from core.errors import InputError
from core.language import say
from core.reading import cells as of_cells
from core.reading.choices import KINDS, NO_GROUP, ROLES, Choices
from core.reading.columns import understand
from core.reading.files import tables_of
from core.reading.found import Columns, find
from core.reading.join import Report, join
from core.reading.log import Log
from core.reading.named import Named, named_tracks
from core.reading.ratings import SCALES, Ratings
from core.reading.rows import MIN_TRACKS, usable_rows
from core.reading.tables import Table, Upload
from core.reading.whose import ALL, Asked, asked_for, of_listener, of_source, people_of, say_whose

__all__ = [
    "ALL", "KINDS", "MIN_TRACKS", "NO_GROUP", "ROLES", "SCALES", "Choices", "Everyone", "Named", "Reading", "Report", "Upload",
    "named_tracks", "open_files", "read", "read_asked", "read_paths", "usable_rows",
]  # fmt: skip

_TOTALS = frozenset(
    "total totals sum average mean avg median summe gesamt mittelwert durchschnitt moyenne somme promedio suma media somma "
    "gemiddelde totaal snitt gjennomsnitt medel".split()
)


@dataclass(frozen=True, eq=False)
class Reading:
    """What became of some files. dataset: None where faults stand in the way. skippable: rows whose faults do.

    formats: file -> what it was recognised as. reports: how files were joined. listeners: everybody in the files with the
    number of their ratings, and whose are read.
    """

    dataset: Dataset | None
    faults: tuple[str, ...]
    notes: tuple[str, ...]
    understood: tuple[Understood, ...] = ()
    formats: dict[str, str] | None = None
    reports: tuple[Report, ...] = ()
    rating: Ratings | None = None
    skippable: int = 0
    listeners: tuple[tuple[str, int], ...] = ()
    listener: str = ""
    sources: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Everyone:
    """Each listener's list of some files, as it would be read of this listener alone; the files are read once.

    counts: name -> number of ratings, by name. unnamed: rated rows that name no listener.
    """

    counts: dict[str, int]
    unnamed: int
    _reading_of: Callable[[str], Reading] = field(repr=False)

    def readings(self) -> Iterator[tuple[str, Reading]]:
        """Everybody's name and list, made one after the other; a list that cannot be used has its faults."""
        for name in self.counts:
            yield name, self._reading_of(name)

    def only(self) -> Dataset:
        """The list of the first listener, by name. Raises `InputError` where it cannot be used."""
        return _dataset(self._reading_of(next(iter(self.counts))))


def read(uploads: Sequence[Upload], choices: Choices | None = None) -> Dataset:
    """The rated tracks of one or several files.

    Raises `InputError` with every fault found in every file.
    """
    return _dataset(open_files(uploads, choices))


def read_paths(paths: Sequence[Path], choices: Choices | None = None) -> Dataset:
    """As `read`, from files on disk. A file that cannot be opened is a fault like any other."""
    uploads, faults = _from_disk(paths)
    return _dataset(_open(uploads, choices or Choices(), faults))


def read_asked(paths: Sequence[Path], choices: Choices) -> Dataset | Everyone:
    """As `read_paths`; everybody's lists where `choices.listener` is a column that names listeners, or `all`.

    Raises `InputError` for what stands in the way of all lists; the faults of one list are in its reading.
    """
    uploads, faults = _from_disk(paths)
    opened = _joined(uploads, choices, faults)
    if isinstance(opened, Reading):
        return _dataset(opened)
    if not choices.listener:
        return _dataset(_read_one(opened, choices))
    asked = asked_for(opened.table, opened.understood(choices), choices)
    if asked is Asked.NOBODY:
        raise InputError([*opened.log.faults, say(
            "These files name no listeners: I found neither a column such as `user` nor several columns of ratings. Choose "
            "the column by its name."
        )])  # fmt: skip
    if asked is Asked.ONE:
        return _dataset(_read_one(opened, choices))
    everyone = _everyone(opened, choices)
    if opened.log.faults:
        raise InputError(opened.log.faults)
    return everyone


def _from_disk(paths: Sequence[Path]) -> tuple[list[Upload], list[str]]:
    uploads, faults = [], []
    for path in paths:
        name = path.name.encode("utf-8", "replace").decode()  # a name on disk need not be text
        try:
            uploads.append(Upload(name, path.read_bytes()))
        except OSError as error:
            faults.append(
                say(
                    "I cannot open `{name}` ({reason}). Check the name and the folder.",
                    name=name,
                    reason=error.strerror,
                )
            )
    return uploads, faults


def open_files(uploads: Sequence[Upload], choices: Choices | None = None) -> Reading:
    """Everything that can be understood of these files. Faults are in the result; nothing is raised for bad files.

    Raises `SettingsError` for a limit that is none.
    """
    return _open(uploads, choices or Choices(), [])


def _dataset(reading: Reading) -> Dataset:
    if reading.dataset is None:
        raise InputError(reading.faults)
    return reading.dataset


@dataclass(eq=False)
class _Joined:
    """The one table of some files, and what was said on the way. whole: nothing of them is missing."""

    table: Table
    reports: tuple[Report, ...]
    log: Log
    whole: bool

    def understood(self, choices: Choices, *, log: Log | None = None, wide: Sequence[str] = ()) -> Columns:
        """The columns, with their faults in `log`, or nowhere."""
        return understand(self.table, choices, log or Log(skip=choices.skip_faulty), whole=self.whole, wide=wide)


@dataclass(frozen=True, eq=False)
class _Shared:
    """What holds for all rows, whoever's they are: their columns, groups (n,) and sources."""

    joined: _Joined
    columns: Columns
    group: np.ndarray | None
    group_column: str | None
    sources: tuple[tuple[str, int], ...]
    listeners: tuple[tuple[str, int], ...]


def _open(uploads: Sequence[Upload], choices: Choices, faults: list[str]) -> Reading:
    opened = _joined(uploads, choices, faults)
    return opened if isinstance(opened, Reading) else _read_one(opened, choices)


def _joined(uploads: Sequence[Upload], choices: Choices, faults: list[str]) -> _Joined | Reading:
    """The table of all files; a reading of faults where there is none."""
    log = Log(faults=faults, skip=choices.skip_faulty)
    tables = tables_of(uploads, log, has_header=choices.has_header)
    if not tables:
        return Reading(
            None, tuple(log.faults or [say("No file was given. I expected at least one CSV file.")]), tuple(log.notes)
        )
    table, reports = join([_without_totals(one, log) for one in tables], log, rating=choices.rating)
    # with a fault, what seems to be missing may stand in the file that could not be read
    return _Joined(table, tuple(reports), log, whole=not log.faults)


def _read_one(opened: _Joined, choices: Choices, *, wide: Sequence[str] = ()) -> Reading:
    """The list of the listener who was chosen, or of who rated most."""
    table, log = opened.table, opened.log
    columns = opened.understood(choices, log=log, wide=wide)
    listening, listeners = of_listener(table, columns, choices, log)
    from_source, sources = of_source(table, choices, log)
    group, group_column = _group(table, _frame(columns.identity, len(table)), choices, log)
    shared = _Shared(opened, columns, group, group_column, sources, listeners)
    return _finished(shared, np.flatnonzero(listening & from_source), choices, log)


def _everyone(opened: _Joined, choices: Choices) -> Everyone:
    """Everybody's lists: in a wide table each with its own column of ratings, in a long one each with its own rows.

    What is judged by whole columns (units, the scale) is judged once for a long table. Faults of all lists go into the log.
    """
    table, log = opened.table, opened.log
    nobody = replace(choices, listener=None)
    first = opened.understood(nobody)
    if first.listeners:
        wide = tuple(first.listeners.values())

        def own_column(name: str) -> Reading:
            return _read_one(replace(opened, log=log.copy()), replace(choices, listener=name), wide=wide)

        counts = {
            name: int((~of_cells.is_missing(table.cells[column])).sum()) for name, column in first.listeners.items()
        }
        return Everyone(dict(sorted(counts.items())), 0, own_column)
    columns = opened.understood(choices, log=log)
    people, counts, unnamed = people_of(table, columns)
    after = Log()
    from_source, sources = of_source(table, choices, after)
    group, group_column = _group(table, _frame(columns.identity, len(table)), choices, after)
    log.faults += after.faults
    shared = _Shared(opened, columns, group, group_column, sources, tuple(counts.items()))

    def own_rows(name: str) -> Reading:
        own = log.copy()
        say_whose(name, counts, replace(choices, listener=name), own)
        own.notes += after.notes
        rows = people[name]
        return _finished(shared, rows[from_source[rows]], choices, own, listener=name)

    return Everyone(counts, unnamed, own_rows)


def _finished(shared: _Shared, listening: np.ndarray, choices: Choices, log: Log, *, listener: str = "") -> Reading:
    """The list of these rows (k,), which are one listener's."""
    opened, table = shared.joined, shared.joined.table
    columns = shared.columns.take(listening)
    listener = listener or columns.listener or ""
    identity = _frame(columns.identity, len(listening))
    rows, waiting = usable_rows(columns, np.ones(len(listening), dtype=bool), choices, log, whole=opened.whole)
    reading = Reading(
        None, tuple(log.faults), tuple(log.notes), tuple(columns.understood), table.formats, opened.reports,
        shared.columns.rating, log.skippable, shared.listeners, listener, shared.sources,
    )  # fmt: skip
    if log.faults or columns.rating is None or columns.rating_column is None:
        return reading
    scale = columns.rating.scale
    rated = columns.rating.values
    features = pd.DataFrame(columns.features)
    group = None if shared.group is None else shared.group[listening]
    dataset = canonical(
        features=features.iloc[rows].reset_index(drop=True),
        rating=rated[rows],
        identity=identity.iloc[rows].reset_index(drop=True),
        context=_frame({name: of_cells.take(cells, rows) for name, cells in columns.context.items()}, len(rows)),
        group=None if group is None else group[rows],
        name=table.name, rating_column=columns.rating_column, group_column=shared.group_column, scale=scale,
        dropped=tuple(columns.dropped), understood=tuple(columns.understood), notes=tuple(log.notes),
        unrated=len(waiting), waiting=pd.concat([identity, features], axis=1).iloc[waiting].reset_index(drop=True),
        listener=listener, listeners=shared.listeners,
    )  # fmt: skip
    # The bundled listeners are known by their content, so that no way of opening them hides what they are.
    return replace(reading, dataset=replace(dataset, simulated=simulate.description_of(dataset.key)))


def _without_totals(table: Table, log: Log) -> Table:
    """The table without a last row that sums up the others, as spreadsheets have it: a word for it and no artist or id."""
    named = schema.identities(table.columns)
    last = len(table) - 1
    if last < 1:
        return table
    cells = {name: column[last].as_py().strip() for name, column in table.cells.items()}
    head = cells[named["title"]] if "title" in named else next(iter(cells.values()))
    others = [cells[header] for kind, header in named.items() if kind != "title"]
    if schema.normalise(head) not in _TOTALS or any(others):
        return table
    place = table.place(table.columns[0], last)
    log.note(say("Left out row {place}, which sums up the others ({cell}).", place=place, cell=text.quoted(head)))
    return table.take(np.arange(last))


def _frame(columns: dict[str, pa.Array], rows: int) -> pd.DataFrame:
    if not columns:
        return pd.DataFrame(index=range(rows))
    return pd.DataFrame({name: of_cells.series(cells) for name, cells in columns.items()})


def _group(table: Table, identity: pd.DataFrame, choices: Choices, log: Log) -> tuple[np.ndarray | None, str | None]:
    """What stays together in a fold (n,), and its name: a column, or artist, album or work as they were recognised."""
    if choices.group == NO_GROUP and NO_GROUP not in table.cells:
        return np.full(len(table), "", dtype=object), NO_GROUP
    if not choices.group:
        return None, None
    if choices.group in GROUPS and (choices.group not in table.cells or choices.group in identity):
        labels = group_labels(identity, choices.group)
        if not any(labels):
            log.fault(
                say(
                    "I find no {kind} in this file. Choose another column to keep together, or none.",
                    kind=say(KINDS[choices.group]),
                )
            )
        return labels, choices.group
    column = find(table, choices.group, log)
    if column is None:
        return None, None
    return np.array(of_cells.strings(of_cells.strip(table.cells[column])), dtype=object), column
