"""What is lost when a process is killed: `make kills`, or `python -m tests.kills`.

    python -m tests.kills [--listeners 50] [--rounds 3] [--seed 0] [--only many app]

`many` analyses that many simulated listeners with the real command, on this machine and on a Dask cluster with two workers, and
kills (SIGKILL) worker processes and workers of the cluster at random moments, so often each, and after each of them the command
itself, which is then started again as it was. `app` does the same to the app's server and its worker processes. Prints every kill
and every demand, and ends with status 1 where a demand is missed. The moments are drawn from the seed; what they meet is the
machine's. Some twenty minutes on two cores that others use too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.kills.app import survive as app
from tests.kills.many import rounds
from tests.kills.many import survive as many
from tests.kills.table import table


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status is 1 where a demand is missed."""
    parser = argparse.ArgumentParser(description="What is lost when a process is killed.")
    parser.add_argument("--listeners", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3, help="kills of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=("many", "app"), default=("many", "app"))
    given = parser.parse_args(arguments)
    missed = False
    for name in given.only:
        start = time.monotonic()
        sys.stdout.write(f"{name} ...\n")
        sys.stdout.flush()
        with tempfile.TemporaryDirectory() as home:
            kills, demands = (
                many(Path(home), given.listeners, rounds(given.rounds, given.seed), seed=given.seed)
                if name == "many" else app(Path(home), given.rounds, seed=given.seed)
            )  # fmt: skip
        sys.stdout.write(f"\n{table(kills, demands)}\n\n{time.monotonic() - start:.0f} s\n\n")
        missed = missed or not all(one.met for one in demands)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
