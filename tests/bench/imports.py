"""What is loaded before anybody sees anything: seconds and memory of imports, each in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.process import ROOT
from tests.bench.table import Row, plain

_TIMES = 5
_PROBE = """
import sys, time, psutil
sys.path.insert(0, '.')
before, start = psutil.Process().memory_info().rss, time.perf_counter()
{work}
print(time.perf_counter() - start, (psutil.Process().memory_info().rss - before) / 2**20)
"""
WAYS = {
    "the first page's modules": "import pages.ui.parts, pages.ui.work, core.words, core.reading",
    "`core.worker`, warm": "import core.engine; core.engine.load()",
}
REFERENCES = {
    "import streamlit": "import streamlit",
    "import lightgbm, sklearn.ensemble": "import lightgbm, sklearn.ensemble",
}


def rows(_: list[Path]) -> Iterator[Row]:
    """The median of several fresh processes, ours and the reference by turns."""
    for (name, work), (other, bare) in zip(WAYS.items(), REFERENCES.items(), strict=True):
        ours, theirs = [], []
        for _turn in range(_TIMES):
            ours.append(probe(work))
            theirs.append(probe(bare))
        took, memory, other_took, other_memory = (
            median(one[place] for one in found) for found in (ours, theirs) for place in (0, 1)
        )
        yield plain(
            f"imports of {name}; wall clock and memory", f"{took:.2f} s, {memory:.0f} MB",
            f"{other}: {other_took:.2f} s, {other_memory:.0f} MB", took / other_took,
        )  # fmt: skip


def probe(work: str) -> tuple[float, float]:
    """Seconds and megabytes that it takes in a fresh process. Raises CalledProcessError where it cannot be done."""
    done = subprocess.run(
        [sys.executable, "-c", _PROBE.format(work=work)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)
