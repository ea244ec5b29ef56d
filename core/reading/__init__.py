"""Files -> one `Dataset`, or one `InputError` that lists every fault.

bytes -> tables of text (`tables`) -> one table (`join`) -> columns with roles (`columns`) -> `Dataset`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core import simulate, text
from core.dataset import Dataset, canonical
from core.errors import InputError
from core.reading.columns import Choices, Columns, find, prune, understand
from core.reading.join import join
from core.reading.tables import Table, Upload, read_table

__all__ = ["MIN_TRACKS", "Choices", "Upload", "headers", "read", "read_paths"]

MIN_TRACKS = 20


def read(uploads: Sequence[Upload], choices: Choices | None = None) -> Dataset:
    """The rated tracks of one or several CSV files.

    Raises `InputError` with every fault found in every file.
    """
    return _read(uploads, choices or Choices(), [])


def read_paths(paths: Sequence[Path], choices: Choices | None = None) -> Dataset:
    """As `read`, from files on disk. A file that cannot be opened is a fault like any other."""
    uploads, faults = [], []
    for path in paths:
        name = path.name.encode("utf-8", "replace").decode()  # a name on disk need not be text
        try:
            uploads.append(Upload(name, path.read_bytes()))
        except OSError as error:
            faults.append(f"I cannot open `{name}` ({error.strerror}). Check the name and the folder.")
    return _read(uploads, choices or Choices(), faults)


def _read(uploads: Sequence[Upload], choices: Choices, faults: list[str]) -> Dataset:
    notes: list[str] = []
    tables = _tables(uploads, notes, faults)
    if not tables:
        raise InputError(faults or ["No file was given. I expected at least one CSV file."])
    table = join(tables, notes, faults)
    whole = not faults  # else what seems to be missing may stand in the file that could not be read
    columns = understand(table, choices, faults, whole=whole)
    group = find(table, choices.group, faults) if choices.group else None
    listening = _of_listener(table, choices.listener, notes, faults)
    rows = _usable_rows(columns, listening, len(table.cells), notes, faults, whole=whole)
    if faults or columns.rating is None:
        raise InputError(faults)
    dataset = canonical(
        features=pd.DataFrame(columns.features).iloc[rows].reset_index(drop=True),
        rating=columns.rating.to_numpy()[rows],
        identity=_text_frame(columns.identity, rows),
        context=_text_frame(columns.context, rows),
        group=None if group is None else table.cells[group].str.strip().to_numpy(object)[rows],
        name=table.name, rating_column=columns.rating_column, group_column=group,
        dropped=tuple(columns.dropped), understood=tuple(columns.understood), notes=tuple(notes),
        unrated=int((columns.rating.isna().to_numpy() & listening).sum()),
    )  # fmt: skip
    # The bundled listeners are known by their content, so that no way of opening them hides what they are.
    return replace(dataset, simulated=simulate.description_of(dataset.key))


def headers(uploads: Sequence[Upload]) -> list[str]:
    """All headers of all files that can be read, each once; for choosing columns by hand. Never raises."""
    return list(dict.fromkeys(name for table in _tables(uploads, [], []) for name in table.columns))


def _tables(uploads: Sequence[Upload], notes: list[str], faults: list[str]) -> list[Table]:
    several = len(uploads) > 1
    return [table for upload in uploads if (table := read_table(upload, notes, faults, several=several)) is not None]


def _of_listener(table: Table, choice: str | None, notes: list[str], faults: list[str]) -> np.ndarray:
    """Which rows belong to the listener: `COLUMN` where it holds one name, `COLUMN=NAME` where several."""
    everyone = np.ones(len(table.cells), dtype=bool)
    if not choice:
        return everyone
    name, _, who = choice.partition("=")
    column = find(table, name, faults)
    if column is None:
        return everyone
    cells = table.cells[column].str.strip()
    people = sorted(set(cells) - {""})
    if not who and len(people) > 1:
        faults.append(
            f"Column `{column}` names {text.count(len(people), 'listener')}: {text.listing(people)}. Choose one as "
            f"`{column}={people[0]}`."
        )
    if who and who not in people:
        faults.append(f"Column `{column}` names no listener {text.quoted(who)}. Found: {text.listing(people)}.")
    if who:
        notes.append(f"Kept the rows of {text.quoted(who)} in `{column}`.")
    return (cells == who).to_numpy() if who else everyone


def _usable_rows(
    columns: Columns, listening: np.ndarray, total: int, notes: list[str], faults: list[str], *, whole: bool
) -> np.ndarray:
    """The rows that are rated and have a feature; what is missing altogether becomes a fault."""
    rated = listening  # an unsound rating column has its own fault, from which no other is to follow
    if columns.rating is not None and columns.rating_is_sound:
        rated = columns.rating.notna().to_numpy() & listening
    if columns.features:
        sounding = ~np.all([np.isnan(values) for values in columns.features.values()], axis=0)
        silent = int((rated & ~sounding).sum())
        if silent:
            notes.append(f"Left out {text.count(silent, 'rated row')} without a single audio feature.")
        rated = rated & sounding
    rows = np.flatnonzero(rated)
    if columns.features and len(rows):
        rows = _without_repeats(columns, rows, notes)
        prune(columns, rows)
    if whole:
        _check_features(columns, faults)
    if columns.rating is not None and columns.rating_is_sound:
        _check_ratings(columns.rating.to_numpy()[rows], columns.rating_column, faults)
    return rows


def _without_repeats(columns: Columns, rows: np.ndarray, notes: list[str]) -> np.ndarray:
    """Rows that repeat another in rating, identity and all features are one track given twice: one of them stays.

    Copies on both sides of a fold would let a model know the answer.
    """
    parts = {f"feature {name}": values for name, values in columns.features.items()}
    parts |= {f"identity {name}": cells.to_numpy() for name, cells in columns.identity.items()}
    parts |= {"rating": np.zeros(0) if columns.rating is None else columns.rating.to_numpy()}
    frame = pd.DataFrame({name: values[rows] for name, values in parts.items() if len(values)})
    again = frame.duplicated().to_numpy()
    if again.any():
        repeats = text.count(int(again.sum()), "row that repeats", "rows that repeat")
        notes.append(f"Left out {repeats} another one in rating, identity and every feature.")
    return np.asarray(rows[~again])


def _check_features(columns: Columns, faults: list[str]) -> None:
    if columns.features:
        return
    extra = ""
    if columns.text_features:
        names = text.listing([f"`{text.shorten(name)}`" for name in columns.text_features], limit=12)
        extra = f" There is text instead of numbers in {names}."
    elif columns.unknown_numbers:
        names = text.listing([f"`{text.shorten(name)}`" for name in columns.unknown_numbers], limit=12)
        extra = f" If {names} describe{'s' if len(columns.unknown_numbers) == 1 else ''} the sound, choose by hand."
    faults.append(
        "No column describes how a track sounds. I expected audio features such as `energy`, `valence`, "
        f"`tempo` or `danceability`, as numbers that differ between tracks.{extra}"
    )


def _check_ratings(ratings: np.ndarray, column: str, faults: list[str]) -> None:
    if len(ratings) < MIN_TRACKS:
        faults.append(
            f"Only {text.count(len(ratings), 'row')} {'has' if len(ratings) == 1 else 'have'} a rating that I can use. "
            f"I need at least {MIN_TRACKS}, and from 50 on there is something to say. Rate some more tracks."
        )
    elif (ratings == ratings[0]).all():
        faults.append(
            f"All {len(ratings):,} ratings in `{column}` are {ratings[0]:g}. Where nothing differs there is nothing "
            "to explain. Use more of the scale, or choose another column."
        )


def _text_frame(columns: dict[str, pd.Series], rows: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame({name: cells.iloc[rows].to_numpy(object) for name, cells in columns.items()}, dtype=object)
    return frame if columns else pd.DataFrame(index=range(len(rows)))
