"""http.client's response with the holes closed that a hostile server can use."""

from __future__ import annotations

import http.client
import re
import socket
from typing import Any

MAX_HEAD = 64 * 1024  # bytes of status lines and headers of one answer, interim (1xx) ones included
_MAX_FRAMING = 1024 * 1024  # bytes of chunk sizes and extensions of one answer
_MAX_TRAILERS = 100
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?\r?\n", re.DOTALL)


class _Limited:
    """Stands in for a response's file while its head is read, and counts."""

    def __init__(self, fp: Any) -> None:
        self.fp = fp
        self.left = MAX_HEAD

    def readline(self, limit: int) -> bytes:
        line: bytes = self.fp.readline(min(limit, self.left + 1))
        self.left -= len(line)
        if self.left < 0:
            raise http.client.HTTPException(f"the headers are larger than {MAX_HEAD // 1024} KiB")
        return line

    def close(self) -> None:
        self.fp.close()


class GuardedResponse(http.client.HTTPResponse):
    """One answer: its head within a limit, its interim answers skipped, its length and chunks taken at their word."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._sock = sock
        self._framing = 0

    def begin(self) -> None:
        limited: Any = _Limited(self.fp)
        self.fp = limited
        try:
            super().begin()
        finally:
            if self.fp is not None:  # closed after a bad status line
                self.fp = limited.fp
        if self.length is None and not self.chunked and "content-length" in self.headers:
            raise http.client.HTTPException("its Content-Length is not a number")
        coding = self.headers.get("transfer-encoding")
        if coding is not None and not self.chunked:
            raise http.client.HTTPException(f"the transfer encoding {coding[:20]!r} is not known")

    def _read_status(self) -> tuple[str, int, str]:
        # http.client skips 100 only; 102 and 103 would be taken for the answer and shift every later one.
        while True:
            found: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]
            if not 100 <= found[1] < 200:
                return found
            if found[1] == 101:
                raise http.client.HTTPException("the server changed the protocol unasked")
            http.client._read_headers(self.fp)  # type: ignore[attr-defined]

    def _read_next_chunk_size(self) -> int:
        # http.client takes int(line, 16): "-1" would read without any limit.
        line = self.fp.readline(64 * 1024)
        self._framing += len(line)
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None or self._framing > _MAX_FRAMING:
            self._close_conn()
            raise ValueError("chunk size")
        return int(match[1], 16)

    def _read_and_discard_trailer(self) -> None:
        for _ in range(_MAX_TRAILERS):
            if self.fp.readline(64 * 1024) in (b"\r\n", b"\n", b""):
                return
        raise http.client.HTTPException("endless trailers")

    def _close_conn(self) -> None:
        surplus = self.length == 0 and self.status not in (204, 304) and not self.chunked and self._peek()
        super()._close_conn()  # type: ignore[misc]
        if surplus:
            raise http.client.HTTPException("the answer is longer than its Content-Length")

    def _peek(self) -> bool:
        """Has the server sent more than it announced? Then the announced part is not the whole."""
        sock, fp = self._sock, self.fp
        try:
            timeout = sock.gettimeout()
            sock.settimeout(0)
            try:
                return bool(fp.peek(1))
            finally:
                sock.settimeout(timeout)
        except (OSError, ValueError):
            return False
