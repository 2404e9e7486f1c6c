"""Rows as a table of plain text for a terminal; a cell stays one line and cannot command the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

WIDTH = 60  # characters of a cell that are shown
FIRST = 200  # rows that the widths are taken from


def lay_out(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of a table; numbers stand to the right."""
    iterator = iter(rows)
    first = [row for row, _ in zip(iterator, range(FIRST), strict=False)]
    spelled = [[_spell(value) for value in row] for row in first]
    widths = [max(map(len, column)) for column in zip(map(_spell, names), *spelled, strict=True)] if names else []
    yield "  ".join(map(str.ljust, map(_spell, names), widths)).rstrip()
    yield "  ".join("-" * width for width in widths)
    for row in chain(first, iterator):
        yield "  ".join(_place(value, width) for value, width in zip(row, widths, strict=True)).rstrip()


def _place(value: Any, width: int) -> str:
    text = _spell(value)
    return text.rjust(width) if isinstance(value, int | float) else text.ljust(width)


def _spell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    text = value.isoformat(" ") if isinstance(value, datetime) else str(value)
    line = "".join(char if char.isprintable() else " " for char in text[: WIDTH + 1])
    return line if len(text) <= WIDTH else f"{line[: WIDTH - 1]}…"
