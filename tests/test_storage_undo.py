"""Every kind of act can be undone, unless that would undo somebody else's decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from storage.models import Mention, MentionTopic, Note, ReviewEvent, Topic, User
from storage.review import (
    RefusedError,
    UndoError,
    add_note,
    assign,
    decide,
    edit_note,
    find_last_act,
    is_disputed,
    remove_note,
    reveal,
    set_confidential,
    set_priority,
    set_status,
    set_tag,
    set_topics,
    set_unit,
    undo,
)
from tests.review_sample import later, make_mentions, make_people, tell
from tests.storage_sample import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return make_people()


@pytest.fixture
def mention(people: dict[str, User]) -> Mention:
    return make_mentions(1)[0]


DECIDED = (
    "tag",
    "status",
    "assignee_id",
    "unit",
    "priority",
    "confidential",
    "confidential_by_id",
    "belongs",
    "reviewed",
)


def look(mention: Mention) -> tuple[object, ...]:
    """Everything that is decided about a mention."""
    values = Mention.objects.filter(pk=mention.pk).values_list(*DECIDED).get()
    return (*values, set(MentionTopic.objects.filter(mention=mention).values_list("topic__slug", flat=True)))


ACTS: dict[str, Callable[[Mention, User], object]] = {
    "tag": lambda mention, by: set_tag(mention, "complaint", by=by, now=later(5)),
    "status": lambda mention, by: set_status(mention, "not_ours", by=by, belongs="PDAM", now=later(5)),
    "assign": lambda mention, by: assign(mention, by, by=by, now=later(5)),
    "unit": lambda mention, by: set_unit(mention, "Loket", by=by, now=later(5)),
    "priority": lambda mention, by: set_priority(mention, 1, by=by, now=later(5)),
    "confidential": lambda mention, by: set_confidential(mention, True, by=by, now=later(5)),
    "topics": lambda mention, by: set_topics(mention, Topic.objects.filter(slug="pajak"), by=by, now=later(5)),
    "several": lambda mention, by: decide(mention, {"tag": "praise", "status": "closed"}, by=by, now=later(5)),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("before", [False, True])
def test_every_act_can_be_undone(mention: Mention, people: dict[str, User], act: str, before: bool) -> None:
    izin, _ = (Topic.objects.create(name=slug, slug=slug) for slug in ("izin", "pajak"))
    if before:
        set_topics(mention, [izin], by=people["budi"], now=NOW)
    was = look(mention)
    ACTS[act](Mention.objects.get(pk=mention.pk), people["agent"])
    assert look(mention) != was
    event = find_last_act(people["agent"])
    assert event is not None
    change = undo(people["agent"], event, now=later(6))
    assert look(mention) == was
    assert {made.undoes_id for made in change.events} == set(
        ReviewEvent.objects.filter(undone=True).values_list("pk", flat=True)
    )
    mention.refresh_from_db()
    assert change.mention.version == mention.version == ReviewEvent.objects.count()
    assert find_last_act(people["agent"]) is None


def test_notes_are_undone_too(mention: Mention, people: dict[str, User]) -> None:
    agent = people["agent"]
    note = add_note(mention, "satu", by=agent)
    edit_note(note, "dua", by=agent)
    remove_note(note, by=agent)
    seen = []
    for _ in range(3):
        event = find_last_act(agent)
        assert event is not None
        undo(agent, event)
        seen.append(Note.objects.values_list("text", "removed").get())
    assert seen[:2] == [("dua", None), ("satu", None)]
    assert seen[2][1] is not None
    assert find_last_act(agent) is None


def test_an_older_note_act_waits_for_the_newer_one(mention: Mention, people: dict[str, User]) -> None:
    note = add_note(mention, "satu", by=people["agent"])
    added = find_last_act(people["agent"])
    edit_note(note, "dua", by=people["agent"])
    assert added is not None
    with pytest.raises(UndoError, match="the note was changed since"):
        undo(people["agent"], added)


def test_the_last_act_is_undone_first(mention: Mention, people: dict[str, User]) -> None:
    agent = people["agent"]
    first = set_tag(mention, "praise", by=agent, now=later(1)).events[0]
    set_tag(mention, "other", by=agent, now=later(2))
    with pytest.raises(UndoError, match="Agent decided otherwise since; undo that first"):
        undo(agent, first)
    for expected in ("praise", ""):
        event = find_last_act(agent)
        assert event is not None
        assert undo(agent, event, now=later(3)).mention.tag == expected


def test_what_a_colleague_decided_since_is_never_undone(mention: Mention, people: dict[str, User]) -> None:
    mine = set_tag(mention, "complaint", by=people["agent"], now=NOW)
    theirs = set_status(mine.mention, "closed", by=people["budi"], now=later(1))
    with pytest.raises(UndoError, match="Budi decided otherwise") as caught:
        undo(people["agent"], mine.events[0])
    assert caught.value.later == theirs.events[0]
    again = set_status(theirs.mention, "in_progress", by=people["budi"], now=later(2))  # the same as ours left it
    with pytest.raises(UndoError):
        undo(people["agent"], mine.events[0])
    undo(people["budi"], again.events[0], now=later(3))
    undo(people["budi"], theirs.events[0], now=later(4))
    assert undo(people["agent"], mine.events[0], now=later(5)).mention.tag == ""


def test_a_colleagues_act_on_another_field_is_no_hindrance(mention: Mention, people: dict[str, User]) -> None:
    mine = set_tag(mention, "praise", by=people["agent"], now=NOW)
    set_priority(mine.mention, 1, by=people["budi"], now=later(1))
    change = undo(people["agent"], mine.events[0])
    assert (change.mention.tag, change.mention.priority, change.mention.reviewed) == ("", 1, later(1))


def test_nothing_is_undone_twice_nor_an_undoing(mention: Mention, people: dict[str, User]) -> None:
    event = set_tag(mention, "praise", by=people["agent"], now=NOW).events[0]
    undoing = undo(people["agent"], event).events[0]
    with pytest.raises(UndoError, match="undone already"):
        undo(people["agent"], event)
    with pytest.raises(UndoError, match="decide anew"):
        undo(people["agent"], undoing)
    with pytest.raises(UndoError, match="decide anew"):
        undo(people["agent"], reveal(mention, by=people["agent"], why="x"))
    assert not is_disputed(mention)


def test_another_persons_act_is_undone_by_a_supervisor_only(mention: Mention, people: dict[str, User]) -> None:
    event = set_tag(mention, "praise", by=people["agent"], now=NOW).events[0]
    with pytest.raises(RefusedError, match="only Agent or a supervisor"):
        undo(people["budi"], event)
    undo(people["supervisor"], event)
    assert tell(mention) == [("agent", "tag", "", "praise"), ("supervisor", "tag", "praise", "")]


def test_what_is_confidential_again_is_so_for_who_had_marked_it(mention: Mention, people: dict[str, User]) -> None:
    set_confidential(mention, True, by=people["agent"], now=NOW)
    event = set_confidential(mention, False, by=people["supervisor"], version=1, now=later(1)).events[0]
    assert undo(people["supervisor"], event).mention.confidential_by == people["agent"]
