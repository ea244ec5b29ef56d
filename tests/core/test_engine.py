"""Where the work runs."""

from __future__ import annotations

import sys
import threading
import time

import pytest

from core import engine


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


def loaded() -> bool:
    """Whether this process has the libraries."""
    return "sklearn.neural_network" in sys.modules


class Cancelled(Exception):  # noqa: N818 what a person does is no error
    """The person's click."""


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
