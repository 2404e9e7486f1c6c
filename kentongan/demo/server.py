"""Serves the city's sites on loopback, each on a port of its own; nothing outside this machine can reach them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from kentongan.demo.city import City

Query = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a site sends back."""

    status: int = 200
    body: bytes = b""
    type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Site = Callable[[City, str, Query, str, datetime], Answer]  # city, path, query, origin, now


def not_found() -> Answer:
    """The page that is not there."""
    return Answer(status=404, body=b"<h1>Halaman tidak ditemukan</h1>")


def _make_handler(city: City, site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            origin = f"http://{self.headers['Host']}"
            answer = site(city, parts.path, dict(parse_qsl(parts.query)), origin, datetime.now(UTC))
            tag = f'"{blake2b(answer.body, digest_size=8).hexdigest()}"'
            unchanged = answer.status == 200 and self.headers.get("If-None-Match") == tag
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", "0" if unchanged else str(len(answer.body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """The city keeps quiet: the terminal belongs to the collectors."""

    return Handler


@contextmanager
def serve_city(city: City, sites: Mapping[str, Site]) -> Iterator[dict[str, str]]:
    """Serve every site until the block ends; gives each site's origin, such as http://127.0.0.1:40123."""
    with ExitStack() as stack:
        origins = {}
        for name, site in sites.items():
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(city, site)))
            stack.callback(server.shutdown)
            server.daemon_threads = True
            Thread(target=server.serve_forever, name=f"city-{name}", daemon=True).start()
            origins[name] = f"http://127.0.0.1:{server.server_address[1]}"
        yield origins
