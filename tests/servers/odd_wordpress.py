"""A site on loopback that speaks WordPress' REST, with a knob for each way in which real ones go wrong.

What a healthy WordPress answers is tested against a real one (tests/servers/wordpress.py).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request."""

    path: str
    query: dict[str, str]
    password: bool  # did it carry credentials?


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class OddSite(ThreadingHTTPServer):
    """A site with comments under one post; `odd` may answer in its place."""

    daemon_threads = True

    def __init__(self, comments: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.comments = [make_comment(number) for number in range(1, comments + 1)]
        self.odd: Callable[[Asked], Answer | None] | None = None
        self.asked: list[Asked] = []

    def __enter__(self) -> OddSite:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    def answer(self, asked: Asked) -> Answer:
        """What a healthy site says."""
        if asked.path == "/":
            return Answer(body=b"<html></html>", headers={"Link": f'<{self.url}/wp-json/>; rel="https://api.w.org/"'})
        name, _, number = asked.path.removeprefix("/wp-json/wp/v2/").partition("/")
        if number:
            found = [row for row in self.comments if str(row["id"]) == number]
            return to_json(found[0]) if found else Answer(status=404, body=b'{"code":"rest_comment_invalid_id"}')
        rows = self.comments if name == "comments" else []
        if "include" in asked.query:
            rows = [row for row in rows if str(row["id"]) in asked.query["include"].split(",")]
        if asked.query.get("order") == "desc":
            rows = rows[::-1]
        start, size = int(asked.query.get("offset", 0)), int(asked.query["per_page"])
        return to_json(rows[start : start + size], total=len(rows))


def make_comment(number: int) -> dict[str, Any]:
    """A comment as REST gives it."""
    return {
        "id": number,
        "post": 1,
        "parent": 0,
        "author_name": f"Warga {number}",
        "date_gmt": f"2026-11-{1 + number // 1000 % 20:02}T{number // 60 % 17:02}:{number % 60:02}:00",
        "content": {"rendered": f"<p>Pertanyaan {number}</p>"},
        "link": f"https://dinas.example/#comment-{number}",
    }


def to_json(document: object, total: int | None = None) -> Answer:
    """A JSON answer, with the size of the whole list where there is one."""
    headers = {"Content-Type": "application/json"} | ({} if total is None else {"X-WP-Total": str(total)})
    return Answer(body=json.dumps(document).encode(), headers=headers)


class _Handler(BaseHTTPRequestHandler):
    server: OddSite
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(path=parts.path, query=dict(parse_qsl(parts.query)), password="Authorization" in self.headers)
        self.server.asked.append(asked)
        answer = (self.server.odd and self.server.odd(asked)) or self.server.answer(asked)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test reads `asked`."""
