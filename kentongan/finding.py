"""What the doctor says: one finding a line, with what to do where something is not in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `sentence` says how it is and, unless it is ok, what to do."""

    level: Level
    subject: str
    sentence: str
