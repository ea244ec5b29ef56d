"""Scores of the canary: honest pipelines let it live, and it notices every leaking one."""

from __future__ import annotations

from collections.abc import Iterator

from core.models import BASELINE, CATALOGUE
from tests.truth.canary import LEAKING, MOST, Canary, honest, sing
from tests.truth.generators import simulate
from tests.truth.scores import Score
from tests.truth.size import Size

SHUFFLES = 40
QUICK = ("ridge", "extra_trees")  # parts of the headline; with all four, its canary would take half a minute
_PIECE = 5  # shuffles in one task


def canary(size: Size) -> Iterator[Score]:
    """On shuffled ratings of one listener with a taste."""
    models = QUICK if size.slack else tuple(name for name in CATALOGUE if name != BASELINE)
    for model in models:
        yield score(f"canary: {model}", _gather(size, model), leaking=False)
    for name in LEAKING:
        yield score(f"canary: {name}", _gather(size, name), leaking=True)


def score(name: str, found: Canary, *, leaking: bool) -> Score:
    """Clean is demanded of an honest pipeline, and the contrary of a leaking one."""
    demand = "is caught" if leaking else f"<= 0, upper end <= {100 * MOST:g} %"
    basis = "+.06 before the split, -.38 within" if leaking else "-.005 to -.03"
    measured = f"{found.mean:+.3f} to {found.high:+.3f}"
    return Score(name, measured, demand, found.clean != leaking, len(found.skills), basis)


def piece(name: str, first: int) -> tuple[float, ...]:
    """Skills of a few shuffles: of a leaking pipeline, or of a model of the catalogue."""
    dataset = simulate("linear", 100, r2=0.4, seed=0).dataset
    pipeline = LEAKING[name] if name in LEAKING else honest(name)
    return sing(pipeline, dataset, range(first, first + _PIECE)).skills


def _gather(size: Size, name: str) -> Canary:
    pieces = size.each(piece, [(name, first) for first in range(0, SHUFFLES, _PIECE)])
    return Canary(tuple(skill for skills in pieces for skill in skills))
