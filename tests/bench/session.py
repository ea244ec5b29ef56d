"""A person without a browser: a client of Streamlit's own WebSocket, so that twenty of them cost next to nothing themselves."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from ssl import SSLContext
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

_WHOLE, _EARLY = (
    ForwardMsg.ScriptFinishedStatus.Value(name) for name in ("FINISHED_SUCCESSFULLY", "FINISHED_EARLY_FOR_RERUN")
)
# What people read, by the kind of element.
_READ = ("text", "markdown", "alert", "heading", "exception", "progress")


class Session:
    """One connection. id: the server's name for it; pages: title -> hash; of the page that was run last, widgets: the ids of all
    to be used, chosen: what was chosen in them, sent with every run of it, and said: its sentences without Markdown's marks.
    """

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._answered = asyncio.Event()
        self._page = ""
        self._watched: dict[str, asyncio.Task[None]] = {}  # fragments that ask for being run again and again
        self.id = ""
        self.pages: dict[str, str] = {}
        self.widgets: list[str] = []
        self.chosen: dict[str, WidgetState] = {}
        self.said: list[str] = []
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, address: str, *, ssl: SSLContext | None = None, cookies: str = "") -> Self:
        """Connect to the app at `http://...`, or `https://...` with whom to trust; nothing is run before `run`. cookies: as a
        browser's header has them.
        """
        stream = address.replace("http", "ws", 1) + "/_stcore/stream"
        connection = await connect(
            stream, origin=address, subprotocols=["streamlit"], max_size=None, open_timeout=60, ssl=ssl,  # type: ignore[arg-type, list-item]
            additional_headers={"Cookie": cookies} if cookies else None,
        )  # fmt: skip
        return cls(connection)

    async def run(self, title: str = "", *, press: str = "", patience: float = 120) -> float:
        """Open a page (or run the one that is open, with a button pressed): seconds until its script has run to its end.

        A page whose results are not there yet ends soon too, and says how far they are; see `settled`.
        """
        if title:
            self._page, self.chosen = self.pages[title], {}
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        states = message.rerun_script.widget_states.widgets
        states.extend(self.chosen.values())
        if press:
            states.add(id=next(one for one in self.widgets if press in one), trigger_value=True)
        self._answered.clear()
        self.widgets, self.said = [], []
        self._forget()
        start = time.perf_counter()
        await self._connection.send(message.SerializeToString())
        await asyncio.wait_for(self._answered.wait(), patience)
        return time.perf_counter() - start

    async def settled(self, patience: float = 600) -> None:
        """Wait until the page that is open waits for no job any more."""
        until = time.monotonic() + patience
        while self._watched or not self._answered.is_set():
            if time.monotonic() > until:
                raise TimeoutError("a job that does not end")
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Go away."""
        self._forget()
        await self._connection.close()
        with suppress(asyncio.CancelledError):
            await self._reader

    async def _read(self) -> None:
        with suppress(ConnectionClosed):
            async for data in self._connection:
                message = ForwardMsg()
                message.ParseFromString(data if isinstance(data, bytes) else data.encode())
                self._hear(message)

    def _hear(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        whole = not message.metadata.run.fragment_ids
        if kind == "script_finished" and whole and message.script_finished == _WHOLE:
            self._answered.set()
        elif kind == "script_finished" and message.script_finished == _EARLY:
            self._answered.clear()  # another run follows by itself
        elif kind == "new_session" and whole:
            self._answered.clear()
            self.widgets, self.said = [], []
            self.id = message.new_session.initialize.session_id
            self._forget()
        elif kind == "navigation":
            self.pages = {page.page_name: page.page_script_hash for page in message.navigation.app_pages}
            self._page = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            self._watch(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._forget(fragment)
        elif kind == "delta":
            self._show(message.delta.new_element)

    def _show(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if not kind:
            return
        shown = getattr(element, kind)
        self.widgets.append(str(getattr(shown, "id", "")))
        if kind in _READ:
            told = next(str(getattr(shown, part)) for part in ("body", "message", "text") if hasattr(shown, part))
            self.said.append(told if kind == "text" else re.sub(r"\\(.)", r"\1", told))

    def _watch(self, fragment: str, interval: float) -> None:
        """Ask again every so often, as a browser does."""

        async def ask() -> None:
            message = BackMsg()
            asked = message.rerun_script
            asked.page_script_hash, asked.fragment_id, asked.is_auto_rerun = self._page, fragment, True
            while True:
                await asyncio.sleep(interval)
                await self._connection.send(message.SerializeToString())

        self._forget(fragment)
        self._watched[fragment] = asyncio.create_task(ask())

    def _forget(self, *fragments: str) -> None:
        for fragment in fragments or tuple(self._watched):
            task = self._watched.pop(fragment, None)
            if task is not None:
                task.cancel()
