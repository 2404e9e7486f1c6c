"""How a decision is written: the rows are held, the rules followed, and each changed field leaves one event.

One mention or five hundred, it is the same few statements. What can be decided is told in storage/act.py.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from storage.dialect import write_time
from storage.error import StoreError
from storage.models import Mention, MentionTopic, ReviewEvent, Status, Tag, Topic, User
from storage.visible import DECIDES, visible_to

Value = str | int | bool | None | list[str]  # as an event holds it: people by user name, topics by their slugs
Values = Mapping[str, Value]
Undone = Mapping[tuple[int, str], int]  # (mention, field) → the event that is undone

PLAIN = ("tag", "status", "unit", "priority", "confidential", "belongs")  # fields that are columns as they are
FIELDS = frozenset({*PLAIN, "assignee", "topics"})
ACTS = FIELDS | {"add_topics", "remove_topics"}
NOTE, REVEAL, SOURCE = "note", "reveal", "source"  # what else an event can say
BESIDE = (NOTE, REVEAL)  # changes nothing that a decision rests on, so the version stays


class RefusedError(StoreError):
    """An act that the rules do not allow; nothing was changed."""


@dataclass(slots=True)
class Held:
    """A mention that nobody else can change until our transaction ends, and what is decided about it."""

    mention: Mention
    values: dict[str, Value]
    changed: dict[str, Value] = field(default_factory=dict)


def check_values(asked: Values) -> None:
    """RefusedError when something is asked that cannot be."""
    unknown = set(asked) - ACTS
    if unknown or not asked:
        raise RefusedError(f"{', '.join(sorted(unknown)) or 'nothing'}: is nothing that can be decided")
    _check_one_of("tag", asked.get("tag", ""), ("", *Tag.values))
    _check_one_of("status", asked.get("status", Status.NEW), Status.values)
    _check_one_of("priority", asked.get("priority", 0), (0, 1))
    _check_one_of("confidential", asked.get("confidential", False), (False, True))
    name = asked.get("assignee")
    if name is not None and not User.objects.filter(username=name, is_active=True, role__in=DECIDES).exists():
        raise RefusedError(f"{name}: is nobody whom work can be given to")
    slugs = {slug for key in ("topics", "add_topics") for slug in _get_list(asked, key)}
    missing = slugs - set(Topic.objects.filter(slug__in=slugs).values_list("slug", flat=True)) if slugs else set()
    if missing:
        raise RefusedError(f"{', '.join(sorted(missing))}: there is no such topic")


def _check_one_of(name: str, value: Value, values: Sequence[Value]) -> None:
    if value not in values:
        raise RefusedError(f"{name}: is one of {', '.join(str(each) for each in values if each != '')}")


def hold(keys: Iterable[int], by: User, *, topics: bool, many: bool = False) -> list[Held]:
    """Inside a transaction: those of some mentions that somebody may see, held until its end, by ascending key.

    Of many, only what is decided is read, and PostgreSQL waits for no row that another holds: OperationalError.
    """
    wanted = visible_to(by).filter(pk__in=list(keys)).select_related("assignee").order_by("pk")
    if many:
        wanted = wanted.only(*PLAIN, "version", "reviewed", "assignee__username")
    # A share of a row that only refers to the mention (a matched term, an event) need not wait for us.
    wanted = wanted.select_for_update(no_key=True, of=("self",), nowait=many)
    return _read(wanted, topics=topics)


def _read(wanted: QuerySet[Mention], *, topics: bool) -> list[Held]:
    found = [Held(mention, {name: getattr(mention, name) for name in PLAIN}) for mention in wanted]
    about: dict[int, list[str]] = defaultdict(list)
    if topics:
        rows = MentionTopic.objects.filter(mention__in=[held.mention.pk for held in found])
        for key, slug in rows.values_list("mention_id", "topic__slug"):
            about[key].append(slug)
    for held in found:
        held.values["assignee"] = held.mention.assignee.username if held.mention.assignee else None
        held.values["topics"] = sorted(about[held.mention.pk])
    return found


def needs_topics(asked: Iterable[str]) -> bool:
    """Is something of this about topics?"""
    return not {"topics", "add_topics", "remove_topics"}.isdisjoint(asked)


def plan(held: Held, asked: Values) -> None:
    """What changes when somebody asks for this, with what follows by itself."""
    wanted = {name: value for name, value in asked.items() if name in FIELDS}
    if needs_topics(asked):
        given = _get_list(asked, "topics") if "topics" in asked else _get_list(held.values, "topics")
        wanted["topics"] = sorted((given | _get_list(asked, "add_topics")) - _get_list(asked, "remove_topics"))
    if held.values["status"] == Status.NEW and "status" not in asked and _begins_work(asked):
        wanted["status"] = Status.IN_PROGRESS.value
    if wanted.get("status", Status.NOT_OURS) != Status.NOT_OURS:
        wanted["belongs"] = ""  # it is ours again
    held.changed = {name: value for name, value in wanted.items() if held.values[name] != value}


def _begins_work(asked: Values) -> bool:
    """A question or complaint wants an answer, and who was given something works on it: it is new no more."""
    return asked.get("tag") in {Tag.QUESTION, Tag.COMPLAINT} or asked.get("assignee") is not None


def _get_list(values: Values, name: str) -> set[str]:
    found = values.get(name)
    return set(found) if isinstance(found, list) else set()


def write(
    changed: Sequence[Held], *, by: User, now: datetime, why: str = "", undoes: Undone | None = None
) -> list[ReviewEvent]:
    """Write what was planned: one event a field, the columns, the topics. The mentions handed in say so too."""
    events = [
        ReviewEvent(
            mention=held.mention,
            at=now,
            by=by,
            action=name,
            before=held.values[name],
            after=after,
            why=why,
            undoes_id=(undoes or {}).get((held.mention.pk, name)),
        )
        for held in changed
        for name, after in held.changed.items()
    ]
    made = ReviewEvent.objects.bulk_create(events)
    _write_decided(changed, by, now, back=undoes is not None)
    return made


def write_many(
    changed: Sequence[Held], *, by: User, now: datetime, bulk: int | None, why: str = "", undoes: Undone | None = None
) -> None:
    """The same for an act on many, by a statement of our own: making models of the events took half of the time."""
    at = write_time(now)
    rows = [
        (
            *(held.mention.pk, at, by.pk, name, _write_value(held.values[name]), _write_value(after)),
            *(why, bulk, (undoes or {}).get((held.mention.pk, name))),
        )
        for held in changed
        for name, after in held.changed.items()
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)
        _write_decided(changed, by, now, back=undoes is not None)


_INSERT = (
    "INSERT INTO review_event (mention_id, at, by_id, action, before, after, why, bulk_id, undoes_id) VALUES ("
    + ", ".join(["%s"] * 9)
    + ")"
)


def _write_value(value: Value) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _write_decided(changed: Sequence[Held], by: User, now: datetime, *, back: bool) -> None:
    _write_columns(changed, by, now, back=back)
    topics = [held for held in changed if "topics" in held.changed]
    if topics:
        _write_topics(topics, by, now)


def _write_columns(changed: Sequence[Held], by: User, now: datetime, *, back: bool) -> None:
    """One statement for all mentions that change alike."""
    names = {str(held.changed["assignee"]) for held in changed if held.changed.get("assignee") is not None}
    people = {user.username: user for user in User.objects.filter(username__in=names)} if names else {}
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for held in changed:
        columns: dict[str, Any] = {name: value for name, value in held.changed.items() if name in PLAIN}
        if "assignee" in held.changed:
            columns["assignee"] = people.get(str(held.changed["assignee"]))
        if "confidential" in columns:
            marker = _find_marker(held.mention, by) if back else by
            columns["confidential_by"] = marker if columns["confidential"] else None
        for name, value in columns.items():
            setattr(held.mention, name, value)
        held.mention.version += len(held.changed)
        columns["version"] = len(held.changed)
        if not back:
            held.mention.reviewed = columns["reviewed"] = now
        alike[tuple(sorted(columns.items(), key=lambda column: column[0]))].append(held.mention.pk)
    for columns_alike, keys in alike.items():
        values = dict(columns_alike)
        values["version"] = F("version") + values["version"]
        Mention.objects.filter(pk__in=keys).update(**values)


def _find_marker(mention: Mention, by: User) -> User:
    """Who had marked it confidential before that was taken back."""
    marks = ReviewEvent.objects.filter(mention=mention, action="confidential", after=True, undoes=None)
    last = marks.select_related("by").order_by("-pk").first()
    return by if last is None or last.by is None else last.by


def _write_topics(changed: Sequence[Held], by: User, now: datetime) -> None:
    slugs = {
        slug for held in changed for slug in _get_list(held.changed, "topics") | _get_list(held.values, "topics")
    }
    topics = dict(Topic.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    gone: dict[str, list[int]] = defaultdict(list)
    new = []
    for held in changed:
        before, after = _get_list(held.values, "topics"), _get_list(held.changed, "topics")
        for slug in before - after:
            gone[slug].append(held.mention.pk)
        new += [
            MentionTopic(mention=held.mention, topic_id=topics[slug], by=by, at=now)
            for slug in sorted(after - before)
            if slug in topics  # merged since: an undo brings back what is left
        ]
    for slug, keys in gone.items():
        MentionTopic.objects.filter(topic__slug=slug, mention__in=keys).delete()
    MentionTopic.objects.bulk_create(new, ignore_conflicts=True)
