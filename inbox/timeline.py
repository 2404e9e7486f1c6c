"""The history of a mention in words: who did what, when and why; notes stand in it where they were written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from inbox.label import tell_value
from inbox.moment import tell_clock, tell_exact
from storage.models import Mention, ReviewEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of a history."""

    id: int
    stamp: str
    clock: str
    exact: str
    words: str
    why: str
    undone: bool


def make_lines(mention: Mention, events: Iterable[ReviewEvent], now: datetime) -> list[Line]:
    """The history from its beginning; the first line is how the mention came here."""
    came = gettext("Terkumpul dari %(source)s") % {"source": mention.source.name}
    return [
        _make_line(0, mention.collected, now, came),
        *(
            _make_line(
                event.pk, event.at, now, tell_event(event), why=event.why if event.by else "", undone=event.undone
            )
            for event in events
        ),
    ]


def _make_line(key: int, at: datetime, now: datetime, words: str, *, why: str = "", undone: bool = False) -> Line:
    return Line(
        id=key,
        stamp=at.isoformat(),
        clock=tell_clock(at, now),
        exact=tell_exact(at),
        words=words,
        why=why,
        undone=undone,
    )


def tell_event(event: ReviewEvent) -> str:
    """An event as a sentence."""
    if event.action == "source":
        return gettext("Isinya berubah di sumber setelah ditinjau")
    if event.by is None and event.action == "status":
        return gettext("Dibuka lagi: ada balasan baru dari penulisnya")
    who = event.by.get_short_name() if event.by else "Kentongan"
    after = event.after
    given = {"who": who, "value": tell_value(event.action, after), "before": tell_value(event.action, event.before)}
    if event.undoes_id is not None:
        return gettext("%(who)s mengurungkan: kembali ke %(value)s") % {**given, "value": given["value"] or "–"}
    return _get_form(event.action, after) % given


def _get_form(action: str, after: object) -> str:
    """The sentence of an action, with its gaps."""
    forms = {
        "tag": gettext("%(who)s menandai %(value)s"),
        "status": gettext("%(who)s mengubah status: %(before)s → %(value)s"),
        "assignee": gettext("%(who)s menugaskan kepada %(value)s"),
        "unit": gettext("%(who)s meneruskan ke unit %(value)s"),
        "priority": gettext("%(who)s mengubah prioritas: %(value)s"),
        "confidential": gettext("%(who)s menandai %(value)s"),
        "topics": gettext("%(who)s memberi topik: %(value)s"),
        "belongs": gettext("%(who)s mencatat kewenangan: %(value)s"),
        "entered": gettext("%(who)s mencatat ini"),
        "note": gettext("%(who)s menulis catatan"),
        "reveal": gettext("%(who)s membuka data pribadi"),
    }
    if action == "assignee" and not after:
        return gettext("%(who)s melepas penanggung jawab")
    return forms.get(action, gettext("%(who)s: %(value)s"))
