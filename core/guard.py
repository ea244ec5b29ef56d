"""What stands before the app on the server: headers, the closed metrics, whose pages may connect, and a bound on the files that
a session may hold.

A piece of ASGI middleware that knows nothing of the app behind it, so that it guards a server on a person's own machine as
well as one behind a proxy. Sources: https://asgi.readthedocs.io/en/latest/specs/www.html,
https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_METRICS = re.compile(r"/_stcore/metrics/?$")
_UPLOAD = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
_LOGIN = re.compile(r"/auth/login$")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
FAILED = "../?login=failed"  # where a login leads that did not come to its provider
_MOST_FILES = 2_000  # of one session: each costs something even where it is empty
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class UploadLimits:
    """Megabytes of the files that are held in memory: of one session, and of all sessions together."""

    session_megabytes: int = 500
    all_megabytes: int = 2_000


class _TooMuchError(Exception):
    """More than a session may hold, found while its body still comes."""


class Guard:
    """Wraps an app. alive: whether a session of this id is still there; what it held counts no more when it is not. welcome:
    whether a page of this other origin may connect. scripts: the inline scripts of the app's own page, which alone may run (as
    `hashes` tells them). may_send: whether a session of this id may give files at all. secure: whether browsers may send cookies
    over TLS alone.
    """

    def __init__(
        self,
        app: App,
        *,
        alive: Callable[[str], bool],
        limits: UploadLimits,
        welcome: Callable[[str], bool] = lambda origin: False,
        scripts: Sequence[str] = (),
        may_send: Callable[[str], bool] = lambda session: True,
        secure: bool = False,
    ) -> None:
        self._app, self._alive, self._limits, self._welcome = app, alive, limits, welcome
        self._may_send, self._secure = may_send, secure
        self._headers = [(name.encode(), value.encode()) for name, value in headers(scripts).items()]
        # Session -> file -> bytes; the event loop's thread alone writes here.
        self._held: dict[str, dict[str, int]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one connection."""
        if scope["type"] == "websocket" and not self._may_connect(scope):
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: a 403
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                own = [(name, value) for name, value in self._headers if name not in given]
                message["headers"] = [*map(self._kept_safe, message.get("headers", [])), *own]
            await send(message)

        path = str(scope["path"])
        upload = _UPLOAD.search(path)
        if _METRICS.search(path):
            await _answer(dressed, 404)
        elif upload and not self._may_send(upload["session"]):
            await _answer(dressed, 403)
        elif upload and scope["method"] == "PUT":
            await self._put(upload["session"], upload["file"], scope, receive, dressed)
        elif upload and scope["method"] == "DELETE":
            await self._delete(upload["session"], upload["file"], scope, receive, dressed)
        elif _LOGIN.search(path):
            await self._login(scope, receive, dressed)
        else:
            await self._app(scope, receive, dressed)

    def _may_connect(self, scope: Scope) -> bool:
        """Whether no page asks, or one of the app's own. Streamlit asks a host on the net for its own address before it refuses
        others, and lets in whatever another port of this machine serves. A proxy may have dropped the port of the name.
        """
        given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"origin", b"host")}
        origin, host = given.get(b"origin"), given.get(b"host", "")
        if origin is None:
            return True
        try:
            asking = urlsplit(origin)
        except ValueError:  # no browser sends such a one
            return False
        same = asking.netloc == host or (":" not in host and asking.hostname == host)
        return same or self._welcome(origin)

    def _kept_safe(self, header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """A cookie with the attribute that Streamlit leaves out, since it knows of no proxy with TLS."""
        name, value = header
        if self._secure and name.lower() == b"set-cookie" and b"; secure" not in value.lower():
            return name, value + b"; Secure"
        return header

    async def _put(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file through as long as the session, and all of them, hold no more than they may."""
        self._held = {one: files for one, files in self._held.items() if self._alive(one)}
        if not self._alive(session):  # the app refuses it, and nothing is counted
            await self._app(scope, receive, send)
            return
        files = self._held.setdefault(session, {})
        before, came = files.get(file, 0), 0
        full = gone = started = taken = False
        if len(files) >= _MOST_FILES:
            await _answer(send, 413)
            return

        async def counted() -> Message:
            nonlocal came, full, gone
            message = await receive()
            gone = message["type"] == "http.disconnect"
            came += len(message.get("body", b""))
            files[file] = before + came
            full = self._is_full(session)
            if full:
                raise _TooMuchError
            return message

        async def noted(message: Message) -> None:
            nonlocal started, taken
            if full and not started:  # what the app says of its broken read; the guard's own answer follows
                return
            if message["type"] == "http.response.start":
                started, taken = True, message["status"] < 400
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooMuchError:
            pass
        except Exception:
            if not gone:  # who went away in the middle is no fault of the app's
                raise
        finally:
            files[file] = came if taken else before
            if not (taken or before):
                del files[file]
        if full and not started:
            await _answer(send, 413)

    async def _delete(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        """A file that the app did not delete, since it was asked without its token, goes on counting."""

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                self._held.get(session, {}).pop(file, None)
            await send(message)

        await self._app(scope, receive, noted)

    async def _login(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Where the provider cannot be asked, Streamlit answers with two bare words: back to the start, which says more."""
        failed = False

        async def noted(message: Message) -> None:
            nonlocal failed
            failed = failed or message.get("status", 0) >= 400
            if not failed:
                await send(message)

        await self._app(scope, receive, noted)
        if failed:
            await _answer(send, 303, (b"location", FAILED.encode()))

    def _is_full(self, session: str) -> bool:
        of_one = sum(self._held.get(session, {}).values())  # gone, where the session ended in the middle of its upload
        of_all = sum(sum(files.values()) for files in self._held.values())
        return of_one > self._limits.session_megabytes * _MEGABYTE or of_all > self._limits.all_megabytes * _MEGABYTE


def headers(scripts: Sequence[str] = ()) -> dict[str, str]:
    """What every answer carries, lower case: where a page's parts may come from, and that nobody frames it or guesses types.

    Covers of albums come from Spotify's own host. Styles are inline since Streamlit and plotly write them so; components are
    modules that the page makes itself (`blob:`).
    """
    policy = {
        "default-src": "'self'",
        "script-src": " ".join(("'self'", "blob:", *(f"'{script}'" for script in scripts))),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob: https://i.scdn.co",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-frame-options": "DENY",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def hashes(page: str) -> tuple[str, ...]:
    """The inline scripts of an HTML page, as a policy names them (`sha256-...`)."""
    return tuple(
        "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in _INLINE.findall(page)
    )


async def _answer(send: Send, status: int, *more: tuple[bytes, bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *more]})
    await send({"type": "http.response.body", "body": b""})
