"""A loopback server that answers what a test puts on it, honestly: 200, 304 to a condition that holds, or 404.

`with Shelf() as shelf: shelf["/feed"] = b"..."`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What stands at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Shelf:
    """Paths and what they answer; `seen` lists the paths asked, in order, with the status they got."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []
        self._answers: dict[str, Answer] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://{self.place}{path}"

    def put(self, path: str, body: bytes | str = b"", *, status: int = 200, **headers: str) -> None:
        """Put an answer at a path; `content_type="text/html"` is a header."""
        data = body.replace("HERE", f"http://{self.place}").encode() if isinstance(body, str) else body
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self._answers[path] = Answer(body=data, status=status, headers=names)

    def remove(self, path: str) -> None:
        """Take away what stands at a path."""
        del self._answers[path]

    def take_seen(self) -> list[str]:
        """The paths asked since the last time, in order; a refused or missing one with its status."""
        seen, self.seen = self.seen, []
        return [path if status == 200 else f"{path} {status}" for path, status in seen if path != "/robots.txt"]

    def __enter__(self) -> Shelf:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _make_handler(shelf: Shelf) -> type[BaseHTTPRequestHandler]:  # noqa: N805 -- the handler's self is another
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = shelf._answers.get(self.path, Answer(status=404))
                etag = answer.headers.get("etag")
                status = 304 if etag and self.headers.get("If-None-Match") == etag else answer.status
                body = b"" if status == 304 else answer.body
                shelf.seen.append((self.path, status))
                self.send_response(status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
