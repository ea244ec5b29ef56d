"""The same tasks on a Dask cluster, by one setting: `EARPRINT_SCHEDULER`, the scheduler's address (`tcp://scheduler:8786`).

Convention: a task is what it is for `core.engine`, and its result is the same wherever it runs. A worker that is lost has its
tasks done by others. A cluster that cannot be reached, whose workers have another version of this package, or that falls silent
in the middle raises `ClusterError`; `core.engine` then goes on by itself, says so, and keeps what had been done.

Source: https://distributed.dask.org (Client, as_completed, scatter).
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import EarprintError
from core.language import say

if TYPE_CHECKING:
    from distributed import Client

_log = logging.getLogger(__name__)
_CONNECT = 5  # seconds
_SILENT = 15.0  # seconds without a scheduler or without any worker, after which the cluster is given up
_LOOK = 0.5
_SHARED = 100_000  # bytes of an array from which on it is sent once and not with every task


class ClusterError(EarprintError):
    """The cluster cannot do it."""


def address() -> str:
    """The scheduler's address; empty where there is no cluster."""
    return os.environ.get("EARPRINT_SCHEDULER", "")


@cache
def version() -> str:
    """What tells this package's code from other versions of it."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def run(
    tasks: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], done: dict[int, Any], tell: Callable[[int], None],
    each: Callable[[int, Any], None] = lambda *_: None,
) -> None:  # fmt: skip
    """Do all tasks that are not in `done` yet, and put their results there, number -> result; `tell` hears how many there are,
    and may raise to cancel; `each` is given a number and its result at once. Raises `ClusterError`, and whatever a task raises.
    """
    from distributed import as_completed

    client = _client(address())
    shared: dict[int, Any] = {}
    futures = {}
    for number, (function, arguments) in enumerate(tasks):
        if number not in done:
            given = [_sent_once(client, one, shared) for one in arguments]
            futures[client.submit(_limited, function, *given, pure=False, retries=2)] = number
    try:
        coming = as_completed(futures, loop=client.loop, raise_errors=False)
        seen = time.monotonic()
        left = len(futures)
        while left:
            for future in coming.next_batch(block=False):
                if future.status != "finished":
                    _fail(future)
                try:
                    result = future.result(timeout=_SILENT)
                except TimeoutError:  # its worker was lost with the result: it is done again, by one that there is
                    coming.add(future)
                    continue
                number = futures.pop(future)
                done[number] = result
                future.release()  # what is still asked for is done once more where its worker is lost
                each(number, done[number])
                left -= 1
                seen = time.monotonic()
                tell(len(done))
            if not left:
                break
            time.sleep(_LOOK / 10)
            if time.monotonic() - seen > _LOOK:
                tell(len(done))
                if _alive(client):
                    seen = time.monotonic()
                elif time.monotonic() - seen > _SILENT:
                    _forget()
                    raise ClusterError([say("The cluster has fallen silent.")])
    finally:
        with suppress(Exception):  # what is not needed any more; a cluster that has gone needs no word
            client.cancel(list(futures))


def _limited(function: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 whatever the task has
    """A task on a worker: one thread of the numeric libraries, as everywhere."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return function(*arguments)


def _sent_once(client: Client, one: Any, shared: dict[int, Any]) -> Any:  # noqa: ANN401
    """A large argument that several tasks have in common goes to the workers once."""
    if getattr(one, "nbytes", 0) < _SHARED:
        return one
    if id(one) not in shared:
        shared[id(one)] = client.scatter(one, broadcast=False, hash=False)
    return shared[id(one)]


def _alive(client: Client) -> bool:
    """Whether the scheduler answers and has workers."""
    try:
        return client.status == "running" and bool(client.scheduler_info(n_workers=-1)["workers"])
    except Exception:  # noqa: BLE001 every way of not answering
        return False


def _fail(future: Any) -> None:  # noqa: ANN401
    """A task that failed raises what it raised; one that its workers died of is the cluster's fault."""
    from distributed import KilledWorker

    error = future.exception() if future.status == "error" else None
    if error is None or isinstance(error, KilledWorker):
        raise ClusterError([say("The cluster lost the workers of a task.")]) from error
    raise error


_clients: dict[str, Client] = {}


def _client(where: str) -> Client:
    """One connection for this process. Raises `ClusterError`."""
    known = _clients.get(where)
    if known is not None and known.status == "running":
        return known
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError([say("A cluster needs the packages of requirements-cluster.txt here.")]) from error
    try:
        client = Client(where, timeout=_CONNECT, set_as_default=False)
    except Exception as error:
        _log.warning("cluster %s: %s", where, error)
        raise ClusterError([say("The cluster does not answer.")]) from error
    try:
        _greet(client)
    except ClusterError:
        with suppress(Exception):
            client.close(timeout=2)
        raise
    _clients[where] = client
    return client


def _greet(client: Client) -> None:
    """There are workers, and all of them have this version."""
    until = time.monotonic() + _CONNECT
    while not _alive(client):
        if time.monotonic() > until:
            raise ClusterError([say("The cluster has no workers.")])
        time.sleep(0.2)
    try:
        others = set(client.run(version).values())
    except Exception as error:
        raise ClusterError([say("The cluster's workers have another version of Earprint, or none.")]) from error
    if others != {version()}:
        raise ClusterError([say("The cluster's workers have another version of Earprint, or none.")])


def _forget() -> None:
    for client in _clients.values():
        with suppress(Exception):
            client.close(timeout=1)
    _clients.clear()
