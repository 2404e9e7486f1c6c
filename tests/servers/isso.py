"""A real Isso on loopback, in a folder of its own, with the page that its comments stand under."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

CONFIG = """
[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}/
latest-enabled = {latest}
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
[hash]
algorithm = none
"""


@dataclass
class Isso:
    """The running server, as its readers use it: each writes with the browser that may then edit and delete."""

    url: str
    _cookies: dict[int, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """host:port, as `allow_hosts` names it."""
        return self.url.removeprefix("http://").rstrip("/")

    def write(self, uri: str, text: str, author: str | None = None, parent: int | None = None) -> int:
        """Write a comment; its number."""
        opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        body = {"text": text, "author": author, "parent": parent, "title": "Halaman"}
        answer = _send(opener, "POST", f"{self.url}new?uri={quote(uri)}", body)
        number = int(answer["id"])
        self._cookies[number] = opener
        return number

    def edit(self, number: int, text: str) -> None:
        _send(self._cookies[number], "PUT", f"{self.url}id/{number}", {"text": text, "author": "Warga"})

    def delete(self, number: int) -> None:
        _send(self._cookies[number], "DELETE", f"{self.url}id/{number}", None)


@contextmanager
def serve_isso(folder: Path, *, latest: bool = True) -> Iterator[Isso]:
    """Run the server until the end of the block."""
    command = shutil.which("isso", path=str(Path(sys.executable).parent))
    if command is None:
        raise RuntimeError("the isso command of the development requirements is not installed")
    port = _find_port()
    config = folder / "isso.cfg"
    config.write_text(CONFIG.format(folder=folder, port=port, latest=str(latest).lower()))
    with (folder / "isso.log").open("wb") as log:
        process = subprocess.Popen([command, "-c", str(config), "run"], stdout=log, stderr=log)
        try:
            _wait(port, process)
            yield Isso(url=f"http://127.0.0.1:{port}/")
        finally:
            process.terminate()
            process.wait(timeout=20)


def _send(opener: Any, method: str, url: str, body: object) -> Any:
    request = Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    with opener.open(request, timeout=20) as answer:
        return json.loads(answer.read() or b"null")


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers; it is another process, so nothing else tells."""
    opener, until = build_opener(ProxyHandler({})), time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        try:
            with opener.open(f"http://127.0.0.1:{port}/?uri=/", timeout=5):
                return
        except URLError:
            time.sleep(0.05)
    raise RuntimeError("Isso did not start")
