"""A service on loopback that speaks JSON and can be told to fail in every way that real ones do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body


def of_json(content: object, status: int = 200) -> Answer:
    """An answer that is as it should be."""
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


# Each fault in place of an answer.
FAULTS: dict[str, Answer] = {
    "401": of_json({"error": {"status": 401, "message": "The access token expired"}}, 401),
    "403": of_json({"error": {"status": 403, "message": "User not registered in the Developer Dashboard"}}, 403),
    "404": of_json({"error": {"status": 404, "message": "Not found"}}, 404),
    "429 without a wait": of_json({"error": {"status": 429, "reason": "QUOTA_EXCEEDED"}}, 429),
    "429 for a day": (429, {"Retry-After": "86400"}, b"{}"),
    "500": (500, {}, b"oops"),
    "503": (503, {}, b""),
    "HTML": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Log in to the hotel's net</title>"),
    "cut JSON": (200, {"Content-Type": "application/json"}, b'{"content": [{"id": "a'),
    "empty": (200, {}, b""),
    "redirect": (302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""),
}


@dataclass
class Service:
    """What a test tells the service, and what it was asked. faults: names of `FAULTS`, or `drip` or `silence`, that are given
    to the next requests in turn; an empty name gives the true answer.
    """

    answer: Callable[[str, dict[str, list[str]]], Answer]
    post: Callable[[str, dict[str, list[str]]], Answer] = lambda path, form: of_json({}, 404)
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """The service, until the test ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            form = {
                **parse_qs(self.rfile.read(size).decode()),
                "authorization": [self.headers.get("Authorization", "")],
            }
            self._give(lambda: service.post(urlsplit(self.path).path, form))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {**parse_qs(parts.query), "token": [self.headers.get("Authorization", "").removeprefix("Bearer ")]}
            self._give(lambda: service.answer(parts.path, query))

        def _give(self, answer: Callable[[], Answer]) -> None:
            service.asked.append(self.path)
            fault = service.faults.pop(0) if service.faults else ""
            if fault in {"drip", "silence"}:
                self._slowly(drip=fault == "drip")
                return
            status, headers, body = FAULTS[fault] if fault else answer()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _slowly(self, *, drip: bool) -> None:
            try:
                if drip:
                    self.send_response(200)
                    self.end_headers()
                for _ in range(100):
                    time.sleep(0.1)
                    if drip:
                        self.wfile.write(b" ")
                        self.wfile.flush()
            except OSError:
                pass  # the other side has gone

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    service.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
