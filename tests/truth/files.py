"""Leaks as people's files have them: written as CSV, opened by the reader, with the truth kept beside.

Convention: `spoil(kind, ...)` starts from an honest list of `tests.truth.generators` in random order. Columns that are to
be features have been chosen as such by the person (`also`); labels and row numbers have headers that say nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.dataset import Dataset, canonical
from core.reading import Choices, Upload, read
from tests.truth.generators import TEN, Simulated, simulate

CODES = {
    "sorted": "row-order", "liked-first": "row-order", "index": "row-index", "copy": "rating-copy", "label": "rating-label",
    "duplicates": "near-duplicate",
}  # fmt: skip
NEAR = 0.05  # spread of the differences between two copies, in spreads of the feature


def spoil(kind: str, tracks: int, *, r2: float = 0.2, seed: int = 0, size: float = 0.0) -> Simulated:
    """A list with one leak; kinds are the keys of `CODES`.

    sorted: rows by rating; liked-first: the tracks above the median, then the others; index: a row number as a feature of
    a sorted file; copy: a feature that is the rating plus noise of spread `size`; label: a column of context, `ja` above
    the median and else `nei`, with the share `size` of wrong ones; duplicates: a tenth of the tracks stands twice, under
    another name, with nearly the same sound and a rating of its own.
    """
    honest = simulate("linear" if r2 > 0 else "null", tracks, r2=r2, seed=seed)
    draw = np.random.default_rng([tracks, round(1000 * r2), seed, round(1000 * size), sum(kind.encode())])
    truth = replace(honest.truth, leak=CODES[kind])
    if kind == "duplicates":
        dataset, pairs = _with_copies(honest, draw)
        return Simulated(kind, tracks, r2, seed, dataset, replace(truth, pairs=pairs))
    frame, also = as_table(honest.dataset), []
    liked = frame["rating"] > frame["rating"].median()
    if kind in {"sorted", "index"}:
        frame = frame.sort_values("rating", ascending=bool(draw.integers(2)), kind="stable", ignore_index=True)
    if kind == "liked-first":
        frame = pd.concat([frame[liked], frame[~liked]], ignore_index=True)
    elif kind == "index":
        frame["column"], also = np.arange(1, tracks + 1), ["column"]
    elif kind == "copy":
        frame["column"] = (frame["rating"] + size * draw.standard_normal(tracks)).round(3)
        also = ["column"]
    elif kind == "label":
        frame["column"] = np.where(liked ^ (draw.random(tracks) < size), "ja", "nei")
    return Simulated(kind, tracks, r2, seed, read_table(frame, also), truth)


def as_table(dataset: Dataset) -> pd.DataFrame:
    """The list as a table, in the file's order: identity, features, context, rating."""
    given = {"title": "track_name", "artist": "artist_name"}
    parts = [dataset.identity.rename(columns=given), dataset.features, dataset.context]
    frame = pd.concat(parts, axis=1).assign(rating=dataset.rating.astype(int))
    return frame.iloc[np.argsort(dataset.file_order)].reset_index(drop=True)


def read_table(frame: pd.DataFrame, also: list[str] | None = None) -> Dataset:
    """The table as the reader understands it; `also`: columns that the person takes for features."""
    return read([Upload("list.csv", frame.to_csv(index=False).encode())], Choices(also=also or []))


def take(dataset: Dataset, rows: np.ndarray) -> Dataset:
    """Some rows of a list as a list of their own, its file's order kept."""
    rows = rows[np.argsort(dataset.file_order[rows])]
    return canonical(
        dataset.features.iloc[rows].reset_index(drop=True), dataset.rating[rows],
        dataset.identity.iloc[rows].reset_index(drop=True), dataset.context.iloc[rows].reset_index(drop=True),
        None if dataset.group is None else dataset.group[rows], name=dataset.name,
        rating_column=dataset.rating_column, scale=TEN, group_column=dataset.group_column,
    )  # fmt: skip


def _with_copies(honest: Simulated, draw: np.random.Generator) -> tuple[Dataset, np.ndarray]:
    """The list with a tenth of its rows replaced by near copies of others, and these pairs (k, 2) of file rows."""
    frame = as_table(honest.dataset)
    first, second = draw.permutation(honest.tracks)[: 2 * (honest.tracks // 10)].reshape(2, -1)
    names = list(honest.dataset.feature_names)
    sound, spread = frame[names].to_numpy(), frame[names].std().to_numpy()
    copied = sound[first] + NEAR * spread * draw.standard_normal((len(first), len(names)))
    frame.loc[second, names] = np.clip(copied, sound.min(axis=0), sound.max(axis=0))
    # Both ratings have most of their noise in common, so that a model could know the recording again.
    again = np.clip(frame.loc[first, "rating"].to_numpy() + np.round(draw.standard_normal(len(first))), 1, 10)
    frame.loc[second, "rating"] = again.astype(int)
    return read_table(frame), np.stack([first, second], axis=1)
