"""A line between a browser and a server that can be cut, and led to another server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """Listens at `address` and hands everything on to `port` of this machine."""

    def __init__(self, port: int) -> None:
        self.port, self._cut = port, False
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and none is made."""
        self._cut = True
        for end in list(self._ends):
            _break(end)

    def mend(self) -> None:
        """Connections are made again."""
        self._cut = False

    def close(self) -> None:
        """For good."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    if self._cut:
                        raise ConnectionError
                    far = socket.create_connection(("127.0.0.1", self.port))
                except OSError:
                    _break(near)
                    continue
                self._ends |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._hand_on, args=pair, daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        for end in (source, target):
            _break(end)
            self._ends.discard(end)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def laid(port: int) -> Iterator[Line]:
    """A line to this port."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()
