"""One request to a service, with a deadline, and every way in which it can fail as a sentence.

Convention: a request that fails for the moment (a server's fault, no answer, a short wait asked for) is tried again, three times
in all and never beyond the deadline, not even where an answer drips; any other failure is a `SourceError` at once. Redirects are
not followed, since they could lead to another host.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping

import requests
from urllib3.exceptions import HTTPError

from core import text
from core.errors import EarprintError
from core.language import say

TIMEOUT = 10.0  # seconds for one request
_TRIES, _PAUSE = 3, 0.5
_SHORT_WAIT = 5.0  # seconds that are waited for without asking the person
_MOST = 5_000_000  # bytes of an answer


class SourceError(EarprintError):
    """A service could not be asked. wait: seconds after which it may answer again, where it says so."""

    def __init__(self, sentence: str, wait: float | None = None) -> None:
        super().__init__([sentence])
        self.wait = wait


def get_json(
    session: requests.Session, address: str, parameters: Mapping[str, str], *, service: str, deadline: float,
    sleep: Callable[[float], None] = time.sleep,
) -> object:  # fmt: skip
    """The answer to a GET, as JSON. `deadline` is on `time.monotonic`'s clock. Raises `SourceError`."""
    for attempt in range(1, _TRIES + 1):
        left = deadline - time.monotonic()
        if left <= 0:
            raise SourceError(say("{service} took too long. What came is kept; try again later.", service=service))
        try:
            answer = session.get(
                address, params=parameters, timeout=min(TIMEOUT, left), allow_redirects=False, stream=True
            )
            content = body(answer, deadline)
        except (requests.RequestException, HTTPError, OSError) as error:
            if attempt == _TRIES:
                raise SourceError(
                    say("{service} does not answer. Is this machine on the net? Try again later.", service=service)
                ) from error
            sleep(min(_PAUSE * attempt, max(deadline - time.monotonic(), 0)))
            continue
        wait = _wait(answer)
        if answer.status_code == 429 and attempt < _TRIES and wait <= min(_SHORT_WAIT, deadline - time.monotonic()):
            sleep(wait)
        elif answer.status_code >= 500 and attempt < _TRIES:
            sleep(min(_PAUSE * attempt, max(deadline - time.monotonic(), 0)))
        else:
            return _read(answer, content, wait, service)
    raise AssertionError("unreachable: the last try returns or raises")


def body(answer: requests.Response, deadline: float) -> bytes:
    """All that is sent, as far as the deadline and the bound on its size allow."""
    content = b""
    while len(content) <= _MOST and (some := answer.raw.read1(65_536, decode_content=True)):
        content += some
        if time.monotonic() > deadline:
            raise requests.Timeout
    return content


def number(value: object) -> float:
    """What an answer gives for a number; NaN for anything else."""
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else math.nan  # type: ignore[arg-type]


def _wait(answer: requests.Response) -> float:
    """Seconds that a refusal asks to wait; as good as for ever where it does not say."""
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isdecimal() else float("inf")


def _read(answer: requests.Response, content: bytes, wait: float, service: str) -> object:
    """What an answer that is final holds, or why it holds nothing."""
    status = answer.status_code
    if status == 429:
        if wait == float("inf"):
            raise SourceError(
                say("{service} answers no more for now. What came is kept; try again tomorrow.", service=service)
            )
        minutes = text.number(max(wait / 60, 1), 0)
        raise SourceError(
            say("{service} asks to wait for {minutes} minutes. What came is kept.", service=service, minutes=minutes),
            wait,
        )
    if status in {401, 403}:
        raise SourceError(say("{service} refuses to answer ({status}).", service=service, status=status))
    if status == 404:
        raise SourceError(say("{service} does not know what was asked ({status}).", service=service, status=status))
    if status >= 500:
        raise SourceError(
            say("{service} has a fault of its own ({status}). Try again later.", service=service, status=status)
        )
    if status != 200 or len(content) > _MOST:
        raise SourceError(
            say("{service} gave an answer that I do not understand ({status}).", service=service, status=status)
        )
    try:
        return json.loads(content)
    except ValueError as error:
        raise SourceError(
            say("{service} gave an answer that I do not understand ({status}).", service=service, status=status)
        ) from error
