"""Jobs for a parsing child: good ones, and every way to go wrong."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from collectors.collector import ParseError
from collectors.item import Author, Item


def echo(told: Any) -> Any:
    """Give back what came."""
    return told


def make_items(count: int, url: str) -> list[Item]:
    """Items as a feed gives them."""
    at = datetime(2019, 8, 5, 7, 5, tzinfo=UTC)
    return [
        Item(
            external_id=f"kabar-{number}",
            kind="post",
            url=f"{url}{number}",
            title=f"Kabar {number}",
            text=f"Isi kabar {number} " * 60,
            author=Author(name=f"Warga {number}"),
            published=at,
            published_precision="second",
            raw="<item>" * 200,
        )
        for number in range(count)
    ]


@cache
def get_made(count: int, url: str) -> list[Item]:
    """The same, made once: only the way through the sandbox costs."""
    return make_items(count, url)


def refuse(url: str) -> None:
    """Say what a parser says."""
    raise ParseError(url, "is a page, not a feed", permanent=True)


def break_down(url: str) -> None:
    """Fail with a citizen's words in the error."""
    raise LookupError("NIK 3573012345678901")


def burn(url: str) -> None:
    """Never end."""
    while True:
        pass


def eat(url: str) -> list[bytes]:
    """Take more and more memory."""
    pieces = []
    while True:
        pieces.append(bytes(10_000_000))


def crash(url: str) -> None:
    """End as a broken library ends."""
    os.abort()


def leave(url: str) -> None:
    """End as if all were well."""
    os._exit(0)


def talk(url: str) -> str:
    """Give more than anybody wants."""
    return "x" * 2_000_000


def recurse(url: str) -> Any:
    """Go too deep."""
    return recurse(url)


def lie(url: str) -> Any:
    """Give what is no record."""
    return Path("/etc/passwd")


def hang(url: str) -> None:
    """Wait without working."""
    time.sleep(60)


def work(seconds: float) -> str:
    """Use so much CPU."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return "done"


def hold_the_lock(seconds: float) -> int:
    """Be so busy that no signal handler of Python could run."""
    return pow(3, 10**9) % 7 if seconds else 0


def get_pid() -> int:
    """Which child this is."""
    return os.getpid()


def get_modules() -> list[str]:
    """What this child has imported."""
    return sorted(sys.modules)


def look_around() -> tuple[dict[str, str], list[str]]:
    """The environment and the open files of this child."""
    return dict(os.environ), [str(path) for path in Path("/proc/self/fd").iterdir()]
