"""All groups, or some: `python -m tests.bench [features.csv ratings.csv] [--only NAME ...]`, as `make bench` does.

Prints each row as soon as it is measured, and at the end the whole table, which it writes to `docs/bench.md` (or to --out).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import explaining, fitting, imports, pages, reading, sizes, users, whole
from tests.bench.process import PEERS, ROOT
from tests.bench.table import Row, document, markdown

# What a clock on the wall tells goes first: it suffers more from whatever else a machine does than CPU seconds do.
GROUPS: dict[str, Callable[[list[Path]], Iterator[Row]]] = {
    "workers": fitting.workers, "starting": pages.starting, "switching": pages.switching, "slider": pages.slider,
    "users": users.rows, "imports": imports.rows, "whole": whole.rows, "sizes": sizes.rows, "reading": reading.rows,
    "fitting": fitting.rows, "explaining": explaining.rows,
}  # fmt: skip
SEVERAL = {"pages": ("starting", "switching", "slider")}  # one name for several groups
WRITTEN = ROOT / "docs" / "bench.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write. A missed demand is no failure of the run: the table tells it."""
    options = _parser().parse_args(arguments)
    names = [name for asked in options.only or GROUPS for name in SEVERAL.get(asked, (asked,))]
    found: list[Row] = []
    for name in names:
        for row in GROUPS[name](options.files):
            found.append(row)
            sys.stdout.write(f"{name}: {' | '.join(filter(None, row.cells()))}\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{markdown(found)}")
    out = options.out or (
        None if options.only else WRITTEN
    )  # what holds only some rows must not replace the whole table
    if out is not None:
        of = " and ".join(f"`{path.name}`" for path in options.files)
        out.write_text(document(found, peers=PEERS, remark=f"\nThe list: {of}.\n" if of else ""))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="What the work costs, side by side.")
    parser.add_argument("files", nargs="*", type=Path, help="your own list instead of the bundled one")
    parser.add_argument("--only", nargs="+", choices=(*GROUPS, *SEVERAL), metavar="NAME",
                        help=f"some groups: {', '.join((*GROUPS, *SEVERAL))}; nothing is written without --out")  # fmt: skip
    parser.add_argument(
        "--out", type=Path, help=f"where the table goes (default: {WRITTEN.relative_to(ROOT)}, of a whole run)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
