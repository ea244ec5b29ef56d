"""A score beside its demand: rates judged with their binomial error where listeners are few, means with theirs.

Convention: with `slack` (the quick run) a demand is missed only where the count lies beyond what a truth exactly at the
demand would give with a probability of 1 %; the bound is printed. Without it (the full run) the measured rate itself is
held against the demand, which carries its margin already. Nothing measured is a demand missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

TAIL = 0.01
_HEAD = f"{'score':<58}{'measured':>18}  {'demand':<28}{'n':>5}{'seconds':>9}  basis"


@dataclass(frozen=True)
class Score:
    """One line of the table. met: None where the figure is only reported."""

    name: str
    measured: str
    demand: str
    met: bool | None
    n: int
    basis: str
    seconds: float = float("nan")

    def line(self) -> str:
        """The line, marked where the demand is missed."""
        spent = "" if np.isnan(self.seconds) else f"{self.seconds:.1f}"
        mark = "  <-- MISSED" if self.met is False else ""
        return f"{self.name:<58}{self.measured:>18}  {self.demand:<28}{self.n:>5}{spent:>9}  {self.basis}{mark}"

    def timed(self, seconds: float) -> Score:
        """The score with the wall time of its suite."""
        return replace(self, seconds=seconds)


def rate(
    name: str, hits: int, n: int, *, least: float | None = None, most: float | None = None, slack: bool, basis: str
) -> Score:
    """How often something happened; `least` and `most` are the demanded shares, both None to report only."""
    low = None if least is None else int(stats.binom.ppf(TAIL, n, least)) if slack and n else least * n
    high = None if most is None else int(stats.binom.ppf(1 - TAIL, n, most)) if slack and n else most * n
    met = None
    if least is not None or most is not None:
        tiny = 1e-9  # 0.08 * 200 is a little more than 16
        met = bool(n > 0 and (low is None or hits >= low - tiny) and (high is None or hits <= high + tiny))
    measured = f"{hits}/{n} = {hits / n:.3f}" if n else "nothing"
    demand = " and ".join(
        f"{sign} {_figure(share)}{f' ({sign} {bound:.0f}/{n})' if slack else ''}"
        for sign, share, bound in ((">=", least, low), ("<=", most, high))
        if share is not None and bound is not None
    )
    return Score(name, measured, demand or "report", met, n, basis)


def mean(
    name: str,
    values: Sequence[float],
    *,
    least: float | None = None,
    most: float | None = None,
    slack: bool,
    basis: str,
) -> Score:
    """A mean over listeners; with `slack` it may lie beyond the demand by what chance gives with probability 1 %."""
    given = np.asarray(values, dtype=float)
    given = given[~np.isnan(given)]
    n = len(given)
    error = float(given.std(ddof=1) / np.sqrt(n)) if n > 1 else float("inf")
    room = float(stats.t.ppf(1 - TAIL, n - 1)) * error if slack and n > 1 else 0.0
    met = None
    if least is not None or most is not None:
        centre = float(given.mean()) if n else float("nan")
        met = bool(n > 1 and (least is None or centre >= least - room) and (most is None or centre <= most + room))
    measured = f"{given.mean():.3f} ± {2 * error:.3f}" if n > 1 else "nothing"
    demand = " and ".join(
        f"{sign} {_figure(share)}{f' (± {room:.3f})' if slack else ''}"
        for sign, share in ((">=", least), ("<=", most))
        if share is not None
    )
    return Score(name, measured, demand or "report", met, n, basis)


def table(scores: Sequence[Score]) -> str:
    """All lines under their head, and a last one that counts."""
    judged = [score for score in scores if score.met is not None]
    missed = [score.name for score in judged if not score.met]
    last = f"{len(judged) - len(missed)} of {len(judged)} demands met"
    return "\n".join(
        [_HEAD, *(score.line() for score in scores), last + (f"; missed: {', '.join(missed)}" * bool(missed))]
    )


def _figure(share: float) -> str:
    return f"{100 * share:g} %"
