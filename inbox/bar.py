"""The quiet bar after an act: what was done, with its undo, and what it offers to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from inbox.label import tell_value
from storage.models import Mention, ReviewEvent
from storage.models.person import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One sentence, and the buttons behind it."""

    words: str
    event: int | None = None
    offer: int | None = None  # the mention that may be done with
    version: int = 0


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
    """The bar of an act that was answered with another address (`?did=`), for browsers without JavaScript."""
    asked = request.GET.get("did", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return None
    event = ReviewEvent.objects.select_related("mention").filter(pk=int(asked), by=user).first()
    if event is None:
        return None
    if event.undoes_id is not None:
        return Bar(words=_("Diurungkan."))
    offers = event.action == "tag" and event.after in {"praise", "other"} and event.mention.status == "new"
    return make_bar([event], event.mention, offers_done=offers and not event.undone)


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
