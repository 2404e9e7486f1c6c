"""A column of what leaves the store: its name and what its cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """`time` cells are aware datetimes, `texts` cells are lists of texts; any cell may be None."""

    name: str
    holds: Literal["text", "texts", "number", "real", "time", "any"]
