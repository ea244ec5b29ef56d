"""A list of many rows and 30 columns: read, mapped and validated, beside `pd.read_csv` alone."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from core.reading import Choices, Upload, open_files, usable_rows
from core.reading.columns import understand
from core.reading.files import tables_of
from core.reading.join import join
from core.reading.log import Log
from tests.bench.table import Row, plain

ROWS = 100_000
_TIMES = 5


def rows(_: list[Path]) -> Iterator[Row]:
    """Wall clock, the fastest of several turns, each way once in every turn."""
    frame = _table()
    data = frame.to_csv(index=False).encode()
    choices = Choices()

    def understood() -> None:
        log = Log()
        table, _ = join(tables_of([Upload("big.csv", data)], log), log)
        columns = understand(table, choices, log)
        usable_rows(columns, np.ones(ROWS, dtype=bool), choices, log, whole=True)

    ways = {
        "pd.read_csv": lambda: pd.read_csv(io.BytesIO(data)),
        "pd.read_csv, all as text": lambda: pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False),
        "read, mapped, validated": understood,
        "and put in canonical order, with its key": lambda: open_files([Upload("big.csv", data)]),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(_TIMES):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - start)
    alone, *others = [(name, min(found)) for name, found in times.items()]
    for name, took in others:
        what = f"{ROWS:,} rows x {frame.shape[1]} columns, {len(data) / 1e6:.0f} MB: {name}"
        yield plain(what, f"{took:.2f} s", f"{alone[0]}: {alone[1]:.2f} s", took / alone[1])


def _table() -> pd.DataFrame:
    draw = np.random.default_rng(0)
    shares = ("danceability", "energy", "valence", "acousticness", "instrumentalness", "speechiness", "liveness")
    return pd.DataFrame({
        "track_id": [f"id{number:020d}" for number in range(ROWS)],
        "track_name": [f'Song "{n}", live' if n % 10 == 0 else f"Song {n}" for n in range(ROWS)],
        "artist_name": [f"Artist {n % 5000}" for n in range(ROWS)], "album_name": [f"Album {n % 9000}" for n in range(ROWS)],
        **{name: draw.random(ROWS).round(3) for name in shares},
        "loudness": -20 * draw.random(ROWS).round(4), "tempo": (60 + 120 * draw.random(ROWS)).round(3),
        "key": draw.integers(0, 12, ROWS), "mode": draw.integers(0, 2, ROWS), "time_signature": draw.integers(3, 6, ROWS),
        "duration_ms": draw.integers(100_000, 400_000, ROWS),
        **{f"timbre_{n}": (30 * draw.normal(size=ROWS)).round(4) for n in range(12)}, "rating": draw.integers(1, 11, ROWS),
    })  # fmt: skip
