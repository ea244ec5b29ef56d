"""Scores on listeners without a taste and with one: false verdicts, power of the gate, drivers right and wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.truth import app
from tests.truth.claims import Claims, judge
from tests.truth.generators import Simulated, simulate
from tests.truth.scores import Score, mean, rate
from tests.truth.size import Size

POOLED = ("linear", "single", "sparse", "threshold")


class Cell(NamedTuple):
    """One kind of listener, of which there are several seeds."""

    family: str
    tracks: int
    r2: float


@dataclass(frozen=True)
class Outcome:
    """What the app says of one listener. open: the gate. claims: behind it; ungated: were it always open."""

    cell: Cell
    seed: int
    open: bool
    level: str
    claims: Claims
    ungated: Claims


def measure(cell: Cell, seed: int, permutations: int, levels: bool) -> Outcome:
    """One listener through the test against luck, the verdict where `levels` asks for it, and the drivers."""
    listener = simulate(cell.family, cell.tracks, r2=cell.r2, seed=seed)
    luck = app.chance_of(listener.dataset, permutations=permutations)
    ungated = _claims(listener, True, permutations)
    claims = ungated if app.is_open(luck) else _claims(listener, False, permutations)
    level = app.level_of(listener.dataset, luck) if levels else ""
    return Outcome(cell, seed, app.is_open(luck), level, claims, ungated)


def _claims(listener: Simulated, gate: bool, permutations: int) -> Claims:
    return judge(app.drivers_of(listener.dataset, gate=gate, permutations=permutations), listener.truth.taste)


def nulls(size: Size) -> Iterator[Score]:
    """Nothing may be found where there is nothing."""
    few = size.nulls // 4
    counts = {100: size.nulls - few, 300: few}  # 300 tracks take several times as long
    if not size.slack:
        counts = {50: size.nulls, 100: size.nulls, 300: size.nulls, 1000: few}
    cells = [(Cell("null", tracks, 0.0), count) for tracks, count in counts.items()]
    outcomes = _run(size, cells, levels=True)
    for tracks in counts:
        own = [outcome for outcome in outcomes if outcome.cell.tracks == tracks]
        yield _levels(f"null, N={tracks}: verdict other than none", own, None, size)
    judged = [outcome for outcome in outcomes if outcome.cell.tracks in {100, 300}]
    yield _levels("null, N=100 and 300: verdict other than none", judged, 0.08, size)
    named = sum(outcome.claims.named > 0 for outcome in outcomes)
    yield rate("null: any driver named", named, len(outcomes), most=0.025, slack=size.slack, basis="0 of 149 gated")
    named = sum(outcome.ungated.named > 0 for outcome in outcomes)
    yield rate("null: any driver named were the gate open", named, len(outcomes), slack=size.slack, basis="0.027")


def gate(size: Size) -> Iterator[Score]:
    """A taste that is there must be found often enough, and drivers named for it be the right ones."""
    few = max(1, size.per_cell // 2) if size.slack else size.per_cell
    of = {(100, 0.4): size.per_cell, (300, 0.2): few, (300, 0.4): few}
    if not size.slack:  # what is only reported can wait
        of |= {(100, 0.2): few, (50, 0.4): few}
    cells = [(Cell(family, *kind), count) for kind, count in of.items() for family in POOLED]
    cells += [(Cell("interaction", tracks, 0.4), few) for tracks in (100, 300) if not size.slack]
    outcomes = _run(size, cells, levels=False)
    demands = {(100, 0.4): (0.85, "0.96"), (300, 0.2): (0.95, "1.00"), (300, 0.4): (None, "1.00"),
               (100, 0.2): (None, "0.56"), (50, 0.4): (None, "0.63 linear, 0.25 sparse")}  # fmt: skip
    for (tracks, r2), (least, basis) in demands.items():
        own = [one for one in outcomes if one.cell[1:] == (tracks, r2) and one.cell.family in POOLED]
        if not own:
            continue
        hits, name = sum(one.open for one in own), f"gate open, N={tracks} r2={r2:g}"
        _tell_missed(name, own, wanted=True)
        yield rate(name, hits, len(own), least=least, slack=size.slack, basis=basis)
        for family in POOLED if not size.slack else ():
            hits, of_one = sum(one.open for one in own if one.cell.family == family), len(own) // len(POOLED)
            yield rate(f"  of these, {family}", hits, of_one, slack=size.slack, basis="")
    for tracks in (100, 300) if not size.slack else ():
        own = [one for one in outcomes if one.cell.family == "interaction" and one.cell.tracks == tracks]
        hits = sum(one.open for one in own)
        basis = "0 of 13" if tracks == 100 else "4 of 6"
        yield rate(f"gate open, interaction, N={tracks} r2=0.4", hits, len(own), slack=size.slack, basis=basis)
    yield from _drivers(size, [one for one in outcomes if one.cell.family in POOLED])


def trap(size: Size) -> Iterator[Score]:
    """A column that only goes along with the cause is never named without it."""
    outcomes = _run(size, [(Cell("proxy", tracks, 0.4), size.per_cell) for tracks in (100, 300)], levels=False)
    claims = [outcome.claims for outcome in outcomes]
    alone = sum(claim.alone for claim in claims)
    basis = "never B alone"
    yield rate("proxy trap: companion named alone", alone, len(claims), most=0.01, slack=size.slack, basis=basis)
    found = sum(claim.true > 0 for claim in claims)
    yield rate("proxy trap: cause named", found, len(claims), slack=size.slack, basis="not measured")
    for family in ("popularity", "popularity-hidden") if not size.slack else ():
        outcomes = _run(size, [(Cell(family, 300, 0.4), size.per_cell)], levels=False)
        named = sum(outcome.claims.named > 0 for outcome in outcomes)
        basis = "loudness goes along by .4"
        yield rate(f"{family}, N=300: a feature of sound named", named, len(outcomes), slack=size.slack, basis=basis)


def _drivers(size: Size, outcomes: list[Outcome]) -> Iterator[Score]:
    every = [one.claims for one in outcomes]
    wrong = sum(claim.false > 0 for claim in every)
    yield rate("drivers: any false, with a taste", wrong, len(every), most=0.10, slack=size.slack, basis="0-0.07")
    signs, right = sum(claim.signs for claim in every), sum(claim.right_signs for claim in every)
    yield rate("drivers: direction right", right, signs, least=0.99, slack=size.slack, basis="not measured")
    demands = {(100, 0.4): (0.90, 0.40, 0.88, "1.0 / .53 / .94"), (300, 0.4): (0.90, 0.60, 0.93, "1.0 / .71-.84 / .97"),
               (300, 0.2): (None, None, None, ".94 / .60"), (100, 0.2): (None, None, None, ".89 / .19")}  # fmt: skip
    for (tracks, r2), (precision, recall, ranking, basis) in demands.items():
        own = [one.claims for one in outcomes if one.cell[1:] == (tracks, r2)]
        if not own:
            continue
        true, named = sum(claim.true for claim in own), sum(claim.named for claim in own)
        causes, name = sum(claim.causes for claim in own), f"N={tracks} r2={r2:g}"
        yield rate(f"drivers: precision, {name}", true, named, least=precision, slack=size.slack, basis=basis)
        found = [claim.true / claim.causes for claim in own]  # as the demands were measured: families count alike
        yield mean(
            f"drivers: recall of a listener's causes, {name}", found, least=recall, slack=size.slack, basis=basis
        )
        yield rate(f"drivers: recall over all causes, {name}", true, causes, slack=size.slack, basis="not measured")
        ranks = [one.ungated.auc for one in outcomes if one.cell[1:] == (tracks, r2)]
        yield mean(f"drivers: ranking AUC, {name}", ranks, least=ranking, slack=size.slack, basis=basis)


def _run(size: Size, cells: list[tuple[Cell, int]], *, levels: bool) -> list[Outcome]:
    jobs = [(cell, seed, size.permutations, levels) for cell, count in cells for seed in range(count)]
    return size.each(measure, jobs)


def _levels(name: str, outcomes: list[Outcome], most: float | None, size: Size) -> Score:
    hits = sum(one.level != "none" for one in outcomes)
    if most is None:
        _tell_missed(name, outcomes, wanted=False)
    return rate(name, hits, len(outcomes), most=most, slack=size.slack, basis="10 of 149 = 0.067, p alone")


def _tell_missed(name: str, outcomes: list[Outcome], *, wanted: bool) -> None:
    """The seeds of listeners that came out wrong, so that anyone can look at them."""
    wrong = [one for one in outcomes if not (one.open if wanted else one.level == "none")]
    if wrong:
        seeds = ", ".join(f"{one.cell.family} {one.seed}{'' if wanted else f' ({one.level})'}" for one in wrong)
        sys.stdout.write(f"  wrong in `{name}`: {seeds}\n")
