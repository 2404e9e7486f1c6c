"""What somebody can decide about one mention. Each act is one short transaction that leaves one event a field.

An act expects the version that its person saw: when somebody else has decided meanwhile it is refused, and the error
holds both. Many at once: storage/bulk.py. States and rules: docs/review.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from storage.audit import write_event
from storage.connection import naming_errors
from storage.decision import BESIDE, REVEAL, Held, RefusedError, Values, check_values, hold, needs_topics, plan, write
from storage.error import StoreError
from storage.models import Mention, ReviewEvent, Status, Tag, Topic, User


class ConflictError(StoreError):
    """Somebody else decided since the version that our person saw; nothing was changed.

    `mine` is what was asked for, `theirs` the events that were missed, oldest first, `mention` how it is now.
    """

    def __init__(self, mention: Mention, mine: Values, theirs: Sequence[ReviewEvent]) -> None:
        names = dict.fromkeys(event.by.get_full_name() if event.by else "Kentongan" for event in theirs)
        fields = ", ".join(dict.fromkeys(event.action for event in theirs))
        super().__init__(f"{' and '.join(names) or 'somebody'} changed this meanwhile ({fields or 'unknown'})")
        self.mention = mention
        self.mine = mine
        self.theirs = theirs


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What an act changed; no event: it was so already. `offers_done`: the page may offer to close it now."""

    events: tuple[ReviewEvent, ...]
    mention: Mention
    offers_done: bool = False


def set_tag(
    mention: Mention, tag: str, *, by: User, version: int | None = None, now: datetime | None = None
) -> Change:
    """Judge what it is; empty takes a judgement back. A new question or complaint is in progress from then on."""
    return decide(mention, {"tag": tag}, by=by, version=version, now=now)


def set_status(
    mention: Mention,
    status: str,
    *,
    by: User,
    version: int | None = None,
    why: str = "",
    belongs: str = "",
    now: datetime | None = None,
) -> Change:
    """Say whose turn it is; `belongs` tells where that belongs which is not ours."""
    asked = {"status": status, "belongs": belongs if status == Status.NOT_OURS else ""}
    return decide(mention, asked, by=by, version=version, why=why, now=now)


def assign(
    mention: Mention, to: User | None, *, by: User, version: int | None = None, now: datetime | None = None
) -> Change:
    """Give it to somebody, or to nobody. What was new is in progress when it has somebody."""
    return decide(mention, {"assignee": to.username if to else None}, by=by, version=version, now=now)


def set_unit(
    mention: Mention, unit: str, *, by: User, version: int | None = None, now: datetime | None = None
) -> Change:
    """Say which part of the office it concerns."""
    return decide(mention, {"unit": unit.strip()[:100]}, by=by, version=version, now=now)


def set_priority(
    mention: Mention, priority: int, *, by: User, version: int | None = None, now: datetime | None = None
) -> Change:
    """0 is normal, 1 is high."""
    return decide(mention, {"priority": priority}, by=by, version=version, now=now)


def set_confidential(
    mention: Mention,
    confidential: bool,
    *,
    by: User,
    version: int | None = None,
    why: str = "",
    now: datetime | None = None,
) -> Change:
    """Let only supervisors, admins, its assignee and `by` see it from now on; or everybody again."""
    return decide(mention, {"confidential": confidential}, by=by, version=version, why=why, now=now)


def set_topics(
    mention: Mention, topics: Iterable[Topic], *, by: User, version: int | None = None, now: datetime | None = None
) -> Change:
    """Say what it is about: these topics and no others."""
    slugs = sorted({topic.slug for topic in topics})
    return decide(mention, {"topics": slugs}, by=by, version=version, now=now)


@naming_errors
def decide(
    mention: Mention,
    asked: Values,
    *,
    by: User,
    version: int | None = None,
    why: str = "",
    now: datetime | None = None,
) -> Change:
    """Any of the acts above, or several as one: `{"tag": "praise", "status": "closed"}`.

    `version` is that of the page which the person saw (the mention's own unless told). ConflictError when somebody
    else decided since; RefusedError when it cannot be; Mention.DoesNotExist when `by` may not see it (any more).
    """
    check_values(asked)
    with transaction.atomic():
        held = hold_one(mention.pk, by, topics=needs_topics(asked))
        plan(held, asked)
        events: list[ReviewEvent] = []
        if held.changed:
            _check_version(held, mention.version if version is None else version, by, asked)
            events = write([held], by=by, now=now or timezone.now(), why=why)
    return Change(events=tuple(events), mention=held.mention, offers_done=_offers_done(held))


def hold_one(key: int, by: User, *, topics: bool = False) -> Held:
    """Inside a transaction: one mention, held; Mention.DoesNotExist when there is none that `by` may see."""
    found = hold([key], by, topics=topics)
    if not found:
        raise Mention.DoesNotExist(f"there is no mention {key}")
    return found[0]


@naming_errors
def reveal(mention: Mention, *, by: User, why: str, origin: str = "", now: datetime | None = None) -> ReviewEvent:
    """Record, before it is shown, that somebody is shown personal data which is masked for them, and why."""
    if not why.strip():
        raise RefusedError("personal data is only shown for a reason")
    at = now or timezone.now()
    with transaction.atomic():
        held = hold_one(mention.pk, by)
        write_event(by.username, "mention.reveal", f"mention {mention.pk}", why=why.strip(), origin=origin, at=at)
        return ReviewEvent.objects.create(mention=held.mention, at=at, by=by, action=REVEAL, why=why.strip())


def _check_version(held: Held, seen: int, by: User, asked: Values) -> None:
    """A mention's version counts its decisions, so those that were missed are the last ones."""
    now = held.mention.version
    if seen == now:
        return
    decisions = ReviewEvent.objects.filter(mention=held.mention).exclude(action__in=BESIDE)
    missed = list(decisions.select_related("by").order_by("-pk")[: max(now - seen, 0)])[::-1]
    if not missed or any(event.by_id != by.pk for event in missed):  # one's own other window is no stranger
        raise ConflictError(held.mention, asked, missed)


def _offers_done(held: Held) -> bool:
    """Praise and the rest want no answer."""
    tag = held.changed.get("tag")
    return tag in {Tag.PRAISE, Tag.OTHER} and held.mention.status in {Status.NEW, Status.IN_PROGRESS}
