"""Per model: all folds; and two workers beside one."""

from __future__ import annotations

import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from core.evaluate import evaluate
from core.folds import make_folds
from core.models import CATALOGUE
from core.reading import read_paths
from core.simulate import LISTENERS, simulate
from tests.bench.process import ROOT, spend
from tests.bench.table import Row, plain

BUNDLED = ROOT / "data" / "simulated_taste.csv"
TRACKS = 1_000
_FASTER = 1.6
_SAME = 1e-9


def rows(files: list[Path]) -> Iterator[Row]:
    """CPU of 50 folds of each model, in this process with one numeric thread."""
    dataset = read_paths(files or [BUNDLED])
    folds = len(make_folds(dataset))
    with threadpool_limits(limits=1):
        for name in CATALOGUE:
            spent = cpu(lambda name=name: evaluate(dataset, models=[name], workers=1))  # type: ignore[misc]
            yield plain(f"{name}, all {folds} folds of {dataset.tracks} tracks; CPU", f"{spent:.2f} s")


def workers(_: list[Path]) -> Iterator[Row]:
    """The whole command with two workers and with one: wall clock, of two runs each the one that was disturbed less, and whether
    they say the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        listener(TRACKS, path)
        took, told = [], []
        for count in ("1", "2"):
            out = Path(folder) / f"{count}.json"
            command = [sys.executable, "-m", "core", "analyse", str(path), "--json", str(out), "--workers", count]
            took.append(min(spend(command).wall for _ in range(2)))
            told.append(json.loads(out.read_text()))
    one, two = told
    off = apart(one, two)
    steps = ", ".join(f"{name} {two['seconds'][name] / one['seconds'][name]:.2f}" for name in ("evaluate", "verdict"))
    faster = took[0] / took[1]
    yield Row(
        f"`core analyse` of {TRACKS:,} tracks, two workers; wall clock", f"{took[1]:.1f} s (of one worker's: {steps})",
        f"one worker: {took[0]:.1f} s; results differ by {off:.0e}", took[1] / took[0],
        f"at least {_FASTER} times faster, equal to {_SAME:.0e}", faster >= _FASTER and off <= _SAME,
    )  # fmt: skip


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one call, after one call that warms caches and compiles."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def listener(tracks: int, path: Path) -> None:
    """Write the list of an invented listener with a taste, of any length: 13 features."""
    frame = simulate(replace(LISTENERS[0], tracks=tracks, name=f"n{tracks}", key=""))
    frame.to_csv(path, index=False)


def apart(one: object, two: object) -> float:
    """The largest difference between the numbers of two summary documents, the seconds left out; infinite where they differ in
    anything else.
    """
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return max((apart(one[key], two[key]) for key in one if key != "seconds"), default=0.0)
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return max((apart(*pair) for pair in zip(one, two, strict=True)), default=0.0)
    if isinstance(one, float) and isinstance(two, float):
        return abs(one - two)
    return 0.0 if one == two else math.inf
