"""The short form of `make kills`: one kill of each kind. And that its table tells what is missed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.kills.many import SHORT, rounds, survive
from tests.kills.table import Demand, Kill, table


@pytest.mark.fault(2)
def test_an_analysis_of_many_survives_every_kill(tmp_path: Path) -> None:
    """A worker process, the command, a worker of a cluster: everybody is there in the end, as undisturbed, and nobody twice."""
    kills, demands = survive(tmp_path, 10, SHORT, tracks=20)
    assert [kill.what for kill in kills] == ["a worker process", "the command", "a worker of the cluster"]
    assert len(demands) == 16
    assert all(demand.met for demand in demands), table(kills, demands)


def test_the_rounds_hold_every_kill_so_often() -> None:
    """In another order with another seed, and with a run to the end."""
    runs = rounds(4, 0)
    assert Counter((where, victim) for where, victims in runs for victim in victims) == {
        (where, victim): 4 if victim == "worker" else 2
        for where in ("machine", "cluster") for victim in ("worker", "command", "command in a write")
    }  # fmt: skip
    assert runs[-1] == ("machine", ())
    assert runs == rounds(4, 0)
    assert {rounds(4, seed) for seed in range(5)} != {runs}


@pytest.mark.parametrize(("held", "of", "met"), [(3, 3, True), (2, 3, False), (0, 0, False)])
def test_a_demand_is_met_where_it_always_held(held: int, of: int, met: bool) -> None:
    """One that nobody looked for is missed; the table says which."""
    demand = Demand("Nothing is lost", held, of)
    assert demand.met is met
    shown = table([Kill("the command", 1.25, 3, 50, "gone")], [demand])
    assert "the command  1.2 s  3 of 50       gone" in shown
    assert f"Nothing is lost  {held} of {of}  {'met' if met else 'MISSED'}" in shown
