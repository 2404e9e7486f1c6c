"""What somebody decides about one mention: the state, the history, and nobody's decision lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storage.connection import closing_connection
from storage.models import AuditEvent, Draft, Mention, Note, ReviewEvent, Topic, User
from storage.review import (
    ConflictError,
    RefusedError,
    add_note,
    assign,
    count_disputes,
    decide,
    edit_note,
    find_judgements,
    is_disputed,
    remove_note,
    reveal,
    set_confidential,
    set_priority,
    set_status,
    set_tag,
    set_topics,
    set_unit,
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


@pytest.mark.parametrize(
    ("tag", "status", "offers_done"),
    [
        ("question", "in_progress", False),
        ("complaint", "in_progress", False),
        ("praise", "new", True),
        ("other", "new", True),
    ],
)
def test_a_new_item_that_is_tagged_wants_an_answer_or_offers_done(
    mention: Mention, people: dict[str, User], tag: str, status: str, offers_done: bool
) -> None:
    change = set_tag(mention, tag, by=people["agent"], now=NOW)
    assert change.offers_done is offers_done
    mention.refresh_from_db()
    assert (mention.tag, mention.status, mention.reviewed) == (tag, status, NOW)
    assert (change.mention.tag, change.mention.status, change.mention.version) == (tag, status, mention.version)
    assert mention.version == len(change.events) == ReviewEvent.objects.count()


def test_a_closed_item_stays_closed_when_it_is_tagged(mention: Mention, people: dict[str, User]) -> None:
    set_status(mention, "closed", by=people["agent"])
    change = set_tag(mention, "praise", by=people["agent"])
    assert (change.mention.status, change.offers_done) == ("closed", False)


def test_every_act_leaves_one_event_a_field(mention: Mention, people: dict[str, User]) -> None:
    agent, topic = people["agent"], Topic.objects.create(name="Pajak", slug="pajak")
    acts: list[Callable[[], object]] = [
        lambda: set_tag(mention, "complaint", by=agent),
        lambda: assign(mention, people["budi"], by=agent),
        lambda: set_unit(mention, " Loket 3 ", by=agent),
        lambda: set_priority(mention, 1, by=agent),
        lambda: set_topics(mention, [topic], by=agent),
        lambda: set_status(mention, "not_ours", by=agent, why="air minum", belongs="PDAM"),
        lambda: set_status(mention, "closed", by=agent),
        lambda: set_confidential(mention, True, by=agent),
    ]
    for act in acts:
        act()
    assert tell(mention) == [
        ("agent", "tag", "", "complaint"),
        ("agent", "status", "new", "in_progress"),
        ("agent", "assignee", None, "budi"),
        ("agent", "unit", "", "Loket 3"),
        ("agent", "priority", 0, 1),
        ("agent", "topics", [], ["pajak"]),
        ("agent", "status", "in_progress", "not_ours"),
        ("agent", "belongs", "", "PDAM"),
        ("agent", "status", "not_ours", "closed"),
        ("agent", "belongs", "PDAM", ""),
        ("agent", "confidential", False, True),
    ]
    mention.refresh_from_db()
    assert (mention.version, mention.assignee, mention.confidential_by) == (11, people["budi"], agent)
    assert [about.topic for about in mention.topics.all()] == [topic]
    assert list(ReviewEvent.objects.exclude(why="").values_list("action", "why")) == [
        ("status", "air minum"),
        ("belongs", "air minum"),
    ]


def test_an_act_that_changes_nothing_leaves_nothing(mention: Mention, people: dict[str, User]) -> None:
    set_tag(mention, "praise", by=people["agent"])
    for person in ("agent", "budi"):  # both pressed the same key, the second on an old page
        change = set_tag(mention, "praise", by=people[person], version=0)
        assert (change.events, change.mention.version, change.offers_done) == ((), 1, False)


def test_who_was_given_a_new_item_works_on_it(mention: Mention, people: dict[str, User]) -> None:
    assert assign(mention, people["budi"], by=people["agent"]).mention.status == "in_progress"
    change = assign(mention, None, by=people["agent"])
    assert (change.mention.status, change.mention.assignee) == ("in_progress", None)


def test_several_things_are_decided_as_one_act(mention: Mention, people: dict[str, User]) -> None:
    change = decide(mention, {"tag": "complaint", "status": "closed"}, by=people["agent"], now=NOW)
    assert [event.action for event in change.events] == ["tag", "status"]
    assert {event.at for event in change.events} == {NOW}


@pytest.mark.parametrize(
    "asked",
    [
        {"tag": "spam"},
        {"status": ""},
        {"assignee": "viewer"},
        {"assignee": "nobody"},
        {"topics": ["x"]},
        {"id": 1},
        {},
        {"priority": 7},
    ],
)
def test_what_cannot_be_is_refused(mention: Mention, people: dict[str, User], asked: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        decide(mention, asked, by=people["agent"])  # type: ignore[arg-type]
    assert tell(mention) == []


def test_the_second_of_two_is_refused_and_told_both(mention: Mention, people: dict[str, User]) -> None:
    set_tag(mention, "question", by=people["budi"])
    with pytest.raises(ConflictError, match=r"Budi changed this meanwhile \(tag, status\)") as caught:
        set_tag(mention, "complaint", by=people["agent"], version=0)
    error = caught.value
    assert error.mine == {"tag": "complaint"}
    assert [(event.by, event.after) for event in error.theirs] == [
        (people["budi"], "question"),
        (people["budi"], "in_progress"),
    ]
    assert (error.mention.tag, error.mention.version) == ("question", 2)
    change = set_tag(mention, "complaint", by=people["agent"], version=error.mention.version)
    assert [event.action for event in change.events] == ["tag"]


def test_ones_own_other_window_and_a_colleagues_note_are_no_conflict(
    mention: Mention, people: dict[str, User]
) -> None:
    set_tag(mention, "question", by=people["agent"])
    add_note(mention, "sudah ditelepon", by=people["budi"])
    assert set_priority(mention, 1, by=people["agent"], version=0).mention.version == 3


def test_two_that_decide_at_once_are_one_decision_and_one_refusal(mention: Mention, people: dict[str, User]) -> None:
    start = threading.Barrier(2)
    refused: list[ConflictError] = []

    def act(name: str, tag: str) -> None:
        with closing_connection():
            start.wait(10)
            try:
                set_tag(mention, tag, by=people[name], version=0)
            except ConflictError as error:
                refused.append(error)

    threads = [threading.Thread(target=act, args=args) for args in (("agent", "praise"), ("budi", "other"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    mention.refresh_from_db()
    assert len(refused) == 1
    assert [event.after for event in refused[0].theirs] == [mention.tag]
    assert ReviewEvent.objects.count() == mention.version == 1


def test_two_judgements_of_one_item_are_kept_and_counted(people: dict[str, User]) -> None:
    first, second, third, _ = make_mentions(4)
    set_tag(first, "question", by=people["agent"], now=NOW)
    set_tag(first, "complaint", by=people["budi"], version=2, now=later(1))
    set_tag(second, "question", by=people["agent"], now=NOW)
    set_tag(second, "complaint", by=people["agent"], version=2, now=later(1))  # one person, a second thought
    set_tag(third, "praise", by=people["agent"], now=later(60))
    assert [(event.by, event.after) for event in find_judgements(first)] == [
        (people["agent"], "question"),
        (people["budi"], "complaint"),
    ]
    assert (is_disputed(first), is_disputed(second)) == (True, False)
    found = count_disputes(NOW, later(60))
    assert (found.tagged, found.disputed) == (2, 1)


def test_a_note_is_kept_and_its_draft_is_not(mention: Mention, people: dict[str, User]) -> None:
    Draft.objects.create(user=people["agent"], mention=mention, text="sudah di", saved=NOW)
    Draft.objects.create(user=people["budi"], mention=mention, text="saya", saved=NOW)
    note = add_note(mention, "  sudah ditelepon ", by=people["agent"])
    assert (note.text, Draft.objects.get().user) == ("sudah ditelepon", people["budi"])
    edit_note(note, "sudah ditelepon dua kali", by=people["agent"])
    for act in (lambda: edit_note(note, "x", by=people["budi"]), lambda: remove_note(note, by=people["budi"])):
        with pytest.raises(RefusedError, match="by who wrote it"):
            act()
    remove_note(note, by=people["supervisor"])
    note.refresh_from_db()
    assert (note.text, note.removed is None) == ("sudah ditelepon dua kali", False)
    with pytest.raises(Note.DoesNotExist):
        edit_note(note, "x", by=people["agent"])
    assert [event[:2] for event in tell(mention)] == [("agent", "note"), ("agent", "note"), ("supervisor", "note")]
    mention.refresh_from_db()
    assert (mention.version, mention.reviewed) == (0, None)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_note_says_something_and_not_too_much(mention: Mention, people: dict[str, User], text: str) -> None:
    with pytest.raises(RefusedError, match="a note"):
        add_note(mention, text, by=people["agent"])


def test_showing_personal_data_needs_a_reason_and_leaves_a_trail(mention: Mention, people: dict[str, User]) -> None:
    with pytest.raises(RefusedError, match="for a reason"):
        reveal(mention, by=people["analyst"], why=" ")
    reveal(mention, by=people["analyst"], why="dihubungi kembali", origin="10.0.0.7")
    assert tell(mention) == [("analyst", "reveal", None, None)]
    audit = AuditEvent.objects.get()
    assert (audit.actor, audit.why, audit.origin) == ("analyst", "dihubungi kembali", "10.0.0.7")


def test_an_act_is_a_handful_of_statements(mention: Mention, people: dict[str, User]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as said:
        set_tag(mention, "complaint", by=people["agent"])
    assert len([1 for query in said if query["sql"] not in {"BEGIN", "COMMIT"}]) <= 5
