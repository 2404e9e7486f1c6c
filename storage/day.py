"""A day or a length of time as an officer writes it, in Indonesian or English: "2026-11", "24/11/2026", "3mgg"."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, time, timedelta, tzinfo

# Days before the present one.
_NAMED = {"today": 0, "hari-ini": 0, "hari ini": 0, "hariini": 0, "yesterday": 1, "kemarin": 1}
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_SPAN = re.compile(r"(\d{1,4})\s*([a-z]+)")
# "h" is an hour, as it is everywhere in computing; "hari" is written out.
_UNITS = {
    "h": ("h", "hour", "hours", "j", "jam"),
    "d": ("d", "day", "days", "hr", "hari"),
    "w": ("w", "week", "weeks", "mg", "mgg", "minggu"),
    "m": ("m", "month", "months", "bl", "bln", "bulan"),
    "y": ("y", "year", "years", "th", "thn", "tahun"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}


def parse_day(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment (UTC) in which a day, month or year begins in `zone`, or an exact one; None if it is none."""
    try:
        instant = _read_day(text.strip(), now.astimezone(zone))
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read_day(text: str, here: datetime) -> datetime:
    if (back := _NAMED.get(text.casefold())) is not None:
        return datetime.combine(here.date() - timedelta(days=back), time())
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
        return datetime(year, month, day)  # noqa: DTZ001 -- its zone is the caller's to give
    return datetime.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) in {4, 7} else text)


def parse_span(text: str, now: datetime) -> datetime | None:
    """The moment (UTC) so long before `now`; months and years are those of the calendar. None if it is no length."""
    match = _SPAN.fullmatch(text.strip().casefold())
    unit = _UNIT.get(match[2]) if match else None
    if match is None or unit is None:
        return None
    try:
        return _go_back(now.astimezone(UTC), int(match[1]), unit)
    except (ValueError, OverflowError):
        return None


def _go_back(now: datetime, count: int, unit: str) -> datetime:
    if unit in "hdw":
        return now - count * {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}[unit]
    months = now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
