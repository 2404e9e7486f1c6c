"""An office for the tests of decisions: people of every role, and mentions that nobody has looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.ingest import save
from storage.models import Mention, ReviewEvent, Role, User
from tests.storage_sample import NOW, make_batch, make_incoming, make_source


def make_people() -> dict[str, User]:
    """One person of each role, named after it; and a second agent, "budi"."""
    people = {role.value: User.objects.create_user(role, role=role, name=role.title()) for role in Role}
    return people | {"budi": User.objects.create_user("budi", role=Role.AGENT, name="Budi")}


def make_mentions(count: int) -> list[Mention]:
    """So many new mentions, by ascending key."""
    save(make_source().pk, make_batch(*(make_incoming(str(number)) for number in range(count))))
    return list(Mention.objects.order_by("pk"))


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def tell(mention: Mention) -> list[tuple[str | None, str, object, object]]:
    """The history of a mention: who, what, before, after."""
    events = ReviewEvent.objects.filter(mention=mention).select_related("by").order_by("pk")
    return [(event.by.username if event.by else None, event.action, event.before, event.after) for event in events]
