"""What a person may expect when something fails: `make faults`, or `python -m tests.faults`.

    python -m tests.faults [--rounds 1] [--minutes 0] [--only 3 7]

Each of the twelve faults below has tests that are marked with its number (`@pytest.mark.fault(3)`) and run with all others. Here
they run in their long form (more kills, longer waits), so many rounds, and further ones until so many minutes are over; a table
tells of each fault how often its tests held. What fails is printed; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.kills.table import aligned

ROOT = Path(__file__).resolve().parents[1]
LONG = bool(os.environ.get("FAULTS_LONG"))
KILLS = 30 if LONG else 8
FAULTS = {
    1: "The server is killed in the middle of saving",
    2: "A worker process is killed in the middle of a job",
    3: "The disk is full: for the database, an export, the cache, the log",
    4: "The folder of the database is only to be read",
    5: "Another program holds the database for ten seconds",
    6: "The database is damaged, or no database",
    7: "The browser is offline, for a while or past its session's end",
    8: "The page is loaded anew, or opened twice, during work",
    9: "A service that is asked fails, in every way",
    10: "The clock jumps",
    11: "The server is told to end (SIGTERM) during work",
    12: "A worker's memory is too small",
}
_OUTCOME = re.compile(r"^(tests/\S+\.py)::(\w+)(?:\[.*\])? (PASSED|FAILED|ERROR|SKIPPED)", re.MULTILINE)
_COUNTED = ("PASSED", "FAILED", "SKIPPED")


def marked() -> dict[str, tuple[int, ...]]:
    """Every test that is marked, as `file::name` -> the faults that it is about."""
    found: dict[str, tuple[int, ...]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.fault":
                    name = f"{path.relative_to(ROOT)}::{node.name}"
                    found[name] = (*found.get(name, ()), *(int(ast.unparse(one)) for one in mark.args))
    return found


def told(printed: str, tests: dict[str, tuple[int, ...]]) -> Counter[tuple[int, str]]:
    """(fault, outcome) -> how many of its tests ended so, of what pytest printed."""
    found: Counter[tuple[int, str]] = Counter()
    for path, name, outcome in _OUTCOME.findall(printed):
        for fault in tests.get(f"{path}::{name}", ()):
            found[fault, "FAILED" if outcome == "ERROR" else outcome] += 1
    return found


def table(found: Counter[tuple[int, str]], rounds: int, faults: Sequence[int]) -> str:
    """Each fault with its rounds and how its tests ended."""
    head = ("fault", "", "rounds", "tests passed", "failed", "skipped")
    rows = [
        (str(fault), FAULTS[fault], str(rounds), *(str(found[fault, outcome]) for outcome in _COUNTED))
        for fault in faults
    ]
    return aligned([head, *rows])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status is 1 where a test failed, or a fault has none that ran."""
    parser = argparse.ArgumentParser(description="What a person may expect when something fails.")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--only", type=int, nargs="+", choices=FAULTS, default=tuple(FAULTS))
    asked = parser.parse_args(arguments)
    tests = {name: faults for name, faults in marked().items() if set(faults) & set(asked.only)}
    found: Counter[tuple[int, str]] = Counter()
    rounds, start = 0, time.monotonic()
    while rounds < asked.rounds or time.monotonic() - start < 60 * asked.minutes:
        command = [sys.executable, "-m", "pytest", "-vv", "--durations=0", *tests]
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "FAULTS_LONG": "1"}, capture_output=True, text=True)
        found += told(done.stdout, tests)
        rounds += 1
        sys.stdout.write(f"round {rounds}: {time.monotonic() - start:.0f} s\n")
        if done.returncode:
            sys.stdout.write(f"{done.stdout[-20_000:]}\n{done.stderr[-2_000:]}\n")
        sys.stdout.flush()
    sys.stdout.write(f"\n{table(found, rounds, asked.only)}\n")
    return int(any(found[fault, "FAILED"] or not found[fault, "PASSED"] for fault in asked.only))


if __name__ == "__main__":
    sys.exit(main())
