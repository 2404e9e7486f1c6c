"""One topic goes up in another: its mentions are given the other one, and it is archived. Undoable as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from storage.decision import FIELDS, Value, hold, plan, write_many
from storage.models import AuditEvent, BulkAct, MentionTopic, ReviewEvent, Topic, User
from storage.topic import TopicError, archive_topic, undo_topic
from storage.undo import find_later, read_done, revert_many

AT_ONCE = 500  # mentions in one transaction: so long does a colleague's click wait


@dataclass(frozen=True, kw_only=True, slots=True)
class Merge:
    """What a merge would change: so many mentions, of which so many are about both topics already."""

    mentions: int
    both: int


def count_merge(topic: Topic, into: Topic) -> Merge:
    """Count before it is done; TopicError when it cannot be."""
    _check(topic, into)
    mentions = MentionTopic.objects.filter(topic=topic)
    shared = MentionTopic.objects.filter(topic__in=(topic, into)).values("mention")
    both = shared.annotate(topics=Count("id")).filter(topics=2)
    return Merge(mentions=mentions.count(), both=both.count())


def merge_topic(topic: Topic, into: Topic, by: User) -> AuditEvent:
    """Do it; the event undoes it (undo_act). `by` sees every mention: only supervisors merge."""
    _check(topic, into)
    keys = list(MentionTopic.objects.filter(topic=topic).order_by("mention").values_list("mention", flat=True))
    asked: dict[str, Value] = {"add_topics": [into.slug], "remove_topics": [topic.slug]}
    now = timezone.now()
    # Stopped until it is whole: nobody runs it on for us, one merges again.
    bulk = BulkAct.objects.create(
        by=by, at=now, query=f"topic:{topic.slug}", action=asked, total=len(keys), state=BulkAct.State.STOPPED
    )
    for some in _split(keys):
        with transaction.atomic():
            held = hold(some, by, topics=True)
            for one in held:
                plan(one, asked)
            write_many([one for one in held if one.changed], by=by, now=now, bulk=bulk.pk)
    BulkAct.objects.filter(pk=bulk.pk).update(
        done=len(keys), changed=len(keys), state=BulkAct.State.FINISHED, finished=timezone.now()
    )
    event = archive_topic(topic, by, action="topic.merge", beside={"bulk": bulk.pk, "into": into.slug})
    if event is None:  # a colleague archived it in this moment; its mentions have moved
        raise TopicError("changed")
    return event


def undo_act(event: AuditEvent, by: User) -> AuditEvent:
    """Take back any act on the list, a merge with what it changed; what was decided otherwise since stays."""
    undone = undo_topic(event, by)
    number = (event.before or {}).get("bulk")
    if number is None:
        return undone
    events = ReviewEvent.objects.filter(bulk=number, undone=False, undoes=None, action__in=FIELDS)
    now = timezone.now()
    for some in _split(list(events.order_by("mention").values_list("mention", flat=True).distinct())):
        with transaction.atomic():
            acts = read_done(events.filter(mention__in=some))
            later = find_later(acts)
            held = hold(some, by, topics=True)
            revert_many([each for each in held if each.mention.pk not in later], acts, by=by, now=now, bulk=None)
    return undone


def _check(topic: Topic, into: Topic) -> None:
    if topic.pk == into.pk:
        raise TopicError("itself")
    if into.archived or topic.archived:
        raise TopicError("archived")
    if topic.children.filter(archived=False).exists():
        raise TopicError("children")


def _split(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
