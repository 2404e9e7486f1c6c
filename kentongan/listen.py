"""The inbox beside the scheduler: the address is taken here, a child serves it and is started again when it dies.

The child ends with this process, however that ends: it reads from a pipe whose other end only this process holds.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from kentongan.error import CommandError

LOGGER = logging.getLogger("kentongan.listen")
_BACKLOG = 256
_LONGEST_PAUSE = 30.0  # seconds between two starts of a child that dies at once
_WELL = 60.0  # seconds that a child lived when its death is the first of its kind
END = 3.5  # seconds that the child is given to answer what it began


def take_address(host: str, port: int) -> socket.socket:
    """A socket that listens; CommandError when the address is another program's, or none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host.strip("[]"), port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise CommandError(_explain(host, port, error)) from error
    return listening


def _explain(host: str, port: int, error: OSError) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return (
            f"{host}:{port}: another program listens there, perhaps another `kentongan run`; end it, or choose "
            "another port with --port or [web] port (0: any free one)"
        )
    if error.errno == errno.EACCES:
        return f"{host}:{port}: this user may not listen there; choose a port above 1023 with --port or [web] port"
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host}: is no address of this machine; choose another with --host or [web] host"
    return f"{host}:{port}: {error.strerror}"


def get_address(listening: socket.socket) -> str:
    """What a browser on this machine opens."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


@contextmanager
def serving(listening: socket.socket, host: str) -> Iterator[None]:
    """The inbox answers at the socket while the block runs."""
    guard = _Guard(listening, host)
    thread = threading.Thread(target=guard.keep, name="inbox-guard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        guard.stop()
        thread.join(END + 2)
        listening.close()


class _Guard:
    """Keeps one child at work."""

    def __init__(self, listening: socket.socket, host: str) -> None:
        self._listening, self._host = listening, host
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Start the child, and again when it died, until `stop`."""
        pause = 1.0
        while (child := self._start()) is not None:
            began = monotonic()
            code = child.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if monotonic() - began > _WELL else min(2 * pause, _LONGEST_PAUSE)
            LOGGER.warning("the inbox's process ended (%s); it is started again", _describe(code))
            if self._stopping.wait(pause):
                return

    def _start(self) -> subprocess.Popen[bytes] | None:
        descriptor = self._listening.fileno()
        warnings = [part for option in sys.warnoptions for part in ("-W", option)]
        with self._lock:
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(  # noqa: S603
                [sys.executable, *warnings, "-m", "kentongan.serve", str(descriptor), self._host],
                stdin=subprocess.PIPE,
                pass_fds=(descriptor,),
                env={**os.environ},
            )
            return self._child

    def stop(self) -> None:
        """Let the child answer what it began, then end it."""
        with self._lock:
            self._stopping.set()
            child = self._child
        if child is None:
            return
        child.terminate()
        try:
            child.wait(END)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _describe(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
