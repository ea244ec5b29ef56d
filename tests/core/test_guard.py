"""What the guard lets through to a real Starlette app, and with which headers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from core.guard import FAILED, Guard, Message, UploadLimits, hashes, headers

MEGABYTE = 1_000_000
TOKEN = {"x-token": "yes"}
LIMITS = UploadLimits(session_megabytes=3, all_megabytes=5)


class Uploads:
    """An app that takes files as Streamlit does, with a guard before it, and whose sessions can end."""

    def __init__(self) -> None:
        self.alive = {"ann", "bob", "cat"}
        self.strangers: set[str] = set()
        self.asked: list[str] = []
        self.between: Callable[[], object] = lambda: None  # what happens while a file comes
        self.guard = Guard(
            Starlette(routes=[
                Route("/_stcore/upload_file/{session}/{file}", self._file, methods=["PUT", "DELETE"]),
                Route("/_stcore/metrics", self._page),
                Route("/own", self._own),
                Route("/", self._page),
                WebSocketRoute("/_stcore/stream", self._stream),
                Route("/cookies", self._cookies),
                Route("/auth/login", self._login),
            ]), alive=self.alive.__contains__, limits=LIMITS, welcome="https://friend.example".__eq__, scripts=["sha256-x"],
            may_send=lambda session: session not in self.strangers, secure=True,
        )  # fmt: skip

    async def _file(self, request: Request) -> Response:
        self.asked.append(request.method)
        if request.method == "DELETE" and "x-token" not in request.headers:
            return Response(status_code=403)
        async for _ in request.stream():
            self.between()
        return Response(status_code=204 if request.path_params["session"] in self.alive else 400)

    async def _page(self, _: Request) -> Response:
        return Response("page")

    async def _own(self, _: Request) -> Response:
        return Response("page", headers={"Referrer-Policy": "same-origin"})

    async def _cookies(self, _: Request) -> Response:
        answer = Response("page")
        answer.set_cookie("plain", "1")
        answer.set_cookie("safe", "2", secure=True)
        return answer

    async def _login(self, request: Request) -> Response:
        status = int(request.headers["x-status"])
        return Response("Authentication error", status_code=status, headers={"Location": "https://provider.example"})

    async def _stream(self, socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    def ask(
        self,
        path: str,
        method: str = "GET",
        bodies: Sequence[bytes] = (b"",),
        kind: str = "http",
        gone: bool = False,
        **headers: str,
    ) -> tuple[int, dict[str, str], list[Message]]:
        """Status, headers and all messages of one request whose body comes in pieces."""
        scope: dict[str, Any] = {"type": kind, "method": method, "path": path, "query_string": b"", "subprotocols": [],
                                 "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
        coming: list[Message] = [
            {"type": "http.request", "body": body, "more_body": place + 1 < len(bodies)}
            for place, body in enumerate(bodies)
        ]
        if gone:
            coming[-1] = {"type": "http.disconnect"}
        if kind == "websocket":
            coming = [{"type": "websocket.connect"}]
        sent: list[Message] = []

        async def receive() -> Message:
            return coming.pop(0)

        async def send(message: Message) -> None:
            sent.append(message)

        asyncio.run(self.guard(scope, receive, send))  # type: ignore[arg-type]
        start = sent[0] if sent else {}
        return (
            start.get("status", 0),
            {name.decode(): value.decode() for name, value in start.get("headers", [])},
            sent,
        )

    def put(self, session: str, file: str, *megabytes: float) -> int:
        """Status of an upload that comes in pieces of so many megabytes."""
        bodies = [b"x" * int(one * MEGABYTE) for one in megabytes]
        return self.ask(f"/_stcore/upload_file/{session}/{file}", "PUT", bodies)[0]

    def delete(self, session: str, file: str, **token: str) -> int:
        """Status of the deletion of a file, which the app wants a token for."""
        return self.ask(f"/_stcore/upload_file/{session}/{file}", "DELETE", **token)[0]


@pytest.fixture
def app() -> Uploads:
    """Three people at one server."""
    return Uploads()


def test_every_answer_carries_the_headers(app: Uploads) -> None:
    """Those of the app itself stay as they are."""
    status, found, _ = app.ask("/")
    assert status == 200
    assert found.items() >= headers(["sha256-x"]).items()
    assert app.ask("/own")[1]["referrer-policy"] == "same-origin"
    assert app.ask("/missing")[1]["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("said", "status", "leads"), [
    ("302", 302, "https://provider.example"),
    ("400", 303, FAILED),
    ("500", 303, FAILED),
])  # fmt: skip
def test_a_login_that_fails_leads_back(app: Uploads, said: str, status: int, leads: str) -> None:
    """To the start page, which has more words for it than the bare answer, of which nothing is sent."""
    found, given, sent = app.ask("/auth/login", **{"x-status": said})
    assert (found, given["location"]) == (status, leads)
    assert (b"Authentication error" in b"".join(one.get("body", b"") for one in sent)) == (status == 302)
    assert given["x-frame-options"] == "DENY"


@pytest.mark.parametrize(("host", "origin", "passes"), [
    ("127.0.0.1:8501", "http://127.0.0.1:8501", True),
    ("127.0.0.1:8501", None, True),
    ("app.example", "https://app.example", True),
    ("app.example", "https://app.example:8443", True),
    ("app.example", "https://friend.example", True),
    ("127.0.0.1:8501", "http://127.0.0.1:9000", False),
    ("127.0.0.1:8501", "http://localhost:8501", False),
    ("app.example", "https://other.example", False),
    ("app.example", "https://app.example.evil.example", False),
    ("app.example", "null", False),
    ("app.example", "", False),
    ("app.example", "http://[", False),
])  # fmt: skip
def test_a_page_of_another_origin_does_not_connect(app: Uploads, host: str, origin: str | None, passes: bool) -> None:
    """Not even one of another port of this machine; who is no page has no origin, and friends are named."""
    headers_ = {"host": host} if origin is None else {"host": host, "origin": origin}
    sent = app.ask("/_stcore/stream", kind="websocket", **headers_)[2]
    assert [message["type"] for message in sent] == [*["websocket.accept"] * passes, "websocket.close"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/under/_stcore/metrics"])
def test_the_metrics_are_closed(app: Uploads, path: str) -> None:
    """Nobody reads how many people are there, nor how much they hold."""
    status, found, sent = app.ask(path)
    assert (status, sent[1]["body"]) == (404, b"")
    assert found["x-content-type-options"] == "nosniff"


def test_a_session_holds_no_more_than_it_may(app: Uploads) -> None:
    """However the files are cut; another session still may, until all of them together hold too much."""
    assert [app.put("ann", "one", 1, 1), app.put("ann", "two", 0.9)] == [204, 204]
    assert app.put("ann", "three", 0.1, 0.1) == 413
    assert app.put("ann", "three", 0.05) == 204
    assert app.put("bob", "one", 2) == 204
    assert app.put("cat", "one", 0.1) == 413


def test_what_is_deleted_makes_room(app: Uploads) -> None:
    """So does a session that has ended; a file that is sent again under its name counts once."""
    assert [app.put("cat", "one", 1), app.put("cat", "one", 1), app.delete("cat", "one", **TOKEN)] == [204] * 3
    assert app.put("ann", "one", 2.5) == 204
    assert app.put("ann", "two", 1) == 413
    assert app.delete("ann", "one", **TOKEN) == 204
    assert app.put("ann", "two", 2.5) == 204
    assert app.put("bob", "one", 2.6) == 413
    app.alive.remove("ann")
    assert app.put("bob", "one", 2.6) == 204


def test_what_the_app_did_not_delete_makes_no_room(app: Uploads) -> None:
    """Who asks without the app's token would else send files without end."""
    assert [app.put("ann", "one", 2.5), app.delete("ann", "one"), app.put("ann", "two", 1)] == [204, 403, 413]


def test_a_session_may_end_while_its_file_comes(app: Uploads) -> None:
    """What it held is forgotten by the next upload of somebody else, and its own ends as the app says."""

    def ends() -> None:
        app.alive.discard("ann")
        app.guard._held = {}

    app.between = ends
    assert app.put("ann", "one", 1, 1) == 400
    assert app.put("bob", "one", 2.5) == 204


def test_what_the_app_refuses_counts_nothing(app: Uploads) -> None:
    """A session that is not there is the app's to refuse, and takes nobody's room."""
    assert [app.put("eve", str(number), 2) for number in range(4)] == [400] * 4
    assert app.put("ann", "one", 2.5) == 204


def test_who_goes_away_in_the_middle_is_no_fault(app: Uploads) -> None:
    """Of an upload that breaks off nothing is raised, and nothing counts."""
    assert app.ask("/_stcore/upload_file/ann/one", "PUT", [b"x" * MEGABYTE, b""], gone=True)[0] != 204
    assert [app.put("ann", "two", 2.5), app.put("bob", "one", 2.5)] == [204, 204]


def test_a_session_sends_no_end_of_empty_files(app: Uploads) -> None:
    """Each costs memory too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.guard._MOST_FILES", 3)
        assert [app.put("ann", str(number), 0) for number in range(5)] == [204, 204, 204, 413, 413]
        assert app.asked == ["PUT"] * 3


def test_the_inline_scripts_of_streamlits_page_are_let_run() -> None:
    """Each script that its page holds is in the policy by its hash, and no other way of running text is."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text()
    found = hashes(page)
    assert len(found) == len(re.findall("<script>", page)) > 0
    policy = headers(found)["content-security-policy"]
    assert all(f"'{one}'" in policy for one in found)
    assert "unsafe-eval" not in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts


def test_who_was_not_let_in_sends_no_file(app: Uploads) -> None:
    """Nor deletes one; the app is not asked. Others go on."""
    app.strangers.add("ann")
    assert [app.put("ann", "one", 1), app.delete("ann", "one"), app.put("bob", "one", 1)] == [403, 403, 204]
    assert app.asked == ["PUT"]


def test_cookies_go_over_tls_alone(app: Uploads) -> None:
    """Each is told so once."""
    sent = app.ask("/cookies")[2][0]
    cookies = [value.decode().lower() for name, value in sent["headers"] if name == b"set-cookie"]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["plain", "safe"]
    assert [cookie.count("; secure") for cookie in cookies] == [1, 1]
