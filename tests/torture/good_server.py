"""The good sources, each on a loopback address of its own, in a process that outlives those that are killed.

`python -m tests.torture.good_server START PERIOD COUNT LOG` prints its port, and logs each request as a line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import time
from urllib.parse import parse_qsl, urlsplit

from tests.torture.render import render
from tests.torture.town import Good, make_town


def make_handler(good: Good, log: int) -> type[BaseHTTPRequestHandler]:
    """What answers for one source."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            now = time()
            parts = urlsplit(self.path)
            line = {"at": now, "source": good.name, "path": parts.path}
            os.write(log, f"{json.dumps(line)}\n".encode())
            reply = render(good, parts.path, dict(parse_qsl(parts.query)), f"http://{self.headers['Host']}", now)
            tag = f'"{blake2b(reply.body, digest_size=8).hexdigest()}"'
            same = reply.status == 200 and self.headers.get("If-None-Match") == tag
            self.send_response(304 if same else reply.status)
            for name, value in {**reply.headers, "ETag": tag, "Content-Type": reply.type}.items():
                self.send_header(name, value)
            if not same:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if not same:
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            """The log has it."""

    return Handler


class Server(ThreadingHTTPServer):
    """One source's server; who asks may be killed in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """The asker is gone."""


def main(start: float, period: float, count: int, log: Path) -> None:
    """Serve until killed."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    port = 0
    for good in make_town(start, period, count):
        server = Server((good.address, port), make_handler(good, file))
        port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
    print(port, flush=True)
    sys.stdin.read()  # whoever started it closes this


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
