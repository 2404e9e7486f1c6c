"""One door: outside the fetcher's own files no module opens a connection, and the fetcher keeps the door shut."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("collectors", "pipeline", "storage", "inbox", "reports", "kentongan")
# What can connect to somewhere. Names under `urllib.parse` and `http.HTTPStatus` cannot.
CONNECTING = {
    "requests", "urllib3", "httpx", "aiohttp", "websockets", "pycurl", "socket", "ssl", "asyncio", "socketserver",
    "ftplib", "smtplib", "imaplib", "poplib", "telnetlib", "nntplib", "xmlrpc", "http.client", "urllib.request",
}  # fmt: skip
# The fetcher's files, and who uses one of these for something that is no outgoing connection.
DOOR = {
    "collectors/network/address.py": {"requests"},
    "collectors/network/answer.py": {"http.client", "socket"},
    "collectors/network/deadline.py": {"socket"},
    "collectors/network/exchange.py": {"requests", "urllib3", "http.client", "ssl"},
    "collectors/network/wire.py": {"requests", "urllib3", "socket", "ssl"},
    "collectors/sandbox.py": {"socket"},  # a pair of sockets to its own child
    "kentongan/listen.py": {"socket"},  # the inbox listens; it asks nobody
    "kentongan/serve.py": {"socket"},
    "pipeline/holder.py": {"socket"},  # the name of this machine
}
# Functions of allowed packages that fetch by themselves.
FETCHING = {
    "fetch_url",
    "fetch_response",
    "urlopen",
    "urlretrieve",
    "create_connection",
    "getaddrinfo",
    "sitemap_search",
}


def _modules() -> list[Path]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [*paths, *[ROOT / "scheduler.py"][: (ROOT / "scheduler.py").exists()]]


def _find_connecting(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return {known for known in CONNECTING for name in names if name == known or name.startswith(known + ".")}


def _find_fetching(tree: ast.AST) -> set[str]:
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return used & FETCHING


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_fetcher_opens_connections(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = str(path.relative_to(ROOT))
    assert _find_connecting(tree) <= DOOR.get(name, set()), f"{name}: collectors/fetcher.py is the one door"
    fetches = name != "collectors/network/wire.py" and _find_fetching(tree)
    assert not fetches, f"{name}: collectors/fetcher.py is the one door"


def test_the_check_finds_what_it_looks_for() -> None:
    tree = ast.parse(
        "import urllib.request as u\nfrom http import client\nfrom trafilatura import fetch_url\nimport http"
    )
    assert _find_connecting(tree) == {"urllib.request", "http.client"}
    assert _find_fetching(tree) == {"fetch_url"}


def test_no_switch_turns_verification_off() -> None:
    for path in _modules():
        text = path.read_text(encoding="utf-8")
        for switch in (
            "verify=False",
            "CERT_NONE",
            "check_hostname = False",
            "_create_unverified",
            "InsecureRequest",
        ):
            assert switch not in text, f"{path}: {switch}"
