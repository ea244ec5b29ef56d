"""The one table: what was measured, beside what, and whether the demand is met."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

NO_DEMAND = "none"
COLUMNS = ("what", "ours", "peer or reference", "ratio", "demand", "met")
PACKAGES = ("numpy", "scipy", "scikit-learn", "lightgbm", "numba", "pandas", "shap", "streamlit", "plotly")
PEERS = ("lazypredict", "explainerdashboard", "shap", "scikit-learn", "numpy", "pandas")


@dataclass(frozen=True)
class Row:
    """One line. ratio: ours over the reference's; None where there is none, or where it was not measured. met: None where nothing
    is demanded. Raises ValueError without a demand: a row that demands nothing says so with `NO_DEMAND`.
    """

    what: str
    ours: str
    reference: str
    ratio: float | None
    demand: str
    met: bool | None

    def __post_init__(self) -> None:
        if not self.demand:
            raise ValueError(f"{self.what}: a row names its demand, or says that there is {NO_DEMAND}")
        if (self.met is None) != (self.demand == NO_DEMAND):
            raise ValueError(f"{self.what}: a demand is met or missed, and nothing else is")

    def cells(self) -> tuple[str, ...]:
        """As they are printed, in the order of `COLUMNS`."""
        told = {None: "", True: "met", False: "missed"}[self.met]
        return self.what, self.ours, self.reference, short(self.ratio), f"[{self.demand}]", told


def at_most(what: str, ours: str, reference: str, ratio: float, limit: float, demand: str) -> Row:
    """A row that is met where the ratio is no more than `limit`."""
    return Row(what, ours, reference, ratio, demand, ratio <= limit)


def plain(what: str, ours: str, reference: str = "", ratio: float | None = None) -> Row:
    """A row that only tells."""
    return Row(what, ours, reference, ratio, NO_DEMAND, None)


def short(number: float | None) -> str:
    """Two digits that count: 0.0034, 0.12, 1.4, 34, 1,200; nothing for None."""
    if number is None:
        return ""
    return f"{number:,.0f}" if abs(number) >= 10 else f"{number:.2g}"


def markdown(rows: Sequence[Row]) -> str:
    """The table in Markdown."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *(row.cells() for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n" for cells in lines)


def document(rows: Sequence[Row], *, peers: Path | None = None, remark: str = "") -> str:
    """The whole file: when and where it was measured, and the table."""
    return (
        "# What the work costs\n\n"
        "Written by `make bench`, which runs everything below side by side, each peer in an environment of its own.\n"
        "CPU seconds are those of a process and its children with one numeric thread each; the rest is wall clock.\n"
        "Seconds are this machine's: trust the ratios, which are ours over the other's.\n\n"
        f"{date.today().isoformat()}, {machine()}.\n{remark}\n{markdown(rows)}\n"
        f"Ours: {_versions()}.\n" + (f"\nPeers: {_versions_of_peers(peers)}.\n" if peers and peers.exists() else "")
    )  # fmt: skip


def machine() -> str:
    """The processor, its cores, the memory and the system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()} {platform.release()}; "
        f"load when it was written {load:.1f}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _versions() -> str:
    found = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", *found])


def _versions_of_peers(python: Path) -> str:
    code = (
        "import importlib.metadata as m, platform\nprint('Python', platform.python_version())\n"
        f"for name in {PEERS!r}:\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: print(name, 'not installed')"
    )
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return ", ".join(done.stdout.splitlines())
