"""The whole app in faults of its machine: the person is told in a sentence, nothing is lost, and the next step works."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sql

from core.store import Kept, Store
from tests import faults
from tests.bench.server import until_open
from tests.browser.app import started
from tests.conftest import ROOT, table, upload
from tests.disks import small
from tests.guest import Guest

OWN = "7" * 32
TRACKS = {f"id {n}": {"title": f"Track {n}", "artist": "Band", "tempo": 90.0 + n} for n in range(30)}


def store(path: Path) -> Store:
    """What an app keeps in this file."""
    return Store(sql.create_engine(f"sqlite:///{path}"))


def rated(path: Path) -> dict[int, int]:
    """Row -> rating, as the file has them."""
    found = store(path).load(OWN).ratings
    return {place: int(rating) for place, rating in enumerate(found.values()) if rating is not None}


@pytest.mark.fault(1)
def test_a_server_that_is_killed_in_the_middle_of_saving_has_kept_what_it_said(tmp_path: Path) -> None:
    """Every rating whose step had ended is there when the app is started again, and the person goes on from it."""
    path = tmp_path / "kept" / "x.sqlite"
    store(path).save(OWN, Kept(TRACKS, {}))
    given: dict[int, int] = {}
    seen = 0

    async def rates(address: str, process: psutil.Process | None) -> None:
        nonlocal seen
        guest = await Guest.come(address, OWN)
        await guest.run("Collect")
        assert any(re.search(rf"\b{len(given)} ha", one) for one in guest.said), guest.said
        for row in range(5):
            guest.rate({row: row + 1 for row in range(seen + row + 1)})
            await guest.run()
            given[seen + row] = seen + row + 1
        seen += 5
        if process:  # in the middle of one more
            guest.rate({row: row + 1 for row in range(seen + 1)})
            last = asyncio.create_task(guest.run())
            await asyncio.sleep(random.uniform(0, 0.1))  # noqa: S311 a moment
            process.kill()
            last.cancel()
        with suppress(Exception):  # its other end has gone
            await guest.close()

    for killed in (*[True] * (3 if faults.LONG else 1), False):
        with started(EARPRINT_DATABASE=f"sqlite:///{path}") as server:
            until_open(server)
            asyncio.run(rates(server.address, psutil.Process(server.process.pid) if killed else None))
        found = rated(path)
        assert given.items() <= found.items()
        given.update(found)  # of a step that was cut off, all or nothing may be there
        seen = len(given)


@pytest.mark.fault(3)
def test_a_full_disk_costs_nothing_that_was_kept(tmp_path: Path) -> None:
    """With the database and the log on it: said where something is to be kept, every page works, and what was given
    meanwhile is kept as soon as there is room.
    """

    async def goes_on(address: str, disk: Path) -> None:
        guest = await Guest.come(address, OWN)
        await guest.run("Collect")
        guest.rate({0: 7})
        await guest.run()
        ballast = disk / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as file:
            for _ in range(3_000):
                file.write(b"x" * 1_024)
        for rating in range(1, 10):  # until the journal has no room left
            if not any("The disk is full" in one for one in guest.said):
                guest.rate(dict.fromkeys(range(20), rating))
                await guest.run()
        assert any("The disk is full" in one for one in guest.said), guest.said
        assert any("30 tracks to rate" in one for one in guest.said)
        await guest.take()
        whole = next(content for content in guest.taken.values() if b"looked_up" in content)
        assert b'"Track 29"' in whole
        for title in ("Ratings", "Features", "Collect"):
            await guest.run(title)
            assert not any("Something went wrong" in one for one in guest.said)
        ballast.unlink()
        guest.rate(dict.fromkeys(range(20), 9))
        await guest.run()
        assert not any("The disk is full" in one for one in guest.said)
        await guest.close()

    with small(tmp_path / "disk") as disk:
        path = disk / "kept" / "x.sqlite"
        store(path).save(OWN, Kept(TRACKS, {}))
        with started(log=disk / "log", EARPRINT_DATABASE=f"sqlite:///{path}") as server:
            until_open(server)
            asyncio.run(goes_on(server.address, disk))
        assert rated(path) == dict.fromkeys(range(20), 9)


@pytest.mark.fault(11)
def test_an_app_that_is_told_to_end_ends_with_its_workers(tmp_path: Path) -> None:
    """SIGTERM in the middle of work, with somebody there: all of it is gone within ten seconds, without a traceback."""

    async def begins(address: str, app: psutil.Process) -> None:
        guest = await Guest.come(address)
        await guest.give(("list.csv", upload(table(200)).data))
        await guest.run("Models")
        await asyncio.to_thread(_until, lambda: any(one.cpu_percent(0.2) > 20 for one in _workers(app)))
        everybody = [app, *app.children(recursive=True)]
        app.terminate()
        _, left = await asyncio.to_thread(psutil.wait_procs, everybody, timeout=10)
        assert left == []
        await guest.close()

    log = tmp_path / "log"
    with started(log=log) as server:
        until_open(server)
        asyncio.run(begins(server.address, psutil.Process(server.process.pid)))
    assert "Traceback" not in log.read_text()


@pytest.mark.fault(12)
def test_a_worker_without_memory_takes_nobody_with_it(tmp_path: Path) -> None:
    """While its job runs into the bound, the app answers; the work is done by another process, or given up in a sentence."""

    async def works(address: str, app: psutil.Process) -> list[str]:
        guest, other = await Guest.come(address), await Guest.come(address)
        await guest.give(("list.csv", upload(table(60)).data))
        await asyncio.to_thread(_until, lambda: len(_workers(app)) == 1)
        (worker,) = _workers(app)
        await asyncio.to_thread(_until, lambda: worker.cpu_percent(0.3) < 5)  # it has got ready
        most = worker.memory_info().vms + 2**20
        worker.rlimit(psutil.RLIMIT_AS, (most, most))
        await guest.run("Models")
        await other.run("Ratings")
        assert any("of your ratings" in one for one in other.said), other.said
        await guest.settled()
        said = list(guest.said)
        assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
        await guest.run("Ratings")
        assert any("Your 60 ratings" in one for one in guest.said), guest.said
        await guest.run("Models")
        await guest.settled()
        assert any("guessing" in one for one in guest.said), guest.said
        await guest.close()
        await other.close()
        return said

    log = tmp_path / "log"
    with started(log=log, EARPRINT_WORKERS="1") as server:
        until_open(server)
        said = asyncio.run(works(server.address, psutil.Process(server.process.pid)))
    assert not any("Something went wrong" in one for one in said), said
    assert "worker lost" in log.read_text()


def test_every_fault_has_its_tests_and_they_are_named() -> None:
    """Each of the twelve; SECURITY.md has the faults in their order, each with just the tests that are marked with it."""
    listed = (ROOT / "SECURITY.md").read_text("utf-8").partition("\n## Faults")[2]
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", listed, re.MULTILINE)
    assert [(int(number), what) for number, what, _ in rows] == list(faults.FAULTS.items())
    tests = faults.marked()
    for number, _, named in rows:
        assert sorted(re.findall(r"`(tests/[^`]+)`", named)) == [
            name for name, about in sorted(tests.items()) if int(number) in about
        ], number
        assert named


def test_the_table_tells_what_failed() -> None:
    """Of what pytest prints; a test of two faults counts for both, an error as a failure."""
    printed = (
        "tests/a.py::test_x[one two] PASSED [ 10%]\ntests/a.py::test_x[b::c] FAILED [ 20%]\n"
        "tests/b.py::test_y SKIPPED (no) [ 30%]\ntests/b.py::test_z ERROR [ 40%]\nFAILED tests/a.py::test_x[b::c] - x\n"
    )
    tests = {"tests/a.py::test_x": (1, 2), "tests/b.py::test_y": (2,), "tests/b.py::test_z": (3,)}
    found = faults.told(printed, tests)
    assert found == Counter({(1, "PASSED"): 1, (1, "FAILED"): 1, (2, "PASSED"): 1, (2, "FAILED"): 1, (2, "SKIPPED"): 1,
                             (3, "FAILED"): 1})  # fmt: skip
    line = faults.table(found, 4, (2,)).splitlines()[1]
    assert line.split()[0] == "2"
    assert line.split()[-4:] == ["4", "1", "1", "1"]


def _workers(app: psutil.Process) -> list[psutil.Process]:
    return [one for one in app.children() if "core.worker" in one.cmdline()]


def _until(there: object) -> None:
    until = time.monotonic() + 60
    while not there():  # type: ignore[operator]
        assert time.monotonic() < until
        time.sleep(0.1)
