"""How often the app is right on listeners whose truth is known: `make truth`, or `python -m tests.benchmark_truth`.

    python -m tests.benchmark_truth [--full] [--only SUITE ...] [--workers N]

Prints each score beside its demand and what the demand is based on, and ends with status 1 where one is missed. The quick
run, part of CI, takes a minute or two and widens each demand by its binomial error; the full one takes hours and does not.
Both are deterministic. SUITE is one of nulls, gate, trap, leaks, halo, within, twice, canary, coverage, interval80, shape,
bias.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.truth.scores import Score, table
from tests.truth.size import FULL, QUICK, Size
from tests.truth.suite_biases import bias
from tests.truth.suite_canary import canary
from tests.truth.suite_coverage import coverage
from tests.truth.suite_groups import halo, twice, within
from tests.truth.suite_intervals import interval80
from tests.truth.suite_leaks import leaks
from tests.truth.suite_shape import shape
from tests.truth.suite_tastes import gate, nulls, trap

SUITES: dict[str, Callable[[Size], Iterator[Score]]] = {
    "leaks": leaks, "twice": twice, "canary": canary, "nulls": nulls, "halo": halo, "within": within, "gate": gate,
    "trap": trap, "coverage": coverage, "interval80": interval80, "shape": shape,
    "bias": bias,
}  # fmt: skip


def run(size: Size, chosen: Sequence[str]) -> list[Score]:
    """The scores of these suites; each score's seconds are those since the one before."""
    scores = []
    for name in chosen:
        sys.stdout.write(f"{name} ...\n")
        sys.stdout.flush()
        start = time.perf_counter()
        for score in SUITES[name](size):
            now = time.perf_counter()
            scores.append(score.timed(now - start))
            sys.stdout.write(f"  {scores[-1].line()}\n")
            sys.stdout.flush()
            start = now
    return scores


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status is 1 where a demand is missed."""
    parser = argparse.ArgumentParser(description="Scores on simulated listeners whose truth is known.")
    parser.add_argument("--full", action="store_true", help="as many listeners as the demands were written for: hours")
    parser.add_argument("--only", nargs="+", choices=list(SUITES), default=list(SUITES), metavar="SUITE")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with one numeric thread")
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    scores = run(replace(FULL if given.full else QUICK, workers=given.workers), given.only)
    sys.stdout.write(f"\n{table(scores)}\n{time.perf_counter() - start:.0f} s\n")
    return int(any(score.met is False for score in scores))


if __name__ == "__main__":
    sys.exit(main())
