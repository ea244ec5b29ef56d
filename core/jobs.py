"""Long work outside the page's process: a queue in which everybody has a fair share, progress, a stop, and workers that may die.

Convention: a job is known by its owner (a person's session or browser) and a key, which starts with the data set's; it is a
module-level function with its arguments. Asking for a job that is known starts nothing: it tells how far it is. Of the owners
that wait, the one who was served least recently is next. Results stay until newer ones need their place. A job that does not stop
within a second when it is told to loses its process; a job whose process dies is begun again once, and then given up, and said.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from core import cluster, engine, redact
from core.cache import Cache, default_folder
from core.errors import EarprintError
from core.language import say, spoken
from core.settings import whole_number
from core.worker import Process

_log = logging.getLogger(__name__)
_LOOK = 0.1  # seconds between two looks at a worker
_PATIENCE = 0.8  # seconds that a job has to stop by itself
_MOST_ENDED, _MOST_BYTES = 200, 500_000_000  # results that stay
_MOST_OPEN = 20  # jobs of one owner
_BEGINNINGS = 2  # how often a job is begun, where its process dies

Status = Literal["waiting", "running", "done", "refused", "failed", "stopped", "lost"]
Key = tuple[str, ...]


class JobError(EarprintError):
    """A job that cannot be done."""


@dataclass(frozen=True)
class State:
    """How far a job is. ahead: jobs that come before it. seconds_left: None where nothing can be said. again: its process died
    once, and it was begun again. result and error: where it has ended.
    """

    status: Status
    label: str = ""
    done: int = 0
    total: int = 0
    ahead: int = 0
    seconds_left: float | None = None
    again: bool = False
    result: Any = None
    error: EarprintError | None = None
    trace: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status not in {"waiting", "running"}


@dataclass
class _Job:
    number: int
    owner: str
    key: Key
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    language: str
    status: Status = "waiting"
    label: str = ""
    done: int = 0
    total: int = 0
    begun: int = 0
    served: int = 0  # when it was begun, counted in numbers
    since: float = 0.0
    stop: float = 0.0  # when it was told to stop, else 0
    result: Any = None
    error: EarprintError | None = None
    trace: str = ""
    size: int = 0  # bytes of the result
    changed: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """A queue with `workers` processes, which are started with the first job. Results of jobs that are nobody's in particular
    (of the bundled lists) are in `cache` too.
    """

    def __init__(self, workers: int = 1, cache: Cache | None = None) -> None:
        self._count, self._cache = workers, cache
        self._lock = threading.Condition()
        self._jobs: OrderedDict[tuple[str, Key], _Job] = OrderedDict()
        self._number = 0
        self._threads: list[threading.Thread] = []
        self._closed = False
        atexit.register(self.close)

    def start(self) -> None:
        """Start the processes now, so that they are ready when somebody asks."""
        with self._lock:
            while len(self._threads) < self._count:
                thread = threading.Thread(target=self._serve, name=f"jobs-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def ask(
        self, owner: str, key: Key, function: Callable[..., Any], *arguments: object, patience: float = 0.0
    ) -> State:
        """How far this job is, after at most `patience` seconds; an unknown one is begun. Raises `JobError` where one owner asks
        for too much at once.
        """
        self.start()
        with self._lock:
            job = self._jobs.get((owner, key))
            if job is None or job.status == "stopped":
                mine = sum(one.owner == owner and one.status in {"waiting", "running"} for one in self._jobs.values())
                if mine >= _MOST_OPEN:
                    raise JobError(
                        [say("Too much is being worked out for you at once. Wait until some of it is done.")]
                    )
                self._number += 1
                job = _Job(self._number, owner, key, function, arguments, spoken())
                if self._cache and not owner and (known := self._cache.load((spoken(), *key))) is not None:
                    job.status, job.result, job.arguments = "done", known, ()
                self._jobs[owner, key] = job
                self._lock.notify_all()
            self._jobs.move_to_end((owner, key))
            self._forget()
        if patience and job.status in {"waiting", "running"}:
            job.changed.wait(patience)
        return self._state(job)

    def look(self, owner: str, key: Key) -> State | None:
        """How far a job is; None where nobody asked for it."""
        with self._lock:
            job = self._jobs.get((owner, key))
        return self._state(job) if job else None

    def stop(self, owner: str, key: Key) -> None:
        """End a job that has not ended, within a second."""
        with self._lock:
            job = self._jobs.get((owner, key))
            if job and job.status == "waiting":
                self._end(job, "stopped")
            elif job and job.status == "running" and not job.stop:
                job.stop = time.monotonic()

    def leave(self, owner: str, data: str) -> None:
        """End all jobs of this owner but those for the data set with this key: it is what they look at now."""
        with self._lock:
            others = [key for of, key in self._jobs if of == owner and key[0] != data]
        for key in others if owner else ():
            self.stop(owner, key)

    def forget(self, owner: str, key: Key) -> None:
        """Forget how a job ended, so that the next who asks begins it anew."""
        with self._lock:
            job = self._jobs.get((owner, key))
            if job and job.status not in {"waiting", "running"}:
                del self._jobs[owner, key]

    def forget_owner(self, owner: str) -> None:
        """End all jobs of this owner, and forget what came of those that had ended."""
        with self._lock:
            mine = [key for of, key in self._jobs if of == owner]
        for key in mine if owner else ():
            self.stop(owner, key)
            self.forget(owner, key)

    def close(self) -> None:
        """End everything."""
        with self._lock:
            self._closed = True
            self._lock.notify_all()
        for thread in self._threads:
            thread.join(timeout=3)

    def _state(self, job: _Job) -> State:
        with self._lock:
            ahead = sum(
                one.status == "running" or (one.status == "waiting" and one.number < job.number)
                for one in self._jobs.values() if one is not job
            ) if job.status == "waiting" else 0  # fmt: skip
            spent = time.monotonic() - job.since
            left = (
                spent / job.done * (job.total - job.done)
                if job.status == "running" and job.done and spent > 1
                else None
            )
            return State(
                job.status, job.label, job.done, job.total, ahead, left, job.begun > 1, job.result, job.error, job.trace
            )

    def _forget(self) -> None:
        """Of too many that have ended, those go that nobody asked for longest."""
        ended = [name for name, job in self._jobs.items() if job.status not in {"waiting", "running"}]
        size = sum(self._jobs[name].size for name in ended)
        for name in ended[:-1]:
            if len(ended) <= _MOST_ENDED and size <= _MOST_BYTES:
                return
            size -= self._jobs.pop(name).size
            ended = ended[1:]

    def _end(self, job: _Job, status: Status) -> None:
        job.status, job.arguments = status, ()
        job.changed.set()
        self._lock.notify_all()

    def _next(self) -> tuple[_Job, int | None] | None:
        """The next job and how many cores it may use (None: those of the cluster); None when all is over."""
        with self._lock:
            while True:
                if self._closed:
                    return None
                waiting = [job for job in self._jobs.values() if job.status == "waiting"]
                if waiting:
                    served: dict[str, int] = {}
                    for one in self._jobs.values():
                        served[one.owner] = max(served.get(one.owner, 0), one.served)
                    job = min(waiting, key=lambda one: (served[one.owner], one.number))
                    busy = sum(one.status == "running" for one in self._jobs.values())
                    self._number += 1
                    job.served = self._number
                    job.status, job.begun, job.since = "running", job.begun + 1, time.monotonic()
                    alone = not busy and len(waiting) == 1
                    if cluster.address():
                        return job, None  # the cluster shares itself out
                    return job, engine.cores() if alone else max(engine.cores() // self._count, 1)
                self._lock.wait()

    def _serve(self) -> None:
        """A thread's life: one process, and one job after another in it."""
        process: Process | None = None
        try:
            process = Process()  # before there is work for it: it takes seconds to get ready
            while (found := self._next()) is not None:
                job, workers = found
                if not process.alive:
                    process.kill()
                    process = Process()
                if not self._work(process, job, workers):
                    process.kill()
                    process = Process()
        except OSError:
            _log.exception("no worker process")
            with self._lock:
                self._threads.remove(threading.current_thread())  # who asks next tries again
                for job in self._jobs.values():
                    if job.status in {"waiting", "running"} and not self._threads:
                        self._end(job, "lost")
        finally:
            if process is not None:
                process.kill()

    def _work(self, process: Process, job: _Job, workers: int | None) -> bool:
        """Have one job done. Whether the process can go on."""
        try:
            process.send((job.number, job.function, job.arguments, workers, job.language))
            told = False
            while True:
                if self._closed:
                    return False
                if job.stop and not told:
                    process.send(("stop", job.number))
                    told = True
                if job.stop and time.monotonic() - job.stop > _PATIENCE:
                    with self._lock:
                        self._end(job, "stopped")
                    return False
                received = process.receive(_LOOK)
                if received is None:
                    continue
                (kind, _, *rest), size = received
                with self._lock:
                    if kind == "progress":
                        job.label, job.done, job.total = rest
                        continue
                    job.result, job.error, job.trace = (
                        rest[0] if kind == "done" else None, rest[0] if kind == "refused" else None,
                        rest[0] if kind == "failed" else "",
                    )  # fmt: skip
                    job.size = size
                    self._end(job, kind)
                if kind == "done" and self._cache and not job.owner:
                    self._cache.save((job.language, *job.key), job.result)
                return True
        except Exception as error:  # noqa: BLE001 whatever it is, the job must end
            if not isinstance(error, EOFError | OSError):  # a fault of ours: something that cannot be sent
                _log.exception("job: %s", job.key[1:])
                with self._lock:
                    job.trace = redact.trace(error)
                    self._end(job, "failed")
                return False
            _log.warning("worker lost: %s", job.key[1:])
            with self._lock:
                if job.stop:
                    self._end(job, "stopped")
                elif job.begun < _BEGINNINGS:
                    job.status, job.done = "waiting", 0
                    self._lock.notify_all()
                else:
                    self._end(job, "lost")
            return False


_one_at_a_time = threading.Lock()


def everybodys() -> Jobs:
    """The queue of this app, for everybody who uses it."""
    with _one_at_a_time:  # two who come first at once must not get one each
        return _everybodys()


@cache
def _everybodys() -> Jobs:
    folder = default_folder()
    return Jobs(whole_number("EARPRINT_WORKERS") or min(engine.cores(), 2), Cache(folder) if folder else None)
