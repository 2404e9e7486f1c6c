"""The house's arrows: an import only goes down, and some doors are in one room only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOOR = {
    "kentongan": 4,
    "scheduler": 4,
    "inbox": 3,
    "reports": 3,
    "pipeline": 2,
    "collectors": 1,
    "storage": 1,
}
# Only these rooms may use these packages.
DOORS = {
    "apscheduler": {"scheduler"},
    "requests": {"collectors"},
    "urllib3": {"collectors"},
    "feedparser": {"collectors"},
    "trafilatura": {"collectors"},
}


def _modules() -> list[Path]:
    rooms = [p for room in FLOOR for p in (ROOT / room).rglob("*.py")]
    return sorted([*rooms, *(p for p in [ROOT / "scheduler.py"] if p.exists())])


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_an_import_only_goes_down(path: Path) -> None:
    room = _room(path)
    for name in _imports(path):
        target = name.split(".")[0]
        if target in FLOOR and target != room:
            starts_scheduler = room == "kentongan" and target == "scheduler"
            reads_config = room == "scheduler" and target == "kentongan"
            assert FLOOR[target] < FLOOR[room] or starts_scheduler or reads_config, f"{path}: imports {name}"
        assert room in DOORS.get(target, {room}), f"{path}: only {DOORS.get(target)} may import {target}"


@pytest.mark.parametrize("path", sorted((ROOT / "collectors").rglob("*.py")), ids=lambda p: p.name)
def test_the_collectors_know_no_django(path: Path) -> None:
    assert not {name for name in _imports(path) if name.split(".")[0] in {"django", "sqlite3", "psycopg"}}
