"""Where the work runs: this process, this machine's cores, or a cluster.

Convention: a task is a module-level function and its arguments; results come back in the order of the tasks
whatever the number of workers, and each worker uses one thread of the numeric libraries (more would fight for
the cores: joblib's loky limits its workers' BLAS and OpenMP pools by itself, threadpoolctl does so here).
Worker processes may die: what they had not done is done by new ones. They end soon after this process, however that ends.
"""

from __future__ import annotations

import logging
import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from core import cluster
from core.errors import EarprintError
from core.language import say
from core.settings import whole_number

_log = logging.getLogger(__name__)
_DEATHS = 3  # of workers, one after the other with no task done in between, after which the work is given up
Task = tuple[Callable[..., Any], tuple[Any, ...]]
Progress = Callable[[str, int, int], None]  # what is being done, tasks done, tasks in all; may raise to cancel


def cores() -> int:
    """The number of cores that this process may use, or as many as the operator says. Raises `SettingsError`."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return whole_number("EARPRINT_CORES") or own


def run(
    tasks: Sequence[Task], *, workers: int | None = None, progress: Progress | None = None, label: str = "",
    each: Callable[[int, Any], None] = lambda *_: None,
) -> list[Any]:  # fmt: skip
    """The results of all tasks, in order.

    `progress` hears of every task that ends; an exception that it raises cancels what has not begun. `workers`
    is one per core by default; 1 runs everything in this process. Without `workers`, a cluster does the tasks where one
    is set; where it cannot, this machine goes on with what is left, and says so. `each` is given a task's number and its
    result as soon as that is there. Raises what a task raises, and `EarprintError` where worker processes die again and again.
    """
    from threadpoolctl import threadpool_limits

    tell = progress or (lambda *_: None)
    tell(label, 0, len(tasks))
    if workers is None and cluster.address() and len(tasks) > 1:
        done: dict[int, Any] = {}
        try:
            cluster.run(tasks, done, lambda count: tell(label, count, len(tasks)), each)
        except cluster.ClusterError as error:
            _log.warning("cluster: %s", error)
            left = [number for number in range(len(tasks)) if number not in done]
            alone = say("{what} (on this machine alone: {fault})", what=label, fault=error.faults[0].rstrip("."))

            def on(_: str, count: int, __: int) -> None:
                tell(alone, len(tasks) - len(left) + count, len(tasks))

            found = run(
                [tasks[number] for number in left], workers=cores(), progress=on,
                each=lambda place, result: each(left[place], result),
            )  # fmt: skip
            done |= dict(zip(left, found, strict=True))
        return [done[number] for number in range(len(tasks))]
    workers = min(workers or cores(), max(len(tasks), 1))
    if workers == 1:
        results = []
        with threadpool_limits(limits=1):
            for function, arguments in tasks:
                results.append(function(*arguments))
                each(len(results) - 1, results[-1])
                tell(label, len(results), len(tasks))
        return results
    return _in_processes(tasks, workers, tell, label, each)


@contextmanager
def loading(workers: int | None = None) -> Iterator[None]:
    """Meanwhile worker processes start and import what takes seconds, if `run` with as many `workers` will want any."""
    from joblib import delayed

    count = 1 if workers is None and cluster.address() else workers or cores()
    started = _pool(count)(delayed(load)() for _ in range(count)) if count > 1 else iter(())
    try:
        yield
    finally:
        for _ in started:
            pass


def load() -> None:
    """Import what takes seconds, before somebody waits for it."""
    import lightgbm  # noqa: F401
    import sklearn.ensemble
    import sklearn.gaussian_process
    import sklearn.neighbors
    import sklearn.neural_network
    import sklearn.svm  # noqa: F401


def _in_processes(
    tasks: Sequence[Task], workers: int, tell: Progress, label: str, each: Callable[[int, Any], None]
) -> list[Any]:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    found: dict[int, Any] = {}

    def take(number: int, result: Any) -> None:  # noqa: ANN401
        found[number] = result
        each(number, result)
        tell(label, len(found), len(tasks))

    left, deaths = list(range(len(tasks))), 0
    while left:
        before = len(found)
        try:
            _in_one_pool([(number, *tasks[number]) for number in left], workers, take)
        except TerminatedWorkerError as error:
            _log.warning("worker lost")
            deaths = deaths + 1 if len(found) == before else 1
            if deaths == _DEATHS:
                raise EarprintError([
                    say(
                        "The processes that worked this out ended unexpectedly, again and again; perhaps the memory was too "
                        "small."
                    )
                ]) from error  # fmt: skip
        left = [number for number in left if number not in found]
        left = left[workers:] + left[:workers]  # what may have been the reason does not stand in the way of the others
    return [found[number] for number in range(len(tasks))]


def _in_one_pool(
    tasks: Sequence[tuple[int, Callable[..., Any], tuple[Any, ...]]], workers: int, take: Callable[[int, Any], None]
) -> None:
    from joblib import delayed

    running = _pool(workers)(delayed(_numbered)(os.getpid(), *task) for task in tasks)
    try:
        for number, result in running:
            take(number, result)
    finally:
        with warnings.catch_warnings():
            # Cancelling is what closing is for here: when `take` raised, what has not ended is given up.
            warnings.filterwarnings("ignore", ".*have been cancelled")
            running.close()


def _pool(workers: int) -> Any:  # noqa: ANN401 joblib's is for lists too
    from joblib import Parallel

    return Parallel(n_jobs=workers, return_as="generator_unordered", max_nbytes=None)


def _numbered(parent: int, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[int, Any]:
    if os.getpid() != parent:
        _end_with(parent)
    return number, function(*arguments)


@cache
def _end_with(parent: int) -> None:
    """Let this worker end soon after the process that started it, which may be killed without a word: it would go on with tasks
    whose results nobody takes, and then stay for minutes.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
