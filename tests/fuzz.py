"""Whatever is uploaded, reading ends in a data set or in sentences, and what is taken away holds no formula: `make fuzz`.

    python -m tests.fuzz [--seconds 600] [--seed 0] [--most N]

Damages readable files at random (bytes turned, cut, doubled, swapped and put in; one to three files at once, with any choice that
a person can make) until the time is over, and looks at each: a data set or faults, the same ones twice, within seconds;
the cleaned list without a formula, and read back as the same data set. Prints how many were looked at, and what became of them.
What fails is made as small as it can be and printed; the exit status is 1. The same seed damages the same way.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from core import export
from core.reading import Choices, Upload, open_files
from tests.core.reading.test_fuzz import check, choices, damaged, outcome
from tests.core.test_export import assert_reads_back, holds_no_formula

SECONDS = 20.0  # of CPU that one reading may take
MEGABYTES = 700  # by which this process may grow meanwhile; larger files stand in test_fuzz.py
_ROUND = 50  # examples between two looks at the clock
_NAMES = [
    "a.csv",
    "liked.csv",
    "disliked.csv",
    "../../etc/passwd.csv",
    "C:\\x.csv",
    "b`\n.csv",
    "<b>.csv",
    "=1+1.csv",
    "",
]


def look(files: Sequence[Upload], chosen: Choices) -> str:
    """What became of these files: read, or refused. Raises AssertionError where the contract is broken."""
    start = time.process_time()
    reading = open_files(files, chosen)
    assert time.process_time() - start < SECONDS
    check(reading)
    assert outcome(open_files(files, chosen)) == outcome(reading)
    if reading.dataset is None:
        return "refused"
    holds_no_formula(export.csv_of(export.cleaned(reading.dataset)))
    if chosen.group is None:  # the one choice that is not written into the cleaned list
        assert_reads_back(reading.dataset)
    return "read"


def peak() -> int:
    """The most memory that this process had, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 10**6


def fuzz(seconds: float, first: int, most: int) -> Counter[str]:
    """How often what happened, until the time is over or so many were looked at."""
    found: Counter[str] = Counter()
    until, before = time.monotonic() + seconds, peak()
    number = first
    while time.monotonic() < until and found.total() < most:

        @seed(number)
        @settings(
            max_examples=min(_ROUND, most),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(
            st.lists(damaged(), min_size=1, max_size=1) | st.lists(damaged(), min_size=1, max_size=3),
            st.permutations(_NAMES),
            st.one_of(st.just(Choices()), st.just(Choices(skip_faulty=True)), choices()),
        )
        def once(data: list[bytes], names: list[str], chosen: Choices) -> None:
            what = look([Upload(name, one) for name, one in zip(names, data, strict=False)], chosen)
            assert peak() - before < MEGABYTES
            found[what] += 1

        once()
        number += 1
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status is 1 where something broke."""
    parser = argparse.ArgumentParser(description="Damaged uploads are read or refused.")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=sys.maxsize)
    asked = parser.parse_args(arguments)
    start = time.monotonic()
    try:
        found = fuzz(asked.seconds, asked.seed, asked.most)
    except Exception:  # noqa: BLE001 whatever it is, it is what was looked for
        traceback.print_exc(file=sys.stdout)
        return 1
    told = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    sys.stdout.write(
        f"{found.total()} uploads in {time.monotonic() - start:.0f} s, {peak()} MB at most: {told}; nothing broke\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
