"""Files -> one `Dataset`, or one `InputError` that lists every fault.

bytes -> text (`encoding`) -> tables of text (`tables`, `documents`; named by `formats`) -> one table (`join`) ->
columns with roles and units (`columns`, `ratings`, `units`, `spellings`) -> `Dataset`. A `Reading` holds what was
understood on the way, also where a fault stands at the end of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from core import identity, schema, simulate, text
from core.dataset import GROUPS, Dataset, Understood, canonical, group_labels
from core.errors import InputError
from core.language import figure, many, say
from core.reading import cells as of_cells
from core.reading.choices import KINDS, NO_GROUP, ROLES, Choices
from core.reading.columns import understand
from core.reading.features import prune
from core.reading.files import tables_of
from core.reading.found import Columns, find
from core.reading.join import Report, join
from core.reading.log import Log
from core.reading.ratings import SCALES, Ratings
from core.reading.tables import Table, Upload
from core.reading.whose import of_listener, of_source

__all__ = [
    "KINDS", "MIN_TRACKS", "NO_GROUP", "ROLES", "SCALES", "Choices", "Reading", "Report", "Upload", "open_files", "read",
    "read_paths", "track_ids", "usable_rows",
]  # fmt: skip

MIN_TRACKS = 20
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


def read(uploads: Sequence[Upload], choices: Choices | None = None) -> Dataset:
    """The rated tracks of one or several files.

    Raises `InputError` with every fault found in every file.
    """
    return _dataset(open_files(uploads, choices))


def read_paths(paths: Sequence[Path], choices: Choices | None = None) -> Dataset:
    """As `read`, from files on disk. A file that cannot be opened is a fault like any other."""
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
    return _dataset(_open(uploads, choices or Choices(), faults))


def open_files(uploads: Sequence[Upload], choices: Choices | None = None) -> Reading:
    """Everything that can be understood of these files. Faults are in the result; nothing is raised for bad files.

    Raises `SettingsError` for a limit that is none.
    """
    return _open(uploads, choices or Choices(), [])


def track_ids(uploads: Sequence[Upload]) -> tuple[str, ...]:
    """The track ids in these files, or where a file has none its ISRCs, each once; nothing of a file that cannot be read."""
    found: dict[str, None] = {}
    for table in tables_of(uploads, Log(faults=[], skip=False), has_header=None):
        named = schema.identities(table.columns)
        for kind, plain in (("id", identity.plain_id), ("isrc", identity.plain_isrc)):
            if kind in named:
                cells = [plain(cell) for cell in of_cells.strings(of_cells.strip(table.cells[named[kind]]))]
                found |= dict.fromkeys(cell for cell in cells if cell)
                break
    return tuple(found)


def tracks_without_id(uploads: Sequence[Upload]) -> tuple[tuple[str, str], ...]:
    """Title and artist of each track of those files that have neither ids nor ISRCs, each once; the artist may be empty."""
    found: dict[tuple[str, str], None] = {}
    for table in tables_of(uploads, Log(faults=[], skip=False), has_header=None):
        named = schema.identities(table.columns)
        if "title" not in named or {"id", "isrc"} & set(named):
            continue
        titles = of_cells.strings(of_cells.strip(table.cells[named["title"]]))
        artists = (
            of_cells.strings(of_cells.strip(table.cells[named["artist"]])) if "artist" in named else [""] * len(titles)
        )
        found |= dict.fromkeys((title, artist) for title, artist in zip(titles, artists, strict=True) if title)
    return tuple(found)


def _dataset(reading: Reading) -> Dataset:
    if reading.dataset is None:
        raise InputError(reading.faults)
    return reading.dataset


def _open(uploads: Sequence[Upload], choices: Choices, faults: list[str]) -> Reading:
    log = Log(faults=faults, skip=choices.skip_faulty)
    tables = tables_of(uploads, log, has_header=choices.has_header)
    if not tables:
        return Reading(
            None, tuple(log.faults or [say("No file was given. I expected at least one CSV file.")]), tuple(log.notes)
        )
    table, reports = join([_without_totals(one, log) for one in tables], log, rating=choices.rating)
    whole = not log.faults  # else what seems to be missing may stand in the file that could not be read
    columns = understand(table, choices, log, whole=whole)
    reading = Reading(
        None, (), (), tuple(columns.understood), table.formats, tuple(reports), columns.rating, log.skippable
    )
    listening, listeners = of_listener(table, columns, choices, log)
    from_source, sources = of_source(table, choices, log)
    listening = listening & from_source
    identity = _frame(columns.identity, len(table))
    group, group_column = _group(table, identity, choices, log)
    rows, waiting = usable_rows(columns, listening, choices, log, whole=whole)
    reading = replace(
        reading, understood=tuple(columns.understood), listeners=listeners, listener=columns.listener or "", sources=sources,
        notes=tuple(log.notes),
        faults=tuple(log.faults), skippable=log.skippable,
    )  # fmt: skip
    if log.faults or columns.rating is None or columns.rating_column is None:
        return reading
    scale = columns.rating.scale
    rated = columns.rating.values
    features = pd.DataFrame(columns.features)
    dataset = canonical(
        features=features.iloc[rows].reset_index(drop=True),
        rating=rated[rows],
        identity=identity.iloc[rows].reset_index(drop=True),
        context=_frame({name: of_cells.take(cells, rows) for name, cells in columns.context.items()}, len(rows)),
        group=None if group is None else group[rows],
        name=table.name, rating_column=columns.rating_column, group_column=group_column, scale=scale,
        dropped=tuple(columns.dropped), understood=tuple(columns.understood), notes=tuple(log.notes),
        unrated=len(waiting), waiting=pd.concat([identity, features], axis=1).iloc[waiting].reset_index(drop=True),
        listener=columns.listener or "", listeners=listeners,
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


def usable_rows(
    columns: Columns, listening: np.ndarray, choices: Choices, log: Log, *, whole: bool
) -> tuple[np.ndarray, np.ndarray]:
    """The rows that are rated and have a feature, and those that wait for a rating; what is missing becomes a fault."""
    sound = listening & ~columns.faulty if choices.skip_faulty else listening
    rated = sound  # an unsound rating column has its own fault, from which no other is to follow
    waiting = np.zeros(0, dtype=int)
    if columns.rating is not None and columns.rating_is_sound:
        rated = ~np.isnan(columns.rating.values) & sound
        waiting = np.flatnonzero(np.isnan(columns.rating.values) & sound)
        if columns.rating.zeros:
            log.note(_zeros(columns.rating))
    if columns.features:
        missing = np.array([np.isnan(values) for values in columns.features.values()])
        silent = rated & missing.all(axis=0)
        if silent.any():
            log.note(
                many(
                    int(silent.sum()),
                    "Left out {number} rated row without a single audio feature.",
                    "Left out {number} rated rows without a single audio feature.",
                )
            )
        rated = rated & ~silent
        if choices.missing == "leave-out":
            given = ~missing[:, rated].all(axis=1)  # a feature that nobody has is set aside, and costs no row
            holes = rated & missing[given].any(axis=0)
            if holes.any():
                log.note(
                    many(
                        int(holes.sum()),
                        "Left out {number} rated row with a missing feature, as you chose.",
                        "Left out {number} rated rows with a missing feature, as you chose.",
                    )
                )
            rated = rated & ~holes
    rows = np.flatnonzero(rated)
    if columns.features and len(rows):
        before = len(columns.features)
        prune(columns, rows)
        rows = _without_repeats(columns, rows, log)
        if 0 < len(columns.features) < before:
            silent = np.array([np.isnan(values[rows]) for values in columns.features.values()]).all(axis=0)
            if silent.any():  # their only feature was one that all tracks share
                log.note(
                    many(
                        int(silent.sum()),
                        "Left out {number} rated row without a feature that differs.",
                        "Left out {number} rated rows without a feature that differs.",
                    )
                )
                rows = rows[~silent]
    if whole:
        _check_features(columns, log)
    if columns.rating is not None and columns.rating_is_sound:
        blank = int((np.isnan(columns.rating.values) & listening).sum())
        _check_ratings(columns.rating.values[rows], str(columns.rating_column), blank, log)
    return rows, waiting


def _zeros(rating: Ratings) -> str:
    if rating.zero_is_unrated:
        return many(
            rating.zeros,
            "{number} rating of 0 counts as not rated; you may say otherwise.",
            "{number} ratings of 0 count as not rated; you may say otherwise.",
        )
    return many(
        rating.zeros,
        "{number} rating of 0 counts as ratings; you may say otherwise.",
        "{number} ratings of 0 count as ratings; you may say otherwise.",
    )


def _without_repeats(columns: Columns, rows: np.ndarray, log: Log) -> np.ndarray:
    """Rows that repeat another in rating, identity and all features are one track given twice: one of them stays.

    Copies on both sides of a fold would let a model know the answer.
    """
    numbers = [values[rows].astype(np.float32) for values in columns.features.values()]  # as the data set keeps them
    if columns.rating is not None:
        numbers.append(columns.rating.values[rows])
    # Equal rows have equal sums of their features, so that only rows that share one are compared in full.
    sums = np.zeros(len(rows))
    for values in numbers:
        sums += np.where(np.isnan(values), 0, values)
    likely = np.flatnonzero(pd.Series(sums).duplicated(keep=False))
    frame = pd.DataFrame({place: values[likely] for place, values in enumerate(numbers)})
    for kind, cells in columns.identity.items():
        frame[kind] = of_cells.strings(of_cells.take(cells, rows[likely]))
    again = likely[frame.duplicated().to_numpy()]
    if len(again):
        log.note(
            many(
                len(again),
                "Left out {number} row that repeats another one in rating, identity and every feature.",
                "Left out {number} rows that repeat another one in rating, identity and every feature.",
            )
        )
    return np.delete(rows, again)


def _check_features(columns: Columns, log: Log) -> None:
    if columns.features:
        return
    extra = ""
    if columns.text_features:
        names = text.listing([f"`{text.shorten(name)}`" for name in columns.text_features], limit=12)
        extra = say(" There is text instead of numbers in {columns}.", columns=names)
    elif columns.unknown_numbers:
        names = text.listing([f"`{text.shorten(name)}`" for name in columns.unknown_numbers], limit=12)
        extra = many(
            len(columns.unknown_numbers),
            " If {columns} describes the sound, choose by hand.",
            " If {columns} describe the sound, choose by hand.",
            columns=names,
        )
    missing = say(
        "No column describes how a track sounds. I expected audio features such as `energy`, `valence`, "
        "`tempo` or `danceability`, as numbers that differ between tracks, here or in a second file with the same titles "
        "or ids."
    )
    log.fault(f"{missing}{extra}")


def _check_ratings(ratings: np.ndarray, column: str, blank: int, log: Log) -> None:
    if len(ratings) < MIN_TRACKS:
        log.fault(
            many(
                len(ratings),
                "Only {number} row has a rating that I can use. I need at least {least}, and from 50 on there is "
                "something to say. Rate some more tracks.",
                "Only {number} rows have a rating that I can use. I need at least {least}, and from 50 on there is "
                "something to say. Rate some more tracks.",
                least=MIN_TRACKS,
            )
        )
    elif (ratings == ratings[0]).all():
        same = say(
            "All {ratings} ratings in `{column}` are {rating}. Where nothing differs there is nothing to explain. Use more "
            "of the scale, or choose another column.",
            ratings=text.whole(len(ratings)), column=text.shorten(column), rating=figure(f"{ratings[0]:g}"),
        )  # fmt: skip
        empty = say(" If the {cells} empty cells mean another rating, write it there.", cells=text.whole(blank))
        log.fault(f"{same}{empty if blank else ''}")
