"""The office's own list of topics, a tree of two levels: added to, renamed, archived, and every act undoable.

What a mention is about is decided in storage/review.py; here the list changes, and each change is an AuditEvent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils.text import slugify

from storage.audit import write_event
from storage.models import AuditEvent, MentionTopic, Topic, User

COLOURS = ("wood", "amber", "moss", "teal", "sky", "indigo", "plum", "stone")  # as the stylesheet names them
MAX_NAME = 100
_FIELDS = ("name", "slug", "colour", "archived", "position")


class TopicError(ValueError):
    """The list cannot become so; `reason` is one word for the page to explain."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason  # name | twice | deep | children | itself | archived | colour | changed | many


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A topic with those below it, and how many mentions are about each."""

    topic: Topic
    mentions: int
    below: tuple[Branch, ...] = ()


def list_topics(*, archived: bool = False) -> tuple[Branch, ...]:
    """The tree in its order; two queries, however many there are."""
    topics = list(Topic.objects.filter(archived=archived).order_by("position", "name"))
    counts = dict(MentionTopic.objects.values_list("topic").annotate(Count("id")))
    shown = {topic.pk for topic in topics}
    return tuple(
        Branch(topic=topic, mentions=counts.get(topic.pk, 0), below=tuple(_get_below(topic, topics, counts)))
        for topic in topics
        if topic.parent_id not in shown
    )


def _get_below(topic: Topic, topics: list[Topic], counts: Mapping[int, int]) -> Iterator[Branch]:
    for one in topics:
        if one.parent_id == topic.pk:
            yield Branch(topic=one, mentions=counts.get(one.pk, 0))


def add_topic(name: str, by: User, *, parent: Topic | None = None, colour: str = COLOURS[-1]) -> AuditEvent:
    """A new topic at the end of its level; TopicError where the list has that name already."""
    with transaction.atomic():
        name = _check_name(name, parent, None)
        last = Topic.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
        topic = Topic(name=name, slug=_make_slug(name), parent=_check_parent(parent, None))
        topic.colour, topic.position = _check_colour(colour), (last or 0) + 1
        topic.save()
        return _record(topic, by, "topic.add", None)


def change_topic(topic: Topic, by: User, *, name: str, parent: Topic | None, colour: str) -> AuditEvent | None:
    """Rename, recolour or move a topic; its slug stays, so that searches and saved views go on finding it."""
    with transaction.atomic():
        before = _describe(topic)
        topic.name = _check_name(name, parent, topic)
        topic.parent = _check_parent(parent, topic)
        topic.colour = _check_colour(colour)
        if _describe(topic) == before:
            return None
        topic.save()
        return _record(topic, by, "topic.change", before)


def archive_topic(
    topic: Topic, by: User, *, archived: bool = True, action: str = "", beside: Mapping[str, Any] | None = None
) -> AuditEvent | None:
    """Offer a topic no more, with those below it, or offer it again; mentions keep it.

    `action` and `beside` are for an act of which this is the end (storage/topic_merge.py).
    """
    if topic.archived == archived:
        return None
    with transaction.atomic():
        before = _describe(topic)
        below = list(topic.children.exclude(archived=archived)) if archived else []
        for one in (topic, *below):
            one.archived = archived
            one.save(update_fields=["archived"])
        before |= {"below": [one.pk for one in below], **(beside or {})}
        return _record(topic, by, action or ("topic.archive" if archived else "topic.restore"), before)


def undo_topic(event: AuditEvent, by: User) -> AuditEvent:
    """Make a topic as it was before this act; TopicError("changed") when somebody changed it since."""
    with transaction.atomic():
        after = dict(event.after or {})
        topic = Topic.objects.filter(pk=after.pop("id", None)).first()
        if topic is None or _describe(topic) != after:
            raise TopicError("changed")
        if event.before is None:
            return _take_back(topic, by)
        before = _describe(topic)
        for field in _FIELDS:
            setattr(topic, field, event.before[field])
        topic.parent = Topic.objects.filter(pk=event.before["parent"]).first()
        topic.save()
        Topic.objects.filter(pk__in=event.before.get("below", ())).update(archived=event.before["archived"])
        return _record(topic, by, "topic.undo", before)


def _take_back(topic: Topic, by: User) -> AuditEvent:
    """A topic that was added by mistake goes, unless something is about it by now."""
    if topic.children.exists() or MentionTopic.objects.filter(topic=topic).exists():
        raise TopicError("changed")
    event = _record(topic, by, "topic.undo", _describe(topic))
    topic.delete()
    return event


def _check_name(name: str, parent: Topic | None, own: Topic | None) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise TopicError("name")
    others = Topic.objects.filter(parent=parent)
    others = others.exclude(pk=own.pk) if own else others
    if any(other.casefold() == name.casefold() for other in others.values_list("name", flat=True)):
        raise TopicError("twice")
    return name


def _check_parent(parent: Topic | None, own: Topic | None) -> Topic | None:
    """Two levels and no more."""
    if parent is None:
        return None
    if own is not None and own.pk == parent.pk:
        raise TopicError("itself")
    if parent.parent_id is not None:
        raise TopicError("deep")
    if own is not None and own.children.exists():
        raise TopicError("children")
    if parent.archived:
        raise TopicError("archived")
    return parent


def _check_colour(colour: str) -> str:
    if colour not in COLOURS:
        raise TopicError("colour")
    return colour


def _make_slug(name: str) -> str:
    """A name for searches that no other topic has, archived ones included."""
    slug = slugify(name)[:90] or "topik"
    taken = set(Topic.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    number = 2
    chosen = slug
    while chosen in taken:
        chosen, number = f"{slug}-{number}", number + 1
    return chosen


def _describe(topic: Topic) -> dict[str, Any]:
    return {**{field: getattr(topic, field) for field in _FIELDS}, "parent": topic.parent_id}


def _record(topic: Topic, by: User, action: str, before: Mapping[str, Any] | None) -> AuditEvent:
    after = {**_describe(topic), "id": topic.pk}
    return write_event(by.username, action, topic.name, before=before, after=after)
