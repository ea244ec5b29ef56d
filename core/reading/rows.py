"""Which rows are used: those that are rated and sound, each track once; and what is too little to go on with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core import text
from core.language import figure, many, say
from core.reading import cells as of_cells
from core.reading.choices import Choices
from core.reading.features import prune
from core.reading.found import Columns
from core.reading.log import Log
from core.reading.ratings import Ratings

MIN_TRACKS = 20


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
