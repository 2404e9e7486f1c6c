"""Cron lines as they stand in the configuration: checked here, run by the scheduler."""

from __future__ import annotations

import re
from datetime import timedelta

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# name, lowest, highest, and the words that may stand for numbers (mon = 0, as APScheduler counts)
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 6, _DAYS),
)
_PART = re.compile(r"(\*|[a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?(?:/(\d{1,2}))?")


def check_cron(text: str) -> str:
    """The line itself; ValueError says which field is wrong. Weekdays are words: programs number them differently."""
    fields = text.lower().split()
    if len(fields) != len(_FIELDS):
        raise ValueError('five fields are expected: minute hour day month weekday, such as "0 7 * * mon-fri"')
    _, _, days, months, _ = (_read_field(field, one) for field, one in zip(fields, _FIELDS, strict=True))
    if min(days) > max(_LENGTHS[month - 1] for month in months):
        raise ValueError("no year has such a day")
    return " ".join(fields)


def get_longest_gap(text: str) -> timedelta:
    """The longest time between two runs of a cron line, to within its coarsest field."""
    minutes, hours, days, months, weekdays = (
        _read_field(field, description) for field, description in zip(text.split(), _FIELDS, strict=True)
    )
    if len(months) < 12:
        return timedelta(days=31 * _gap(months, 12))
    if len(days) < 31:
        # Where a weekday is named too, both must hold.
        return timedelta(days=_gap(days, 31) * (7 if len(weekdays) < 7 else 1))
    if len(weekdays) < 7:
        return timedelta(days=_gap(weekdays, 7))
    if len(hours) < 24:
        return timedelta(hours=_gap(hours, 24))
    return timedelta(minutes=_gap(minutes, 60))


def _gap(values: set[int], cycle: int) -> int:
    ordered = sorted(values)
    following = [*ordered[1:], ordered[0] + cycle]
    return max(later - earlier for earlier, later in zip(ordered, following, strict=True))


def _read_field(field: str, description: tuple[str, int, int, tuple[str, ...]]) -> set[int]:
    """The numbers that a field stands for."""
    name, lowest, highest, words = description
    values: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None or (name == "weekday" and any(c.isdigit() for c in f"{match[1]}{match[2]}")):
            raise ValueError(f'"{part}" is no {name}' + (f": write {', '.join(_DAYS)}" if name == "weekday" else ""))
        first = lowest if match[1] == "*" else _read_number(match[1], description)
        last = highest if match[1] == "*" or (match[3] and not match[2]) else first
        last = _read_number(match[2], description) if match[2] else last
        step = int(match[3] or 1)
        if not lowest <= first <= last <= highest or not step:
            raise ValueError(
                f'"{part}" is no {name}: it goes from {words[0] if words else lowest} to '
                f"{words[-1] if words else highest}"
            )
        values.update(range(first, last + 1, step))
    return values


def _read_number(word: str, description: tuple[str, int, int, tuple[str, ...]]) -> int:
    name, lowest, _, words = description
    if word.isdigit():
        return int(word)
    if word not in words:
        raise ValueError(f'"{word}" is no {name}' + (f": write {', '.join(words)}" if words else ""))
    return words.index(word) + lowest
