"""The quiet bar after an act: what was done, with its undo, and what it offers to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from inbox.forms.bulk import tell_action
from inbox.label import tell_value
from storage.models import BulkAct, Mention, ReviewEvent
from storage.models.person import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One sentence, and the buttons behind it."""

    words: str
    event: int | None = None
    offer: int | None = None  # the mention that may be done with
    version: int = 0
    bulk: int | None = None


def make_bar(events: Sequence[ReviewEvent], mention: Mention, *, offers_done: bool = False) -> Bar:
    """The bar of an act; the first event stands for all of them."""
    if not events:
        return Bar(words=_("Tidak ada yang berubah."))
    return Bar(
        words=tell_done(events[0]),
        event=events[0].pk,
        offer=mention.pk if offers_done else None,
        version=mention.version,
    )


def read_bar(request: HttpRequest, user: User) -> Bar | None:
    """The bar of an act that was answered with another address, for browsers without JavaScript and acts on many."""
    did, many = _read_key(request.GET.get("did", "")), _read_key(request.GET.get("bulk", ""))
    if many is not None:
        return _make_bulk_bar(BulkAct.objects.filter(pk=many, by=user).first())
    if did is None:
        return None
    event = ReviewEvent.objects.select_related("mention").filter(pk=did, by=user).first()
    if event is None:
        return None
    if event.undoes_id is not None:
        return Bar(words=_("Diurungkan."))
    offers = event.action == "tag" and event.after in {"praise", "other"} and event.mention.status == "new"
    return make_bar([event], event.mention, offers_done=offers and not event.undone)


def _make_bulk_bar(act: BulkAct | None) -> Bar | None:
    if act is None:
        return None
    if act.undoes_id is not None:
        return Bar(words=_("%(count)d sebutan diurungkan.") % {"count": act.changed})
    words = {"count": act.changed, "what": tell_action(act.action)}
    return Bar(words=_("%(count)d sebutan: %(what)s") % words, bulk=act.pk)


def _read_key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def tell_done(event: ReviewEvent) -> str:
    """What was done, to whoever did it."""
    value = tell_value(event.action, event.after)
    forms = {
        "tag": _("Ditandai %(value)s"),
        "status": _("Status: %(value)s"),
        "assignee": _("Ditugaskan kepada %(value)s") if event.after else _("Penanggung jawab dilepas"),
        "unit": _("Unit: %(value)s"),
        "priority": _("Prioritas: %(value)s"),
        "confidential": _("Ditandai %(value)s"),
        "topics": _("Topik: %(value)s"),
        "note": _("Catatan disimpan"),
    }
    return forms.get(event.action, _("Disimpan")) % {"value": value}
