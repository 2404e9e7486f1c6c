"""Sources that should speak and do not: a collector that fails quietly must not look like a quiet day (J7)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from storage.models import Source

LOGGER = logging.getLogger("kentongan.pipeline")
SILENT_AFTER = 3  # periods without success


@dataclass(frozen=True, kw_only=True, slots=True)
class Silent:
    """A source that had no success for SILENT_AFTER periods."""

    name: str
    since: datetime  # its last success, or when it was added
    error: str


def find_silent(now: datetime) -> list[Silent]:
    """The sources that are polled and had no success for three periods, the longest silence first."""
    rows = Source.objects.filter(configured=True, enabled=True, paused=False).exclude(kind="import")
    silent = [
        Silent(name=row.name, since=row.last_success or row.added, error=row.last_error)
        for row in rows
        if (row.last_success or row.added) + SILENT_AFTER * row.every < now
    ]
    return sorted(silent, key=lambda one: one.since)


class SilenceLog:
    """Says once that a source fell silent, and once that it speaks again."""

    def __init__(self) -> None:
        self._silent: frozenset[str] = frozenset()

    def look(self, now: datetime) -> None:
        """Look at all sources and say what changed."""
        silent = {one.name: one for one in find_silent(now)}
        for name in sorted(silent.keys() - self._silent):
            one = silent[name]
            cause = f"; last error: {one.error}" if one.error else ""
            LOGGER.warning("%s: silent since %s%s", name, f"{one.since:%Y-%m-%d %H:%M} UTC", cause)
        for name in sorted(self._silent - silent.keys()):
            LOGGER.info("%s: is silent no more", name)
        self._silent = frozenset(silent)
