"""What does not go well, in quiet sentences for those who can mend it: silent sources, the longest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from inbox.moment import tell_age
from inbox.permission import has_right
from storage.models import Source
from storage.models.person import User

SHOWN = 2
PATIENCE = timedelta(hours=1)  # a source may miss three polls, and an hour, before anybody is told


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One source and what is the matter with it."""

    source: str
    what: str


def find_trouble(user: User, now: datetime) -> list[Trouble]:
    """The sources that were not heard for longer than they should, at most a few: one query, for administrators."""
    if not has_right(user.role, "sources"):
        return []
    polled = Source.objects.filter(configured=True, enabled=True, paused=False).exclude(kind="import")
    silent = [source for source in polled.order_by("last_success", "name") if _is_silent(source, now)]
    told = [Trouble(source=source.name, what=_tell(source, now)) for source in silent[:SHOWN]]
    if len(silent) > SHOWN:
        more = {"count": len(silent) - SHOWN}
        told.append(Trouble(source="", what=_("dan %(count)d sumber lain.") % more))
    return told


def _is_silent(source: Source, now: datetime) -> bool:
    return (source.last_success or source.added) < now - max(3 * source.every, PATIENCE)


def _tell(source: Source, now: datetime) -> str:
    if source.last_success is None:
        return _("belum pernah berhasil dibaca.")
    return _("tidak terbaca sejak %(when)s.") % {"when": tell_age(source.last_success, now)}
