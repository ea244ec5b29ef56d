"""Whether a bias is claimed where there is none, and found where there is one.

Every list has an order that the person confirmed, and columns that have nothing to do with the ratings (popularity, year,
explicit, a source), some have artists, so that as many tests are run as for a person with a full file; `q` counts all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.biases import biases
from core.dataset import Dataset
from tests.truth.generators import simulate
from tests.truth.scores import Score, rate
from tests.truth.size import Size


class Cell(NamedTuple):
    """One kind of listener: family, tracks, taste, size of the bias."""

    family: str
    tracks: int
    r2: float
    size: float


INNOCENT = (("null", 0.0, 0.0), ("linear", 0.4, 0.0), ("artist", 0.0, 0.0), ("artist", 0.4, 0.0))
# family, size, code that is to be claimed, least share of the listeners of 300 tracks
GUILTY = (
    ("drift", 0.3, "drift", 0.90), ("contrast", 0.3, "contrast", 0.90), ("artist", 0.2, "artist", 0.90),
    ("ends", 0.2, "ends", None), ("even", 0.3, "round", None),
)  # fmt: skip


def told(cell: Cell, seed: int) -> frozenset[str]:
    """The codes of what is claimed of one listener; the length of tracks is no bias of one whose taste it is part of."""
    found = simulate(cell.family, cell.tracks, r2=cell.r2, seed=seed, size=cell.size, grouped=cell.family == "artist")
    codes = {bias.code for bias in biases(with_columns(found.dataset, seed), in_order=True).claimed}
    liked = {cause.feature for cause in found.truth.taste.causes}
    return frozenset(codes - ({"duration", "duration-middle"} if "duration_ms" in liked else set()))


def with_columns(dataset: Dataset, seed: int) -> Dataset:
    """The same list with columns that are drawn at random, where it has none of the kind."""
    draw = np.random.default_rng([seed, 14])
    n = dataset.tracks
    columns = {
        "popularity": draw.integers(0, 101, n), "release_date": draw.integers(1960, 2026, n),
        "explicit": np.where(draw.random(n) < 0.2, "true", "false"), "list": draw.choice(["a", "b", "c", "d"], n),
    }  # fmt: skip
    kept = {name: dataset.context[name] for name in dataset.context}
    return replace(
        dataset, context=pd.DataFrame({**{name: column.astype(str) for name, column in columns.items()}, **kept})
    )


def bias(size: Size) -> Iterator[Score]:
    """False claims, power, and the popularity that only rides on loudness."""
    for tracks in (100, 300):
        jobs = [(Cell(family, tracks, r2, own), seed) for family, r2, own in INNOCENT for seed in range(size.per_cell)]
        claimed = [bool(codes) for codes in size.each(told, jobs)]
        yield rate(
            f"no bias, N={tracks}: any claimed",
            sum(claimed),
            len(claimed),
            most=0.07,
            slack=size.slack,
            basis=".02 to .06",
        )
    for family, own, code, least in GUILTY:
        for tracks in (300,) if size.slack else (300, 100):
            jobs = [(Cell(family, tracks, 0.2, own), seed) for seed in range(size.per_cell)]
            hits = sum(code in codes for codes in size.each(told, jobs))
            wanted = least if tracks == 300 else None
            name = f"{code} claimed, N={tracks} size {own:g}"
            yield rate(
                name, hits, len(jobs), least=wanted, slack=size.slack, basis="" if wanted is None else ".95 to 1.0"
            )
    for tracks in (300,) if size.slack else (300, 100):
        jobs = [(Cell("popularity-rides", tracks, 0.4, 0.0), seed) for seed in range(2 * size.per_cell)]
        hits = sum("popularity" in codes for codes in size.each(told, jobs))
        yield rate(
            f"popularity that rides on loudness, N={tracks}: claimed",
            hits,
            len(jobs),
            most=0.08,
            slack=size.slack,
            basis=".08",
        )
