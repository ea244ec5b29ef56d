"""Scores where tracks belong together: an artist's halo, two piles in one list, tracks rated twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.curve import ceiling
from core.leaks import piles as piles_of
from core.leaks import repeated_groups
from tests.truth import app
from tests.truth.files import take
from tests.truth.generators import simulate
from tests.truth.scores import Score, mean, rate
from tests.truth.size import Size

HALOS = (0.1, 0.2, 0.3)
_LEAST = 20  # tracks in a pile that is worth a test


def halo(size: Size) -> Iterator[Score]:
    """An artist's halo is no taste in sound: with an artist's tracks in one fold, nothing may be found."""
    sizes = (100,) if size.slack else (100, 300)
    opened, skills, named = [], [], []
    for tracks in sizes:
        for icc in HALOS:
            jobs = [(tracks, icc, seed, size.permutations) for seed in range(size.per_cell)]
            found = size.each(of_halo, jobs)
            opened += [one.open for one in found]
            skills += [one.skill for one in found]
            named += [one.named for one in found]
            name = f"ICC={icc:g}, N={tracks}"
            if not size.slack or icc == HALOS[-1]:
                singly = sum(size.each(of_halo_singly, jobs))
                basis = "8-30 %: why groups are kept"
                yield rate(f"halo {name}: gate open, tracks singly", singly, len(found), slack=size.slack, basis=basis)
            told = sum(one.alike <= 0.05 for one in found)
            basis = {100: ".08 / .43 / .80", 300: ".48 / .95 / 1.0"}[tracks]
            yield rate(f"halo {name}: artists found alike (p <= .05)", told, len(found), slack=size.slack, basis=basis)
    yield rate(
        "halo: gate open, artists kept together",
        sum(opened),
        len(opened),
        most=0.08,
        slack=size.slack,
        basis="nominal .05",
    )
    yield mean("halo: skill of ridge, artists kept together", skills, most=0.02, slack=size.slack, basis="0")
    drivers = [sum(gate and count > 0 for gate, count in zip(opened, named, strict=True)), sum(map(bool, named))]
    name = "halo: any driver named, summed by artist"
    yield rate(name, drivers[0], len(named), most=0.025, slack=size.slack, basis="not measured")
    yield rate(f"{name}, were the gate open", drivers[1], len(named), slack=size.slack, basis="not measured")


class Halo(NamedTuple):
    """What the app says of one listener whose ratings go with the artist. alike: p of artists being rated alike."""

    open: bool
    skill: float
    alike: float
    named: int


def of_halo(tracks: int, icc: float, seed: int, permutations: int) -> Halo:
    """With artists kept together; drivers as if the gate were open."""
    dataset = simulate("artist", tracks, seed=seed, size=icc, grouped=True).dataset
    luck = app.chance_of(dataset, permutations=permutations)
    (alike,) = repeated_groups(dataset)
    frame = app.drivers_of(dataset, gate=True, permutations=permutations)
    return Halo(app.is_open(luck), luck.panel["ridge"], alike.p, int((frame["licence"] == "driver").sum()))


def of_halo_singly(tracks: int, icc: float, seed: int, permutations: int) -> bool:
    """The gate where nobody said that artists belong together: what an honest app must not trust."""
    dataset = simulate("artist", tracks, seed=seed, size=icc).dataset
    return app.is_open(app.chance_of(dataset, permutations=permutations))


def within(size: Size) -> Iterator[Score]:
    """Where sound tells only the pile, nothing may be found inside a pile."""
    jobs = [(tracks, seed, size.permutations) for tracks in (100, 300)[: 1 if size.slack else 2]
            for seed in range(size.per_cell if size.slack else 2 * size.per_cell)]  # fmt: skip
    found = size.each(of_piles, jobs)
    inside = [gate for _, gates in found for gate in gates]
    yield rate(
        "two piles: gate open for the whole list",
        sum(whole for whole, _ in found),
        len(found),
        slack=size.slack,
        basis="",
    )
    yield rate(
        "two piles: gate open inside a pile", sum(inside), len(inside), most=0.08, slack=size.slack, basis="nominal .05"
    )


def of_piles(tracks: int, seed: int, permutations: int) -> tuple[bool, list[bool]]:
    """The gate of the whole list, and of each pile as the app divides them (none where it sees no piles)."""
    dataset = simulate("piles", tracks, r2=0.4, seed=seed).dataset
    whole = app.is_open(app.chance_of(dataset, permutations=permutations))
    found = piles_of(dataset)
    rows = [] if found is None else [np.flatnonzero(found.labels == pile) for pile in (0, 1)]
    return whole, [
        app.is_open(app.chance_of(take(dataset, own), permutations=permutations)) for own in rows if len(own) >= _LEAST
    ]


def twice(size: Size) -> Iterator[Score]:
    """The interval of the agreement of two ratings holds the agreement that was put in."""
    for tracks in (20, 100):
        jobs = [(tracks, seed) for seed in range(8 * size.lists)]
        held = size.each(of_twice, jobs)
        name = f"interval holds the agreement of two ratings, N={tracks}"
        basis = "exact for normal ratings"
        yield rate(name, sum(held), len(held), least=0.92, most=0.98, slack=size.slack, basis=basis)


def of_twice(tracks: int, seed: int) -> bool:
    """Whether the interval of one listener who rated everything twice holds 0.7."""
    listener = simulate("again", tracks, r2=0.2, seed=seed)
    found = ceiling(listener.dataset)
    return found is not None and found.low <= listener.truth.reliability <= found.high
