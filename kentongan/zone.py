"""Names of time zones as people write them."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

INDONESIAN = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


def find_zone(value: object) -> ZoneInfo:
    """The zone of that name; ValueError names the likely one."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as "Asia"
        raise ValueError(f'no such time zone (did you mean "{_find_likely(str(value))}"?)') from None


def _find_likely(wrong: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(wrong, available_timezones(), 1)
    return INDONESIAN.get(wrong.upper()) or (near[0] if near else "Asia/Jakarta")
