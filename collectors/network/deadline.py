"""A deadline that holds although the reading thread is asleep: one thread cuts the sockets that ran out of time."""

from __future__ import annotations

import heapq
import socket
import threading
from time import monotonic


class Watch:
    """One get(): how much time is left, the socket to cut when nothing is, and what came so far."""

    __slots__ = ("_lock", "_socket", "expired", "expires", "fresh", "taken")

    def __init__(self, seconds: float) -> None:
        self.expires = monotonic() + seconds
        self.expired = False
        self.fresh = False  # a connection was opened, not reused
        self.taken = 0  # bytes of bodies, as they came
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def __lt__(self, other: Watch) -> bool:
        return self.expires < other.expires

    def left(self) -> float:
        """Seconds left; TimeoutError when there are none."""
        left = self.expires - monotonic()
        if self.expired or left <= 0:
            self.expired = True
            raise TimeoutError
        return left

    def attach(self, sock: socket.socket | None) -> None:
        """From now on this socket is cut when time is up; None lets it go."""
        with self._lock:
            self._socket = sock
            if self.expired and sock is not None:
                _cut(sock)

    def expire(self) -> None:
        """Time is up: whoever reads from the socket is woken with its end."""
        with self._lock:
            self.expired = True
            if self._socket is not None:
                _cut(self._socket)


def _cut(sock: socket.socket) -> None:
    # SSLSocket.shutdown would also forget its TLS state under the reader's hands; the plain one only ends the stream.
    # During a TLS handshake there is no socket to cut: the handshake's own timeout counts in total.
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return  # it is closed already


class Watchdog:
    """Keeps all running watches; its one thread sleeps until the oldest is due."""

    def __init__(self) -> None:
        self._watches: list[Watch] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self, seconds: float) -> Watch:
        """A new watch that runs out after so many seconds."""
        watch = Watch(seconds)
        with self._changed:
            if self._closed:
                watch.expired = True
            heapq.heappush(self._watches, watch)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="fetch-deadline", daemon=True)
                self._thread.start()
            elif self._watches[0] is watch:
                self._changed.notify()
        return watch

    def close(self) -> None:
        """Cut everything that still runs, and end."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                now = monotonic()
                while self._watches and self._watches[0].expires <= now:
                    heapq.heappop(self._watches).expire()
                self._changed.wait(self._watches[0].expires - now if self._watches else None)
            for watch in self._watches:
                watch.expire()
            self._watches.clear()
