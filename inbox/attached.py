"""The pictures beside a mention. They cannot be masked, so they are for those who see personal data unmasked."""

from __future__ import annotations

from django.db.models import QuerySet

from inbox.intake import ARRIVALS
from inbox.permission import has_right
from storage.models import Attachment, Mention, User
from storage.review import visible_to


def list_pictures(mention: Mention, user: User) -> list[Attachment]:
    """Those that a page shows, without their bytes; no query for what cannot have any."""
    if mention.channel not in ARRIVALS or not has_right(user.role, "raw"):
        return []
    return list(Attachment.objects.filter(mention=mention).defer("body").order_by("pk"))


def find_pictures(user: User) -> QuerySet[Attachment]:
    """All that this person may see."""
    if not has_right(user.role, "raw"):
        return Attachment.objects.none()
    return Attachment.objects.filter(mention__in=visible_to(user))
