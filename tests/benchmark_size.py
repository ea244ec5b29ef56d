"""What a large list costs: CPU seconds and peak memory of the command on simulated lists of so many tracks (Linux).

    python -m tests.benchmark_size 1000 100000

Memory is the sum over the process and its workers, which counts what they share more than once; CPU is that of all of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core import simulate

R2, SEED, EVERY = 0.3, 7, 0.1
CAUSES = (("acousticness", 1.0), ("valence", -0.8), ("tempo", -0.6))


def large(tracks: int) -> pd.DataFrame:
    """A listener with a taste; artists and titles are numbers, since to invent so many takes longer than to read them."""
    draw = np.random.default_rng([SEED, 0])
    artist = np.repeat(np.arange(simulate._artists(tracks)), simulate._tracks_per_artist(tracks))
    names = pd.DataFrame({
        "track_name": [f"Title {chr(65 + number % 26)}{number}" for number in range(tracks)],
        "artist_name": [f"Artist {chr(65 + number % 26)}{number}" for number in artist],
        "album_name": [f"Album {number} {part}" for number, part in zip(artist, draw.integers(0, 3, tracks), strict=True)],
        "release_date": draw.integers(1970, 2024, tracks),
    })  # fmt: skip
    sound = simulate._sound(artist, np.random.default_rng([SEED, 1]))
    frame = pd.concat([names, sound], axis=1).iloc[draw.permutation(tracks)].reset_index(drop=True)
    liking = simulate.liking(simulate.Listener("large", "", "linear", R2, CAUSES, tracks, SEED), frame)
    noise = np.random.default_rng([SEED, 3]).standard_normal(tracks)
    raw = 5.8 + 2 * (np.sqrt(R2) * liking + np.sqrt(1 - R2) * noise)
    return frame.assign(rating=np.clip(np.round(raw), 1, 10).astype(int))


def cost(file: Path) -> tuple[float, float]:
    """CPU seconds, and megabytes at the peak, of `python -m core analyse FILE --json ...` and its workers."""
    command = [sys.executable, "-m", "core", "analyse", str(file), "--json", str(file.with_suffix(".json"))]
    before, peak = _children(), 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak = max(peak, sum(_resident(number) for number in _tree(running.pid)))
            time.sleep(EVERY)
    if running.returncode:
        raise SystemExit(f"The analysis of {file} failed.")
    return _children() - before, peak


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _tree(number: int) -> list[int]:
    """A process and all that it started."""
    found = [number]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:  # it ended meanwhile
                continue
    return found


def _resident(number: int) -> float:
    try:
        lines = Path(f"/proc/{number}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """One line for each number of tracks."""
    with tempfile.TemporaryDirectory() as folder:
        for tracks in map(int, sys.argv[1:] or ("1000", "100000")):
            file = Path(folder) / f"{tracks}.csv"
            large(tracks).to_csv(file, index=False)
            seconds, peak = cost(file)
            sys.stdout.write(f"{tracks:>8,} tracks: {seconds:7.1f} s of CPU, {peak:6.0f} MB at the peak\n")


if __name__ == "__main__":
    main()
