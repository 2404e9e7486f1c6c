"""Spans of time as people write them in a configuration: "90s", "15m", "6h", "14d" (and "20ms" for tests)."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_PERIOD = re.compile(r"(\d{1,6})\s*(ms|[smhd])")


def parse_period(value: object) -> timedelta:
    """Read "90s", "15m", "6h" or "14d"; ValueError says what was expected."""
    if isinstance(value, timedelta):
        return value
    match = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError('a period is a number and a unit, such as "30s", "15m", "6h" or "14d"')
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def format_period(period: timedelta) -> str:
    """The shortest spelling that `parse_period` reads back."""
    if period % timedelta(seconds=1):
        return f"{period // timedelta(milliseconds=1)}ms"
    seconds = round(period.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
