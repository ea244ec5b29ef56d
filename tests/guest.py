"""A person without a browser who gives files, chooses, takes downloads away, and keeps every byte that they were sent."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection

from tests.bench.session import Session

_MEDIA = re.compile(rb"/media/[\w.-]+")
_PATIENCE = 60


class Guest(Session):
    """heard: every message that came, as it came. taken: address -> what was downloaded. texts: what stands on the page that was
    run last and is no Markdown. options: what a box offers, by its key.
    """

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__(connection)
        self.address, self.cookies = "", ""
        self.heard: list[bytes] = []
        self.taken: dict[str, bytes] = {}
        self.texts: list[str] = []
        self.options: dict[str, list[str]] = {}
        self._named: set[str] = set()  # addresses of files
        self._deferred: list[str] = []  # downloads that are made when they are asked for
        self._asked: dict[str, asyncio.Future[ForwardMsg]] = {}

    @classmethod
    async def come(cls, address: str, own: str = "", cookies: str = "") -> Self:
        """As a browser comes: with the app's token (or that of another browser, whose tab this is then), and with its own secret
        where it has one; the first page has been run.
        """
        cookies = cookies or await asyncio.to_thread(_token, address)
        both = [cookies, *([f"earprint_list={own}"] if own else [])]
        guest = await cls.open(address, cookies="; ".join(both))
        guest.address, guest.cookies = address, cookies
        await guest.run()
        return guest

    def widget(self, key: str) -> str:
        """The id of what has this key on the page that was run last; a regular expression."""
        return next(one for one in self.widgets if re.search(rf"-{key}$", one))

    def choose(self, key: str, **value: object) -> None:
        """From the next run on, with a value as Streamlit's `WidgetState` has it."""
        name = self.widget(key)
        self.chosen[name] = WidgetState(id=name, **value)  # type: ignore[arg-type]

    def rate(self, ratings: Mapping[int, int]) -> None:
        """Row -> rating, in the table on the Collect page, from the next run on."""
        edited = {"edited_rows": {str(row): {"rating": rating} for row, rating in ratings.items()}}
        self.choose(r"collect-[0-9a-f]{64}", string_value=json.dumps(edited))

    async def give(self, *files: tuple[str, bytes]) -> list[int]:
        """Lay files (name, content) into the box of the Data page, and run it: with which status each was taken."""
        message = BackMsg()
        message.file_urls_request.file_names.extend(name for name, _ in files)
        message.file_urls_request.session_id = self.id
        urls = (await self._ask(message, message.file_urls_request)).file_urls_response.file_urls
        box = WidgetState(id=self.widget("files"))
        statuses = []
        for (name, content), place in zip(files, urls, strict=True):
            statuses.append(await asyncio.to_thread(self._put, place, name, content))
            if statuses[-1] < 400:
                given = box.file_uploader_state_value.uploaded_file_info.add(name=name, size=len(content))
                given.file_id = place.file_id
                given.file_urls.CopyFrom(place)
        self.chosen[box.id] = box
        await self.run()
        return statuses

    async def take(self) -> None:
        """Into `taken`: all that can be downloaded from the page, and every file that any message named."""
        for name in self._deferred:
            message = BackMsg()
            request = message.backend_operation_request
            request.session_id, request.deferred_file.file_id = self.id, name
            answer = (await self._ask(message, request)).backend_operation_response
            assert answer.deferred_file.url, answer.error_msg
        self._deferred = []
        for one in self._named - self.taken.keys():
            self.taken[one] = await asyncio.to_thread(_get, self.address + one)

    async def _ask(self, message: BackMsg, request: object) -> ForwardMsg:
        """The answer to a message that holds such a request."""
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        waits = self._asked[request.request_id] = asyncio.get_running_loop().create_future()  # type: ignore[attr-defined]
        await self._connection.send(message.SerializeToString())
        return await asyncio.wait_for(waits, _PATIENCE)

    def _put(self, place: FileURLs, name: str, content: bytes) -> int:
        """As a browser's form sends a file."""
        mark = uuid.uuid4().hex
        shown = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{place.file_id}"; filename="{shown}"\r\n'
        body = f"{head}Content-Type: text/csv\r\n\r\n".encode() + content + f"\r\n--{mark}--\r\n".encode()
        headers = {"Cookie": self.cookies, "X-Xsrftoken": self.cookies.partition("=")[2],
                   "Content-Type": f"multipart/form-data; boundary={mark}"}  # fmt: skip
        asked = urllib.request.Request(self.address + place.upload_url, body, headers, method="PUT")
        try:
            with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    def _hear(self, message: ForwardMsg) -> None:
        self.heard.append(message.SerializeToString())
        self._named |= {one.decode() for one in _MEDIA.findall(self.heard[-1])}
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self.texts, self._deferred = [], []
        elif kind in {"file_urls_response", "backend_operation_response"}:
            answer = getattr(message, str(kind))
            self._asked.pop(getattr(answer, "response_id", "") or answer.request_id).set_result(message)
        super()._hear(message)

    def _show(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "text":
            self.texts.append(element.text.body)
        elif kind == "selectbox":
            self.options[element.selectbox.id.rpartition("-")[2]] = list(element.selectbox.options)
        elif kind == "download_button" and element.download_button.deferred_file_id:
            self._deferred.append(element.download_button.deferred_file_id)
        super()._show(element)


def _token(address: str) -> str:
    """The cookie that the app gives to every browser."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=_PATIENCE) as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0].replace('"', "")


def _get(address: str) -> bytes:
    """A file; nothing where the server has it no more."""
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as gone:
        gone.close()
        return b""
