"""How large a run is, and how its listeners are spread over the cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from core import engine


@dataclass(frozen=True)
class Size:
    """Listeners per score. slack: demands are widened by their binomial error, see `tests.truth.scores`."""

    nulls: int
    per_cell: int
    coverage: int
    lists: int
    permutations: int
    slack: bool
    workers: int = 2

    def each(self, function: Callable[..., Any], arguments: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The function's result for each tuple of arguments, in order; each worker uses one numeric thread."""
        return engine.run([(function, given) for given in arguments], workers=self.workers)


QUICK = Size(nulls=24, per_cell=5, coverage=5, lists=8, permutations=99, slack=True)
FULL = Size(nulls=200, per_cell=40, coverage=240, lists=200, permutations=999, slack=False)
