"""The app's server and its worker processes, killed in the middle of a job and in the middle of writing a result."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import numpy as np
import psutil

from core.cache import unpacked
from tests.bench.server import until_open
from tests.bench.session import Session
from tests.browser.app import Server, started
from tests.kills.table import Demand, Kill

_LIST, _PAGES = "example-trap", ("Models", "Ratings")  # bundled: its results are kept on disk
_PATIENCE = 600  # seconds for a job or a write that does not come
_GONE = 10  # seconds in which the workers of an app that was killed must have ended
_LATER = 3.0  # seconds of a job at most after which its worker is killed


class _Killed:
    """The app, start after start, with one folder of results."""

    def __init__(self, home: Path, seed: int) -> None:
        self.results, self.log = home / "results", home / "log"
        self.draw = np.random.default_rng(seed)
        self.start = time.monotonic()
        self.kills: list[Kill] = []
        self.held: dict[str, list[bool]] = {}
        self.before: dict[Path, int] = {}

    def look(self, demand: str, *held: bool) -> None:
        self.held.setdefault(demand, []).extend(held)

    def whole(self) -> dict[Path, int]:
        """Every result on disk, whole or else missed -> its inode."""
        found = {}
        for path in self.results.glob("*.zip"):
            with suppress(Exception):  # whatever a damaged file makes a library raise
                unpacked(path.read_bytes())
                found[path] = path.stat().st_ino
            self.look("A result on disk is whole, whenever the app was killed", path in found)
        return found

    def _writes_a_further_result(self) -> bool:
        return any(self.results.glob("*.zip")) and any(self.results.glob(".*.part"))

    def told(self, what: str, after: str) -> None:
        count = len(list(self.results.glob("*.zip")))
        self.kills.append(Kill(what, time.monotonic() - self.start, count, count, after))

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[tuple[Server, Session]]:
        """An app of one worker in which somebody has opened a list."""
        with started(log=self.log, EARPRINT_CACHE=str(self.results), EARPRINT_WORKERS="1") as server:
            await asyncio.to_thread(until_open, server)
            session = await Session.open(server.address)
            await session.run()
            await session.run(press=_LIST)
            yield server, session

    async def worker(self) -> None:
        """An app whose worker is killed once in the middle of a job."""
        async with self._opened() as (server, session):
            await session.run(_PAGES[0])
            busy = await asyncio.to_thread(_busy_worker, server.process.pid)
            await asyncio.sleep(self.draw.uniform(0, _LATER))
            working = busy is not None and not list(self.results.glob("*.zip"))
            if busy:
                busy.kill()
            await session.settled(_PATIENCE)
            self.look("A worker was killed before its job was done", working)
            begun = self.log.read_text().count("worker lost")
            self.look("Its job is begun again once, and done", begun == 1 and bool(self.whole()))
            self.told("a worker of the app", f"its job is begun again {begun} time, and done")
            await session.close()

    async def app(self) -> None:
        """An app that is killed in the middle of a write, or of a job."""
        async with self._opened() as (server, session):
            await session.run(_PAGES[0])
            children = psutil.Process(server.process.pid).children(recursive=True)
            await asyncio.to_thread(_until, self._writes_a_further_result)
            server.process.kill()
            await asyncio.to_thread(server.process.wait)
            halves = len(list(self.results.glob(".*.part")))
            self.before = self.whole()
            _, left = await asyncio.to_thread(psutil.wait_procs, children, timeout=_GONE)
            self.look(
                f"Workers of an app that was killed are gone after {_GONE} s", *(one not in left for one in children)
            )
            self.told(
                "the app in a write", f"{halves} half left, {len(self.before)} whole; its workers end by themselves"
            )
            with suppress(Exception):  # its other end has gone
                await session.close()

    async def again(self) -> None:
        """The app that is started afterwards."""
        async with self._opened() as (_, session):
            for page in _PAGES:
                await session.run(page)
                await session.settled(_PATIENCE)
            found = self.whole()
            self.look("The app that is started afterwards finds or makes every result", len(found) > len(self.before))
            kept = [found.get(path) == inode for path, inode in self.before.items()]
            self.look("and makes none again that was there", *kept)
            self.look("No half of a file is left", not list(self.results.glob(".*.part")))
            await session.close()


def survive(home: Path, number: int, *, seed: int = 0) -> tuple[list[Kill], list[Demand]]:
    """Kill a worker and the app so often each: every kill, and what must hold."""
    held: dict[str, list[bool]] = {}
    kills = []
    for place in range(number):
        for what in ("worker", "app"):
            folder = home / f"{what} {place}"
            folder.mkdir()
            killed = _Killed(folder, seed + place)
            if what == "worker":
                asyncio.run(killed.worker())
            else:
                asyncio.run(killed.app())
                asyncio.run(killed.again())
            kills += killed.kills
            for demand, found in killed.held.items():
                held.setdefault(demand, []).extend(found)
    return kills, [Demand(what, sum(found), len(found)) for what, found in held.items()]


def _busy_worker(server: int) -> psutil.Process | None:
    """The app's worker process, once it works on a job."""
    worker = next(
        (one for one in psutil.Process(server).children() if "core.worker" in one.cmdline()), None
    )  # fmt: skip
    if worker is not None:
        _until(lambda: worker.cpu_percent(0.5) > 20)
    return worker


def _until(there: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not there():
        if time.monotonic() > until:
            raise TimeoutError("nothing to be killed")
        time.sleep(0.0005)
