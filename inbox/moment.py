"""Times as people say them: "8 menit lalu" on the page, the exact time of the agency's clock on hover."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

_ABBREVIATIONS = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def get_zone() -> ZoneInfo:
    """The zone of the agency's clock."""
    zone = settings.AGENCY_ZONE
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(str(zone))


def tell_age(instant: datetime, now: datetime) -> str:
    """How long ago in words; a day and its date once "kemarin" is over."""
    passed = now - instant
    if passed < timedelta(minutes=1):
        return gettext("baru saja")
    if passed < timedelta(hours=1):
        minutes = int(passed.total_seconds() // 60)
        return ngettext("%(count)d menit lalu", "%(count)d menit lalu", minutes) % {"count": minutes}
    local, today = instant.astimezone(get_zone()), now.astimezone(get_zone()).date()
    if local.date() == today:
        hours = int(passed.total_seconds() // 3600)
        return ngettext("%(count)d jam lalu", "%(count)d jam lalu", hours) % {"count": hours}
    if local.date() == today - timedelta(days=1):
        return gettext("kemarin %(time)s") % {"time": date_format(local, "H.i")}
    return date_format(local, "j M" if local.year == today.year else "j M Y")


def tell_day(instant: datetime, now: datetime) -> str:
    """The same for what has a day and no time."""
    day, today = instant.astimezone(get_zone()).date(), now.astimezone(get_zone()).date()
    if day >= today:
        return gettext("hari ini")
    if day == today - timedelta(days=1):
        return gettext("kemarin")
    return date_format(day, "j M" if day.year == today.year else "j M Y")


def tell_exact(instant: datetime, *, only_day: bool = False) -> str:
    """The whole date by the agency's clock, with its zone."""
    local = instant.astimezone(get_zone())
    if only_day:
        return date_format(local, "l, j F Y")
    zone = _ABBREVIATIONS.get(get_zone().key) or local.tzname() or ""
    return f"{date_format(local, 'j F Y, H.i')} {zone}"


def tell_clock(instant: datetime, now: datetime) -> str:
    """The time of day, with its date if that is another day: for a history."""
    local = instant.astimezone(get_zone())
    same = local.date() == now.astimezone(get_zone()).date()
    return date_format(local, "H.i" if same else "j M H.i")
