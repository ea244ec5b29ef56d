"""The whole analysis of a list of some hundred tracks, beside tools that do a part of it, each in its own process."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.reading import read_paths
from tests.bench.process import PEERS, ROOT, Spent, spend
from tests.bench.table import Row, at_most, plain

TRACKS = 100  # of the bundled list, when no other is given: as many as the peers can explain in minutes
_LAZY = "at most 1/10 of one split"
_DASHBOARD = "at most 1/5"


def rows(files: list[Path]) -> Iterator[Row]:
    """CPU of everything, of the command line's part of it, and of the peers."""
    with tempfile.TemporaryDirectory() as folder:
        files = files or [_first(Path(folder))]
        dataset = read_paths(files)
        table = Path(folder) / "list.csv"
        dataset.features.assign(rating=dataset.rating).to_csv(table, index=False)
        peers = ROOT / "tests" / "peers"
        split = spend([str(PEERS), str(peers / "lazy.py"), str(table)]) if PEERS.exists() else None
        crossed = spend([str(PEERS), str(peers / "lazy.py"), str(table), "5"]) if PEERS.exists() else None
        board = spend([str(PEERS), str(peers / "dashboard.py"), str(table)]) if PEERS.exists() else None
        command = spend([sys.executable, "-m", "core", "analyse", *map(str, files), "--workers", "1"])
        ours = spend([sys.executable, "-m", "tests.bench.everything", *map(str, files)])
    size = f"{dataset.tracks} tracks, {len(dataset.feature_names)} features"
    what = f"whole analysis, {size}: all models, 50 folds, SHAP of all, 999 permutations, biases; CPU"
    mine = f"{ours.cpu:.1f} s, {_fits(ours)}"
    yield _beside(what, mine, ours, split, "lazypredict, one split of 80 to 20", 1 / 10, _LAZY)
    yield _beside(what, mine, ours, board, "explainerdashboard's preparation of one SVR, all tracks", 1 / 5, _DASHBOARD)
    if crossed is not None:
        part = f"`python -m core analyse` of the same (without SHAP), {command.memory:.0f} MB; CPU"
        other = f"lazypredict, one split and 5 folds: {crossed.cpu:.1f} s"
        yield plain(part, f"{command.cpu:.1f} s", other, command.cpu / crossed.cpu)


def _first(folder: Path) -> Path:
    """The first tracks of the bundled listener, as a file."""
    path = folder / f"taste_{TRACKS}.csv"
    pd.read_csv(ROOT / "data" / "simulated_taste.csv", dtype=str).head(TRACKS).to_csv(path, index=False)
    return path


def _beside(what: str, mine: str, ours: Spent, peer: Spent | None, name: str, limit: float, demand: str) -> Row:
    if peer is None:
        return Row(what, mine, f"{name}: not installed; `make bench` does it", None, demand, False)
    for one in (ours, peer):
        if not one.ended:  # what was given up is fast, and proves nothing
            sys.stderr.write(one.fault)
            told = f"{name}: {peer.wall:.0f} s of wall clock, {'ended' if peer.ended else 'not done'}"
            return Row(what, mine, told, None, demand, False)
    fits = f", {_fits(peer)}" if "lazy" in name else ""
    return at_most(what, mine, f"{name}: {peer.cpu:.1f} s{fits}", ours.cpu / peer.cpu, limit, demand)


def _fits(spent: Spent) -> str:
    if not spent.ended:
        sys.stderr.write(spent.fault)
        return "not done"
    fits = int(spent.out.split()[-1])
    return f"{fits:,} fits of {1000 * spent.cpu / fits:.0f} ms"
