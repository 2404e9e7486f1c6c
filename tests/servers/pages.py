"""A small site on loopback whose pages a test may change between two polls; it answers conditional requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Site:
    """The pages by path, as they stand now, and every path that was asked for."""

    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    anything: str | None = None  # the answer at every other path
    kind: str = "text/html; charset=utf-8"
    asked: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """host:port, as `allow_hosts` names it."""
        return self.origin.removeprefix("http://")


@contextmanager
def serve_pages() -> Iterator[Site]:
    """Serve a site until the end of the block; a path it does not know is a 404."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body = site.pages.get(self.path, site.anything)
            if body is None:
                self.send_error(404)
                return
            encoded = body.encode()
            etag = f'"{sha256(encoded).hexdigest()[:16]}"'
            unchanged = self.headers.get("If-None-Match") == etag
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", etag)
            if not unchanged:
                self.send_header("Content-Type", site.kind)
                self.send_header("Content-Length", str(len(encoded)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(encoded)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
