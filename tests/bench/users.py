"""Many people in one server: how long a page's answer takes where others click and train, and what each further one costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from tests.bench.server import serving
from tests.bench.session import Session
from tests.bench.table import Row, at_most, plain

CONNECTED, CLICK, TRAIN = 20, 5, 2
VISITED = ("Data", "Ratings", "Features", "Models", "Drivers", "Track")
_ALONE = 30  # answers
_THINK = 3.0  # seconds between an answer and the next click, on average: somebody who looks, and goes on
_LONGEST = 180  # seconds that the many click, where training takes longer
_LEAST = 60  # seconds that they click, where training ends sooner
_MEMORY = 30  # MB
# The work of those who train: lists that nobody has opened, and pages whose results nobody has asked for.
TRAINED = (("example-no_taste", ("Models", "Drivers", "Features")), ("example-trap", ("Models", "Method", "Ratings")))


@dataclass
class _Heard:
    """page -> the seconds of its answers."""

    answers: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in VISITED})

    @property
    def all(self) -> np.ndarray:
        return np.concatenate([np.array(found) for found in self.answers.values()])


def rows(_: list[Path]) -> Iterator[Row]:
    """One server; first one session, then twenty."""
    with serving() as server:
        alone, many, each, trained = asyncio.run(_measure(server.address, psutil.Process(server.process.pid)))
    slow, slow_alone = (float(np.percentile(one.all, 95)) for one in (many, alone))
    what = f"{CONNECTED} sessions, {CLICK} click, {TRAIN} train"
    yield at_most(
        f"{what} ({_THINK:.0f} s between clicks; {trained:.0f} s of training): a page's answer, 95th percentile of "
        f"{len(many.all)}", f"{1000 * slow:.0f} ms",
        f"one session alone: {1000 * slow_alone:.0f} ms", slow / slow_alone, 3, "at most 3 times",
    )  # fmt: skip
    yield Row(
        f"{what}: memory of each further session that has seen {len(VISITED)} pages", f"{each:.1f} MB", "", None,
        f"at most {_MEMORY} MB", each <= _MEMORY,
    )  # fmt: skip
    for name in VISITED:
        median, median_alone = (float(np.median(one.answers[name])) for one in (many, alone))
        yield plain(f"{what}: {name}, median", f"{1000 * median:.0f} ms", f"alone: {1000 * median_alone:.0f} ms",
                    median / median_alone)  # fmt: skip


async def _measure(address: str, server: psutil.Process) -> tuple[_Heard, _Heard, float, float]:
    """The answers that one had alone, those that some had among many, MB of each further session, seconds of training."""
    alone, many = _Heard(), _Heard()
    first = await _visitor(address)
    await _click(first, alone, seed=0, times=_ALONE)
    before = server.memory_info().rss
    others = [await _visitor(address) for _ in range(CONNECTED - TRAIN - 1)]
    each = (server.memory_info().rss - before) / len(others) / 2**20
    learners = [await Session.open(address) for _ in range(TRAIN)]
    start = time.monotonic()
    training = [asyncio.create_task(_train(one, *work)) for one, work in zip(learners, TRAINED[:TRAIN], strict=True)]
    clicking = [
        asyncio.create_task(_click(one, many, seed=number)) for number, one in enumerate([first, *others][:CLICK])
    ]
    await asyncio.wait(training, timeout=_LONGEST)
    trained = time.monotonic() - start
    await asyncio.sleep(max(0.0, _LEAST - trained))
    for task in [*training, *clicking]:
        task.cancel()
    ended = await asyncio.gather(*training, *clicking, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception) and not isinstance(fault, asyncio.CancelledError):
            raise fault
    for one in [first, *others, *learners]:
        await one.close()
    return alone, many, each, trained


async def _visitor(address: str) -> Session:
    """Somebody who has seen every page with its results."""
    session = await Session.open(address)
    await session.run()
    for name in VISITED:
        await session.run(name)
        await session.settled()
    return session


async def _click(session: Session, heard: _Heard, *, seed: int, times: int = 10**6) -> None:
    """Go from page to page, in an order, with pauses and from a moment of one's own: nobody clicks when others do."""
    draw = np.random.default_rng(seed)
    last = ""
    await asyncio.sleep(draw.uniform(0, _THINK))
    for _ in range(times):
        last = str(draw.choice([name for name in VISITED if name != last]))
        heard.answers[last].append(await session.run(last))
        await asyncio.sleep(draw.uniform(0.5, 1.5) * _THINK)


async def _train(session: Session, example: str, pages: tuple[str, ...]) -> None:
    """Open a list that nobody has opened, and wait for everything that the pages work out."""
    await session.run()
    await session.run(press=example)
    for name in pages:
        await session.run(name)
        await session.settled()
