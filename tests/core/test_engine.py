"""Where the work runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from core import engine
from core.errors import EarprintError, SettingsError
from tests.conftest import ROOT


def square(number: int) -> int:
    """A task."""
    return number * number


def fail(number: int) -> int:
    """A task with a fault."""
    raise ZeroDivisionError(number)


def slow(number: int) -> int:
    """A task that takes its time."""
    time.sleep(0.2)
    return number


def dies(trace: str, times: int, number: int) -> int:
    """A task whose process is killed so often."""
    path = Path(trace) / str(number)
    count = len(path.read_bytes()) if path.exists() else 0
    if count < times:
        path.write_bytes(b"x" * (count + 1))
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def where(seconds: float = 0.5) -> int:
    """A task that tells where it was done."""
    time.sleep(seconds)
    return os.getpid()


def loaded() -> bool:
    """Whether this process has the libraries."""
    return "sklearn.neural_network" in sys.modules


class Cancelled(Exception):  # noqa: N818 what a person does is no error
    """The person's click."""


def test_the_operator_says_how_many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that there are by default; one where it says so, in which case the work stays in this process; no other words."""
    monkeypatch.setenv("EARPRINT_CORES", "1")
    assert engine.cores() == 1
    assert set(engine.run([(where, (0.0,)) for _ in range(3)])) == {os.getpid()}
    monkeypatch.setenv("EARPRINT_CORES", "all")
    with pytest.raises(SettingsError, match="EARPRINT_CORES"):
        engine.cores()


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_tasks(workers: int) -> None:
    """Whatever the number of workers, result i belongs to task i, and progress ends at the total."""
    heard: list[tuple[str, int, int]] = []
    tasks = [(square, (number,)) for number in range(20)]
    found = engine.run(tasks, workers=workers, progress=lambda *step: heard.append(step), label="squares")
    assert found == [number * number for number in range(20)]
    assert [done for _, done, _ in heard] == list(range(21))
    assert {(label, total) for label, _, total in heard} == {("squares", 20)}


@pytest.mark.parametrize("workers", [1, 2])
def test_each_result_is_given_as_it_comes(workers: int) -> None:
    """With the number of its task, before the progress tells of it."""
    given: dict[int, int] = {}

    def tell(label: str, done: int, total: int) -> None:
        assert len(given) >= done

    engine.run([(square, (n,)) for n in range(9)], workers=workers, progress=tell, each=given.__setitem__)
    assert given == {n: n * n for n in range(9)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_a_task_is_loud(workers: int) -> None:
    """An exception in a task reaches the caller as it is."""
    with pytest.raises(ZeroDivisionError):
        engine.run([(square, (1,)), (fail, (2,))], workers=workers)


@pytest.mark.parametrize("workers", [1, 2])
def test_progress_can_cancel(workers: int) -> None:
    """What has not begun when progress raises is never done, and the next job runs."""

    def stop(label: str, done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    start = time.monotonic()
    with pytest.raises(Cancelled):
        engine.run([(slow, (number,)) for number in range(100)], workers=workers, progress=stop)
    assert time.monotonic() - start < 10  # all of them would take 10 s on two workers, 20 s on one
    assert engine.run([(square, (3,))] * 2, workers=workers) == [9, 9]


def test_a_worker_that_is_killed_costs_nothing(tmp_path: Path) -> None:
    """What it had not done is done by another, also where it happens to several tasks; each result is given once."""
    given: list[tuple[int, int]] = []
    tasks = [(dies, (str(tmp_path), int(number in (0, 5)), number)) for number in range(8)]
    found = engine.run(tasks, workers=2, each=lambda *result: given.append(result))
    assert found == list(range(8))
    assert sorted(given) == [(number, number) for number in range(8)]


def test_a_task_that_kills_every_worker_is_told(tmp_path: Path) -> None:
    """It is not tried for ever, and all others are done before it is given up."""
    given: dict[int, int] = {}
    tasks = [(dies, (str(tmp_path), 100 if number == 0 else 0, number)) for number in range(12)]
    with pytest.raises(EarprintError, match="ended unexpectedly, again and again"):
        engine.run(tasks, workers=2, each=given.__setitem__)
    assert set(given) >= set(range(2, 12))
    assert 0 not in given
    assert engine.run([(square, (3,))] * 2, workers=2) == [9, 9]


def test_workers_end_with_the_process_that_started_them() -> None:
    """Which may be killed without a word, in the middle of their tasks."""
    code = (
        "from core import engine\nfrom tests.core.test_engine import where\n"
        "engine.run([(where, ())] * 2 + [(where, (600.0,))] * 2, workers=2, each=lambda _, found: print(found, flush=True))"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        workers = {int(killed.stdout.readline()) for _ in range(2)}
        killed.kill()
    until = time.monotonic() + 30
    while any(psutil.pid_exists(worker) for worker in workers):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_one_job_waits_for_the_other() -> None:
    """Two jobs at once both end right: cancelling one cannot end the other's workers."""
    results: dict[int, list[int]] = {}

    def job(name: int) -> None:
        results[name] = engine.run([(slow, (name,))] * 6, workers=2)

    threads = [threading.Thread(target=job, args=(name,)) for name in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == {1: [1] * 6, 2: [2] * 6}


def test_workers_load_while_others_work() -> None:
    """After it the processes that `run` uses have imported what takes seconds, also where something failed meanwhile."""
    with pytest.raises(Cancelled), engine.loading(2):
        raise Cancelled
    assert engine.run([(loaded, ())] * 2, workers=2) == [True, True]
