"""`python -m core analyse` of short and of long lists: CPU and memory, with a time limit for each."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.fitting import listener
from tests.bench.process import Spent, spend
from tests.bench.table import Row, plain

SIZES = (1_000, 10_000, 100_000)
LIMIT = 900  # seconds for each
_MEMORY, _CPU = 4_096, 60  # MB, and times that of the first


def rows(_: list[Path]) -> Iterator[Row]:
    """One worker, so that the memory is that of one process."""
    first: Spent | None = None
    for tracks in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list.csv"
            listener(tracks, path)
            command = [sys.executable, "-m", "core", "analyse", str(path), "--workers", "1"]
            spent = spend(command, limit=LIMIT)
        first = first or spent
        what = f"`core analyse` of {tracks:,} tracks, 13 features, one worker; CPU"
        ours = f"{spent.cpu:.0f} s, {spent.memory:,.0f} MB at most, {_how(spent)}"
        ratio = spent.cpu / first.cpu
        if tracks < SIZES[-1]:
            yield plain(what, ours, f"{SIZES[0]:,} tracks: {first.cpu:.0f} s", ratio)
            continue
        demand = f"at most {_MEMORY / 1024:.0f} GB, at most {_CPU} times the CPU of {SIZES[0]:,}"
        met = spent.ended and first.ended and spent.memory <= _MEMORY and ratio <= _CPU
        yield Row(what, ours, f"{SIZES[0]:,} tracks: {first.cpu:.0f} s", ratio, demand, met)


def _how(spent: Spent) -> str:
    if spent.ended:
        return f"{spent.wall:.0f} s of wall clock"
    return (
        f"the limit of {LIMIT} s was reached" if spent.wall >= LIMIT else f"ended with a fault: {spent.fault[-120:]!r}"
    )
