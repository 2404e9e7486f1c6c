"""The process that answers browsers: waitress on a socket that its parent took (`python -m kentongan.serve FD HOST`).

It ends at SIGTERM after what it began, and at once when its parent is gone.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from time import monotonic
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from kentongan.error import CommandError
from kentongan.log import set_up_log
from kentongan.output import warn
from kentongan.start import start_django

MAX_BODY = 11 * 1024**2  # bytes: the largest upload and the form around it
MAX_HEADER = 32 * 1024
FINISH = 2.5  # seconds that requests are given to end; the scheduler has had eleven of the fifteen before
_HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cache-Control", "no-store"),
)
_SENTENCES = {
    400: "Permintaan tidak dapat dibaca.",
    413: "Kiriman terlalu besar.",
    431: "Kepala permintaan terlalu besar.",
}


class CarefulErrorTask(ErrorTask):  # type: ignore[misc]
    """What is refused before Django sees it: one sentence, under the same headers as every other answer (W8)."""

    def execute(self) -> None:
        error = self.request.error
        body = (_SENTENCES.get(error.code, "Permintaan ini tidak dapat dilayani.") + "\n").encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(_HEADERS)
        self.response_headers.append(("Content-Type", "text/plain; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class CarefulChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose own errors are careful too."""

    error_task_class = CarefulErrorTask


def serve(listening: socket.socket, host: str) -> None:
    """Answer until SIGTERM."""
    config = start_django()
    set_up_log(config.get_path(config.storage.data_dir), "inbox", quiet=True)
    logging.getLogger("waitress").setLevel(logging.ERROR)  # it would tell of every queue
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # inbox/views/error.py says what counts
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, host]
    from inbox.bulk_run import run_unfinished
    from kentongan.wsgi import application

    server = make_server(application, listening, config.web.threads)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all of us; the parent decides
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threading.Thread(target=_follow_parent, daemon=True).start()
    run_unfinished()
    while not stopping.is_set():
        _turn(server)
    server.accepting = False
    until = monotonic() + FINISH
    while monotonic() < until and any(c.requests or c.total_outbufs_len for c in server.active_channels.values()):
        _turn(server)
    server.task_dispatcher.shutdown(timeout=1)
    server.close()


def _turn(server: Any) -> None:
    """One round of waitress's loop; a signal is seen after half a second at the most."""
    server.asyncore.loop(timeout=0.5, map=server._map, use_poll=True, count=1)


def make_server(application: Any, listening: socket.socket, threads: int) -> Any:
    """waitress on this socket, with our limits."""
    server = create_server(
        application,
        sockets=[listening],
        threads=threads,
        ident=None,
        max_request_body_size=MAX_BODY,
        max_request_header_size=MAX_HEADER,
        channel_timeout=60,
        connection_limit=200,
        clear_untrusted_proxy_headers=False,  # inbox/middleware/proxy.py decides whom to believe
    )
    server.channel_class = CarefulChannel
    return server


def _follow_parent() -> None:
    """The parent never writes; the end of what it could write is its end."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


def main() -> int:
    """Serve; one sentence on stderr when the configuration has become unusable."""
    try:
        serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2])
    except CommandError as error:
        warn(str(error))
        return error.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
