"""What was killed and what was found, as tables for a person; the demands, met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kill:
    """One `kill -9`. seconds: since the first start. acknowledged: documents that were finished before; of: all listeners.
    after: what was seen of it.
    """

    what: str
    seconds: float
    acknowledged: int
    of: int
    after: str

    def cells(self) -> tuple[str, ...]:
        """The row."""
        return self.what, f"{self.seconds:.1f} s", f"{self.acknowledged} of {self.of}", self.after


@dataclass(frozen=True)
class Demand:
    """Something that must hold, how often it was looked for (`of`), and how often it held."""

    what: str
    held: int
    of: int

    @property
    def met(self) -> bool:
        """Every time, and at least once."""
        return self.held == self.of > 0

    def cells(self) -> tuple[str, ...]:
        """The row."""
        return self.what, f"{self.held} of {self.of}", "met" if self.met else "MISSED"


def table(kills: Sequence[Kill], demands: Sequence[Demand]) -> str:
    """Both, one under the other."""
    return "\n\n".join(
        aligned([head, *(one.cells() for one in rows)])
        for head, rows in (
            (("killed", "at", "acknowledged", "then"), kills), (("demand", "held", ""), demands),
        ) if rows
    )  # fmt: skip


def aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows of cells as lines whose columns stand one under the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
