"""What the log may hold: where something failed and of which kind it was; no token, and nothing of anybody's file.

Convention: an exception's message may quote a cell, a title or an address with a token, so that of an exception its type and its
frames (file, line, function, our own line of code) are logged, never its message. All other log messages are looked through for
what stands beside the name of a secret. Both happen where a record is made, so that no handler and no library goes round them.

`EARPRINT_LOG_MESSAGES=1` keeps the messages of exceptions, for whoever looks for a fault on a machine of their own.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import traceback
from typing import Any

_SECRET = re.compile(
    r"""(?ix) \b(?P<name>(?:access_|refresh_|id_)?token(?:_hint)?|code_verifier|client_secret|password|cookie(?:_?secret)?
        |earprint_(?:list|login_secret|cookie_secret)|_streamlit_(?:xsrf|session|user\w*)|authorization)
        (?P<mark>["']?\s*[=:]\s*["']?(?:bearer\s+|basic\s+)?) (?P<value>[^\s&"',;)}\]]+)
    | (?P<query>\b(?:code|state)=)[^\s&"']+
    | (?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=|-]{8,}
    | (?P<login>://[^\s/:@]*:)[^\s/@]+(?=@)"""
)


class ElsewhereError(RuntimeError):
    """A fault in another process. Its message is a trace that `trace` made there."""


def text(message: str) -> str:
    """A message with `…` in place of every secret that its name or its form gives away."""
    return _SECRET.sub(_covered, message)


def _covered(found: re.Match[str]) -> str:
    parts = found.groupdict("")
    return f"{parts['name']}{parts['mark']}{parts['query']}{parts['scheme']}{parts['login']}…"


def trace(error: BaseException) -> str:
    """An exception and those behind it, the first one first: types and frames, without messages."""
    if os.environ.get("EARPRINT_LOG_MESSAGES"):
        return text("".join(traceback.format_exception(error)).rstrip())
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        told.append(_alone(one))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n".join(reversed(told))


def _alone(error: BaseException) -> str:
    kind = type(error)
    frames = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    if kind.__name__ == "_RemoteTraceback":  # how joblib hands over the frames of another process, with the message
        frames += "".join(
            f"{line}\n" for line in re.findall(r'^  File ".*", line \d+, in .*$', str(error), re.MULTILINE)
        )
    behind = f"{error}\n" if isinstance(error, ElsewhereError) else ""
    return f"{behind}Traceback:\n{frames}{kind.__module__}.{kind.__qualname__}"


class _Made:
    """What makes log records, in front of what made them before."""

    def __init__(self) -> None:
        self.before = logging.getLogRecordFactory()

    def __call__(self, *arguments: Any, **more: Any) -> logging.LogRecord:  # noqa: ANN401 as logging has it
        record = self.before(*arguments, **more)
        if isinstance(record.args, tuple):
            record.args = tuple(text(one) if isinstance(one, str) else one for one in record.args)
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # arguments that do not fit would be printed as they are
            message, record.msg, record.args = "", "no message", ()
        if (safe := text(message)) != message:
            record.msg, record.args = safe, ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text, record.exc_info = trace(record.exc_info[1]), None
        return record


def keep_out() -> None:
    """From now on this process logs nothing else. Once is enough."""
    if isinstance(logging.getLogRecordFactory(), _Made):
        return
    logging.setLogRecordFactory(_Made())
    threading.excepthook = _of_a_thread


def _of_a_thread(given: threading.ExceptHookArgs) -> None:
    """Python prints it with its message, round all logging."""
    if given.exc_value is not None:
        logging.getLogger("earprint").error("thread", exc_info=given.exc_value)
