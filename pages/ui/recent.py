"""What a browser opened last, in the server's memory for two hours: a page that is loaded anew has a new session, and goes on."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from core.reading import Choices, Upload

_SECONDS = 7_200.0
_MOST_BYTES = 300_000_000  # of all files together


@dataclass(frozen=True)
class Opened:
    """Files as they were given, what was decided about them, and the answers to doubts, by the data set's key."""

    files: tuple[Upload, ...]
    choices: Choices
    answers: dict[str, dict[str, str]] = field(default_factory=dict)


class Recent:
    """Browser -> what it opened last. Of too many bytes, those go that lie there longest; what is too large stays out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST_BYTES) -> None:
        self._clock, self._most, self._lock = clock, most, threading.Lock()
        self._kept: OrderedDict[str, tuple[float, Opened]] = OrderedDict()

    def keep(self, browser: str, opened: Opened) -> None:
        """In place of what this browser opened before. Nothing where the browser is not known."""
        with self._lock:
            self._kept.pop(browser, None)
            if browser and _size(opened) <= self._most:
                self._kept[browser] = (self._clock(), opened)
            while sum(_size(one) for _, one in self._kept.values()) > self._most:
                self._kept.popitem(last=False)

    def find(self, browser: str) -> Opened | None:
        """What this browser opened last, if that is not too long ago."""
        with self._lock:
            while self._kept and self._clock() - next(iter(self._kept.values()))[0] > _SECONDS:
                self._kept.popitem(last=False)
            found = self._kept.get(browser)
        return found[1] if found else None

    def forget(self, browser: str) -> None:
        """Nothing stays of this browser."""
        with self._lock:
            self._kept.pop(browser, None)


def _size(opened: Opened) -> int:
    return sum(len(file.data) for file in opened.files)
