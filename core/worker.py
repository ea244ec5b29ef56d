"""A worker process, both ends of it: it does long work for the app, one job after another, and tells how far it is.

Started as `python -m core.worker` by `core.jobs`, with the number of a pipe's end. A job is a module-level function with its
arguments; if the function has a parameter `progress`, it is given one, and `workers` likewise (how many cores the job may use
now). The process ends when the app that started it has ended, and where a job finds no memory.
"""

from __future__ import annotations

import inspect
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from core import engine, redact
from core.errors import EarprintError
from core.language import speak

_TELL = 0.1  # seconds between two reports, at least


class StoppedError(Exception):
    """The person does not want it any more."""


def main() -> None:
    """Get ready, and serve the app until it ends."""
    os.nice(10)  # who looks at a page comes before who waits for work
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    with Connection(int(sys.argv[1])) as connection, suppress(EOFError, OSError):  # the app has ended
        engine.load()
        while True:
            message = connection.recv()
            if message[0] == "stop":  # of a job that had just ended
                continue
            ended = _done(connection, *message)
            try:
                connection.send(ended)
            except (TypeError, AttributeError, ValueError) as error:  # a result that cannot be sent: a fault of ours
                connection.send(("failed", message[0], redact.trace(error)))


def _done(
    connection: Connection[Any, Any], number: int, function: Callable[..., Any], arguments: tuple[Any, ...], workers: int | None,
    language: str,
) -> tuple[Any, ...]:  # fmt: skip
    """What became of one job."""
    speak(language)
    told = 0.0

    def tell(label: str, done: int, total: int) -> None:
        nonlocal told
        while connection.poll():
            if connection.recv() == ("stop", number):
                raise StoppedError
        now = time.monotonic()
        if now - told >= _TELL or done >= total:
            told = now
            connection.send(("progress", number, label, done, total))

    takes = inspect.signature(function).parameters
    given = {name: value for name, value in (("progress", tell), ("workers", workers)) if name in takes}
    try:
        return "done", number, function(*arguments, **given)
    except StoppedError:
        return "stopped", number
    except MemoryError:
        os._exit(1)  # nothing to go on from: the app begins the job again in a new process, or says that it is lost
    except EarprintError as error:
        return "refused", number, error
    except Exception as error:  # noqa: BLE001 whatever it is, the app tells the person, and its log has the rest
        return "failed", number, redact.trace(error)


def _end_with(parent: int) -> None:
    """End this process and those that it started when the app has ended without a word."""
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(os.getpgid(0), signal.SIGKILL)


class Process:
    """A worker process, and the pipe to it, which nobody else can use. Raises OSError where it does not start."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own module
                [sys.executable, "-m", "core.worker", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, cwd=Path(__file__).resolve().parents[1], start_new_session=True,
            )  # fmt: skip

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def send(self, message: tuple[Any, ...]) -> None:
        """Tell it something. Raises OSError where it has ended."""
        self._connection.send(message)

    def receive(self, seconds: float) -> tuple[tuple[Any, ...], int] | None:
        """What the worker tells within some seconds, and its size in bytes; None where it tells nothing. Raises EOFError where
        it has ended.
        """
        if not self._connection.poll(seconds):
            return None
        content = self._connection.recv_bytes()
        return ForkingPickler.loads(content), len(content)

    def kill(self) -> None:
        """End it and those that it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=2)
        self._connection.close()


if __name__ == "__main__":
    main()
