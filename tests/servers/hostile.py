"""A loopback server with a path for every bad behaviour that a collector must survive.

`with Hostile() as server: server.url("/drip-body")`, or by hand `python -m tests.servers.hostile --port 8099`.
What a path sends stands in `tests/servers/misbehaviour.py`.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import unquote


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One request as it arrived."""

    at: float  # monotonic
    path: str  # with its query
    headers: Mapping[str, str]  # names in lower case
    connection: int  # which one it came over


class Talk(socketserver.BaseRequestHandler):
    """One connection: reads requests and lets the path misbehave."""

    server: Hostile
    request: socket.socket

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while self._read_request():
                self.keep = False
                self.server.note(self.seen)
                self.server.behave(self)
                if not self.keep:
                    return

    def _read_request(self) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(65536)
            if not piece:
                return False
            head += piece
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.path, _, self.query = first.split(" ")[1].partition("?")
        self.argument = self.path.rpartition("/")[2]
        target = first.split(" ")[1]
        self.seen = Seen(at=monotonic(), path=target, headers=headers, connection=id(self))
        return True

    def wait(self, seconds: float) -> None:
        """Be slow; ends at once with an OSError when the server is closed."""
        if self.server.closing.wait(seconds):
            raise ConnectionAbortedError

    def send(self, *pieces: bytes) -> None:
        """Send bytes as they are."""
        for piece in pieces:
            self.request.sendall(piece)

    def drip(self, text: bytes) -> None:
        """Send a text again and again, a byte at a time."""
        while True:
            for number in range(len(text)):
                self.send(text[number : number + 1])
                self.wait(0.02)

    def flood(self, piece: bytes) -> None:
        """Send a piece for as long as somebody reads."""
        while not self.server.closing.is_set():
            self.send(piece)

    def head(self, status: int = 200, headers: Iterable[str] = (), reason: str = "OK") -> None:
        """Send a status line and headers."""
        lines = [f"HTTP/1.1 {status} {reason}", *headers, "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))

    def reply(self, body: bytes = b"", status: int = 200, headers: Iterable[str] = ()) -> None:
        """Send a proper answer, and keep the connection."""
        self.keep = True
        self.head(status, [f"Content-Length: {len(body)}", *headers])
        self.send(body)

    @property
    def location(self) -> str:
        """The address that the query names."""
        return unquote(self.query)


@dataclass
class _Log:
    requests: list[Seen] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Hostile(socketserver.ThreadingTCPServer):
    """The server; a thread for each connection, all ended by leaving the `with`."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int = 0, address: str = "127.0.0.1", context: Any = None) -> None:
        self.closing = threading.Event()
        self.robots: bytes | int = 404  # the body of robots.txt, or the status it answers with
        self.raw = b""  # what /raw sends
        self._log = _Log()
        self._context = context
        self._open: set[socket.socket] = set()
        super().__init__((address, port), Talk)
        self.port: int = self.server_address[1]
        self.place = f"127.0.0.1:{self.port}"

    def __enter__(self) -> Hostile:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self.shutdown()
        with self._log.lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._log.lock:
            self._open.add(connection)
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self._context is not None:
            try:
                request = self._context.wrap_socket(request, server_side=True)
            except OSError:
                return
        try:
            super().finish_request(request, client_address)
        finally:
            if self._context is not None:
                request.close()

    def shutdown_request(self, request: Any) -> None:
        with self._log.lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what we provoke here."""

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"{'http' if self._context is None else 'https'}://{self.place}{path}"

    def note(self, seen: Seen) -> None:
        """Remember a request."""
        with self._log.lock:
            self._log.requests.append(seen)

    def behave(self, talk: Talk) -> None:
        """Do what the path is for."""
        from tests.servers.misbehaviour import PATHS

        name = talk.path if talk.path in PATHS else talk.path.rpartition("/")[0] + "/"
        PATHS.get(name, PATHS["/status/"])(talk)

    @property
    def requests(self) -> list[Seen]:
        """All requests so far, in order."""
        with self._log.lock:
            return list(self._log.requests)


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="print the paths and end")
    arguments = parser.parse_args()
    from tests.servers.misbehaviour import PATHS

    if arguments.list:
        print("\n".join(sorted(PATHS)))
        return
    with Hostile(arguments.port) as server, contextlib.suppress(KeyboardInterrupt):
        print(server.url("/"), flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
