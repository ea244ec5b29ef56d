"""The command for all listeners of a file, killed at random moments and started again until it has ended by itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import psutil

from core.many import kept
from core.simulate import Listener, simulate
from tests.kills.dask import Cluster, running
from tests.kills.table import Demand, Kill

ROOT = Path(__file__).resolve().parents[2]
_TRACED = Path(__file__).with_name("traced")
_KEPT = ["track_name", "energy", "valence", "tempo", "rating"]
_PATIENCE = 900  # seconds without a further document, after which nothing more is expected
_GONE = 15  # seconds in which the processes of a command that was killed must have ended
_LATER = 1.5  # seconds after a document at most that a kill comes: somewhere in the work on the next, not after it

Victim = Literal["worker", "command", "command in a write"]
Run = tuple[Literal["machine", "cluster"], tuple[Victim, ...]]  # where it works, and who is killed meanwhile
SHORT: tuple[Run, ...] = (("machine", ("worker", "command")), ("cluster", ("worker",)))


def rounds(number: int, seed: int) -> tuple[Run, ...]:
    """So often each: a worker and then the command, on this machine and on a cluster, in an order of `seed`; then a run to the
    end. Every other command is killed in the middle of a write.
    """
    runs: list[Run] = [
        (where, ("worker", "command" if place % 2 else "command in a write"))
        for where in ("machine", "cluster") for place in range(number)
    ]  # fmt: skip
    return (*(runs[place] for place in np.random.default_rng(seed).permutation(len(runs))), ("machine", ()))


@dataclass(frozen=True)
class _Seen:
    """A document at some moment."""

    inode: int
    written: int  # ns


class _Killed:
    """The same command, run after run, in one folder."""

    def __init__(self, home: Path, listeners: int, seed: int) -> None:
        self.file, self.folder, self.trace = home / "listeners.csv", home / "killed", home / "trace"
        self.listeners, self.draw = listeners, np.random.default_rng(seed)
        self.start = time.monotonic()
        self.kills: list[Kill] = []
        self.acknowledged: dict[Path, set[_Seen]] = {}
        self.held: dict[str, list[bool]] = {}
        self.printed = home / "printed"

    def look(self, demand: str, *held: bool) -> None:
        self.held.setdefault(demand, []).extend(held)

    def begun(self) -> list[dict[str, Any]]:
        """Every analysis that was begun, in whichever process."""
        return [json.loads(line) for line in self.trace.read_text().splitlines()] if self.trace.exists() else []

    def documents(self) -> dict[Path, _Seen]:
        found = {}
        for path in self.folder.glob("*.json"):
            if path.name != "whole.json":
                state = path.stat()
                found[path] = _Seen(state.st_ino, state.st_mtime_ns)
        return found

    def acknowledge(self) -> int:
        """Hold on to what is finished now."""
        found = self.documents()
        for path, seen in found.items():
            self.acknowledged.setdefault(path, set()).add(seen)
        return len(found)

    def run(self, victims: Sequence[Victim], most: int, cluster: Cluster | None, environment: dict[str, str]) -> None:
        """One start of the command. most: documents between two kills."""
        before = self.acknowledge()
        log = self.file.with_name("told")
        with log.open("w") as told, self.printed.open("w") as out:
            process = subprocess.Popen(
                command(self.file, self.folder), cwd=ROOT, stdout=out, stderr=told,
                env={**environment, "EARPRINT_SCHEDULER": cluster.address if cluster else ""}, start_new_session=True,
            )  # fmt: skip
            try:
                for victim in victims:
                    self._wait(process, int(self.draw.integers(1, most + 1)), victim)
                    if victim == "worker":
                        self._kill_worker(process, cluster)
                    else:
                        self._kill_command(process, victim, log)
                if "worker" in victims[-1:] or not victims:
                    self.look("The last run ends by itself, and well", process.wait(_PATIENCE) == 0)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                process.wait()
        there = re.search(r"(\d+) (?:was|were) there already", log.read_text())
        if before:
            self.look(
                "A run that is begun again says how many were there", there is not None and int(there[1]) == before
            )

    def _wait(self, process: subprocess.Popen[bytes], more: int, victim: Victim) -> None:
        """Until some more documents are there, and then to a moment of chance."""
        goal, until = len(self.documents()) + more, time.monotonic() + _PATIENCE
        while len(self.documents()) < goal and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        if victim != "command in a write":
            found, moment = len(self.documents()), time.monotonic() + self.draw.uniform(0, _LATER)
            while time.monotonic() < moment and len(self.documents()) == found:
                time.sleep(0.01)
            return
        while not any(self.folder.glob(".*.part")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.0003)

    def _kill_worker(self, process: subprocess.Popen[bytes], cluster: Cluster | None) -> None:
        """One of two, by chance; on a cluster another one takes its place."""
        if cluster:
            alive = [name for name, one in cluster.processes.items() if name != "scheduler" and one.poll() is None]
            name = str(self.draw.choice(alive))
            done = self.acknowledge()
            cluster.processes[name].kill()
            what = "a worker of the cluster"
            cluster.add_worker()
        else:
            pool: list[psutil.Process] = []
            until = time.monotonic() + 60
            while (
                not pool and process.poll() is None and time.monotonic() < until
            ):  # one that was lost may be replaced now
                pool = [one for one in _children(process.pid) if "popen_loky" in " ".join(_command_of(one))]
            done = self.acknowledge()
            if pool:
                pool[int(self.draw.integers(len(pool)))].kill()
            what = "a worker process"
            self.look("There was a worker to kill, in the middle of the work", bool(pool))
        self._killed(
            what, done, "the command goes on" if process.poll() is None else f"it had ended ({process.returncode})"
        )
        goal = min(done + 1, self.listeners)
        until = time.monotonic() + _PATIENCE
        while len(self.documents()) < goal and process.poll() is None and time.monotonic() < until:
            time.sleep(0.05)
        self.look(
            "After the kill of a worker the same run writes further documents", len(self.documents()) >= goal > done
        )

    def _kill_command(self, process: subprocess.Popen[bytes], victim: Victim, log: Path) -> None:
        """It alone: what it had started must end by itself."""
        children = _children(process.pid)
        alive = process.poll() is None
        process.kill()
        process.wait()
        done = self.acknowledge()
        halves = list(self.folder.glob(".*.part"))
        told = [int(count) for count in re.findall(r"^(\d+) of", log.read_text(), re.MULTILINE)]
        self.look("The command was killed in the middle of the work", alive and done < self.listeners)
        self.look("What is told to be done when the command is killed is on disk", max(told, default=0) <= done)
        _, left = psutil.wait_procs(children, timeout=_GONE)
        self.look(
            f"Processes of a command that was killed are gone after {_GONE} s", *(one not in left for one in children)
        )
        half = "a half left beside it, " if halves else ""
        self._killed(
            f"the {victim}", done, f"{half}{len(children) - len(left)} of {len(children)} processes end by themselves"
        )

    def _killed(self, what: str, done: int, after: str) -> None:
        self.kills.append(Kill(what, time.monotonic() - self.start, done, self.listeners, after))
        sys.stderr.write(f"  {'  '.join(self.kills[-1].cells())}\n")


def survive(
    home: Path, listeners: int, runs: Sequence[Run], *, tracks: int = 24, seed: int = 0
) -> tuple[list[Kill], list[Demand]]:
    """Analyse as many listeners once undisturbed and once with kills, into folders of `home`: every kill, and what must hold."""
    killed = _Killed(home, listeners, seed)
    names = _write_listeners(killed.file, listeners, tracks, seed)
    calm = home / "calm"
    plain = {**os.environ, "EARPRINT_SCHEDULER": ""}
    undisturbed = subprocess.run(
        command(killed.file, calm), cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    )
    traced = {**plain, "PYTHONPATH": f"{_TRACED}{os.pathsep}{ROOT}", "EARPRINT_TRACE": str(killed.trace)}
    killed.start = time.monotonic()
    most = max(1, (listeners - 2) // max(1, 2 * sum(len(victims) for _, victims in runs)))
    for where, victims in runs:
        if where == "cluster":
            with running(environment={name: traced[name] for name in ("PYTHONPATH", "EARPRINT_TRACE")}) as cluster:
                cluster.wait()
                before = len(killed.begun())
                killed.run(victims, most, cluster, traced)
                workers = {one.pid for one in cluster.processes.values()}
                done_by = [one["process"] for one in killed.begun()[before:]]
                killed.look("On a cluster its workers do the work", bool(done_by), *(one in workers for one in done_by))
        else:
            killed.run(victims, most, None, traced)
    _look_at_the_end(killed, names, calm, undisturbed.stdout)
    return killed.kills, [Demand(what, sum(held), len(held)) for what, held in killed.held.items()]


def command(file: Path, folder: Path) -> list[str]:
    """As a person writes it."""
    return [sys.executable, "-m", "core", "analyse", str(file), "--listener", "user", "--out", str(folder), "--quick"]


def _look_at_the_end(killed: _Killed, names: Sequence[str], calm: Path, said: str) -> None:
    found = killed.documents()
    path_of = {name: killed.folder / kept.file_of(name) for name in names}
    for name, path in path_of.items():
        try:
            document = kept.read_document(killed.folder, name)
        except kept.DamagedError:
            document = None
        killed.look("Every listener has a document, whole", document is not None)
        killed.look(
            "It is that of an undisturbed run, but for seconds",
            document is not None and _timeless(document) == _timeless(kept.read_document(calm, name)),
        )
        killed.look("It was written once: what was acknowledged at a kill is the same file, not written again",
                    len(killed.acknowledged.get(path, set()) | {found.get(path)}) == 1)  # fmt: skip
    begun = killed.begun()
    for name, path in path_of.items():
        moments = [one["at"] for one in begun if one["listener"] == name]
        killed.look("No listener's analysis is begun once more after the document is there",
                    bool(moments) and path in found and max(moments) < found[path].written)  # fmt: skip
    again = len(begun) - len(names)
    killed.look(f"Analyses were begun once more ({again}) only where a kill had ended them: at most two or three a kill",
                again <= 3 * len(killed.kills))  # fmt: skip
    for file in ("whole.json", "whole.csv"):
        whole = killed.folder / file
        killed.look("What they say together is that of an undisturbed run, to the byte",
                    whole.exists() and whole.read_bytes() == (calm / file).read_bytes())  # fmt: skip
    killed.look("The command prints what it prints undisturbed", killed.printed.read_text() == said)
    expected = {path.name for path in path_of.values()} | {"whole.json", "whole.csv"}
    killed.look("No half-written or other file is left", {path.name for path in killed.folder.iterdir()} == expected)


def _write_listeners(file: Path, listeners: int, tracks: int, seed: int) -> list[str]:
    """A long table; every other one has a taste, the rest rate at random."""
    names = [f"listener {number:02}" for number in range(listeners)]
    parts = []
    for number, name in enumerate(names):
        causes = (("tempo", 1.0), ("valence", -1.0)) if number % 2 else ()
        truth = Listener(
            name, "", "linear" if causes else "null", 0.6 if causes else 0.0, causes, tracks, 1000 * seed + number
        )
        parts.append(simulate(truth)[_KEPT].assign(user=name))
    pd.concat(parts).to_csv(file, index=False)
    return names


def _timeless(one: Any) -> Any:
    """Without seconds, and what is made of them."""
    if isinstance(one, dict):
        return {key: _timeless(value) for key, value in one.items() if key != "seconds"}
    return [_timeless(value) for value in one] if isinstance(one, list) else one


def _children(process: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process).children(recursive=True)
    return []


def _command_of(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []
