"""One act on many mentions: as if each had been decided alone, whole or not at all, and undone with care."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from storage import bulk as bulk_module
from storage.bulk import BATCH, TooManyError, find_unfinished, run_batch, run_bulk, start_bulk, stop_bulk, undo_bulk
from storage.connection import closing_connection
from storage.dialect import is_sqlite
from storage.models import BulkAct, Mention, MentionTopic, ReviewEvent, Topic, User
from storage.review import (
    RefusedError,
    UndoError,
    find_last_act,
    set_confidential,
    set_priority,
    set_status,
    set_tag,
    set_topics,
    undo,
)
from tests.review_sample import later, make_mentions, make_people, tell
from tests.storage_sample import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return make_people()


def run(key: int, minutes: int = 0) -> BulkAct:
    return run_bulk(key, breathe=lambda _: None, now=lambda: later(minutes))


def look() -> list[tuple[object, ...]]:
    fields = ("pk", "tag", "status", "assignee", "unit", "priority", "confidential", "confidential_by", "belongs")
    return list(Mention.objects.order_by("pk").values_list(*fields, "reviewed"))


def test_an_act_on_many_is_as_if_each_was_decided_alone(people: dict[str, User]) -> None:
    agent, mentions = people["agent"], make_mentions(BATCH + 30)
    set_status(mentions[0], "closed", by=agent, now=NOW)
    set_tag(mentions[1], "complaint", by=agent, now=NOW)
    bulk = start_bulk(agent, Mention.objects.order_by("-pk"), {"tag": "complaint", "why": "sama"}, query="antrean")
    assert (bulk.total, bulk.state, ReviewEvent.objects.filter(bulk=bulk).count()) == (BATCH + 30, "running", 0)
    done = run(bulk.pk, 1)
    assert (done.done, done.changed, done.kept, done.state) == (BATCH + 30, BATCH + 29, 0, "finished")
    assert tell(mentions[0]) == [("agent", "status", "new", "closed"), ("agent", "tag", "", "complaint")]
    assert tell(mentions[1]) == [("agent", "tag", "", "complaint"), ("agent", "status", "new", "in_progress")]
    assert tell(mentions[2]) == tell(mentions[1])
    assert set(ReviewEvent.objects.filter(bulk=bulk).values_list("why", "at")) == {("sama", later(1))}
    counts = {mention.pk: mention.version for mention in Mention.objects.all()}
    assert all(count == (1 if key == mentions[1].pk and count == 1 else 2) for key, count in counts.items())


ACTIONS: list[dict[str, object]] = [
    {"tag": "praise", "status": "closed"},
    {"status": "not_ours", "belongs": "PDAM"},
    {"assignee": "budi"},
    {"unit": "Loket", "priority": 1},
    {"confidential": True},
    {"add_topics": ["pajak"], "remove_topics": ["izin"]},
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: next(iter(action)))
def test_every_act_on_many_can_be_undone(people: dict[str, User], action: dict[str, object]) -> None:
    agent, mentions = people["agent"], make_mentions(6)
    izin, _ = (Topic.objects.create(name=slug, slug=slug) for slug in ("izin", "pajak"))
    set_topics(mentions[0], [izin], by=agent, now=NOW)
    set_priority(mentions[1], 1, by=agent, now=NOW)
    before, about = look(), set(MentionTopic.objects.values_list("mention", "topic"))
    bulk = start_bulk(agent, [mention.pk for mention in mentions], action)  # type: ignore[arg-type]
    assert run(bulk.pk, 1).changed >= 5
    assert look() != before
    last = find_last_act(agent)
    assert last is not None
    assert last.bulk == bulk
    undone = run(undo_bulk(agent, bulk.pk).pk, 2)
    assert (look(), set(MentionTopic.objects.values_list("mention", "topic"))) == (before, about)
    assert (undone.changed, undone.kept, undone.state) == (undone.total, 0, "finished")
    with pytest.raises(UndoError, match="undone already"):
        undo_bulk(agent, bulk.pk)
    with pytest.raises(UndoError, match="decide anew"):
        undo_bulk(agent, undone.pk)


def test_what_was_decided_since_is_kept_by_an_undo(people: dict[str, User]) -> None:
    agent, budi, mentions = people["agent"], people["budi"], make_mentions(4)
    bulk = start_bulk(agent, Mention.objects.order_by("-pk"), {"tag": "praise"})
    run(bulk.pk, 1)
    for mention in mentions:
        mention.refresh_from_db()
    set_tag(mentions[0], "other", by=budi, now=later(2))
    again = set_tag(mentions[1], "other", by=budi, now=later(2))
    set_tag(again.mention, "praise", by=budi, now=later(3))  # the same as the act had left it, but his own word
    set_priority(mentions[2], 1, by=budi, now=later(2))
    undone = run(undo_bulk(agent, bulk.pk).pk, 4)
    assert (undone.changed, undone.kept) == (2, 2)
    assert [mention.tag for mention in Mention.objects.order_by("pk")] == ["other", "praise", "", ""]


def test_one_of_many_can_be_undone_alone(people: dict[str, User]) -> None:
    agent, mentions = people["agent"], make_mentions(3)
    bulk = start_bulk(agent, Mention.objects.order_by("-pk"), {"tag": "question"})
    run(bulk.pk, 1)
    undo(agent, ReviewEvent.objects.filter(mention=mentions[0]).order_by("pk")[0])
    undone = run(undo_bulk(agent, bulk.pk).pk, 2)
    assert (undone.total, undone.changed) == (2, 2)
    assert set(Mention.objects.values_list("tag", "status")) == {("", "new")}


def test_a_stopped_act_ends_after_its_batch_and_can_be_undone(people: dict[str, User]) -> None:
    make_mentions(BATCH + 10)
    agent = people["agent"]
    bulk = start_bulk(agent, Mention.objects.order_by("-pk"), {"tag": "praise"})
    with pytest.raises(RefusedError, match="only Agent or a supervisor"):
        stop_bulk(people["budi"], bulk.pk)
    with pytest.raises(UndoError, match="still running"):
        undo_bulk(agent, bulk.pk)
    stopped = run_bulk(bulk.pk, breathe=lambda _: stop_bulk(agent, bulk.pk))
    assert (stopped.done, stopped.changed, stopped.state) == (BATCH, BATCH, "stopped")
    assert run(undo_bulk(agent, bulk.pk).pk).changed == BATCH
    assert not Mention.objects.exclude(tag="").exists()


class KilledError(BaseException):
    """As if the process had ended there."""


def test_an_act_whose_process_was_killed_goes_on_where_it_was(people: dict[str, User]) -> None:
    make_mentions(BATCH + 10)
    bulk = start_bulk(people["agent"], Mention.objects.order_by("-pk"), {"tag": "praise"})

    def die(_: float) -> None:
        raise KilledError

    with pytest.raises(KilledError):
        run_bulk(bulk.pk, breathe=die)
    with pytest.raises(KilledError), transaction.atomic():  # and again in the middle of a batch
        run_batch(bulk.pk, NOW)
        raise KilledError
    assert find_unfinished() == [bulk.pk]
    assert ReviewEvent.objects.count() == BATCH
    assert run(bulk.pk).changed == BATCH + 10
    assert ReviewEvent.objects.count() == BATCH + 10
    assert find_unfinished() == []


def test_two_that_run_one_act_do_it_once(people: dict[str, User]) -> None:
    make_mentions(3 * BATCH)
    bulk = start_bulk(people["agent"], Mention.objects.order_by("-pk"), {"tag": "question"})

    def go() -> None:
        with closing_connection():
            run_bulk(bulk.pk, breathe=lambda _: None)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    done = BulkAct.objects.get()
    assert (done.done, done.changed) == (3 * BATCH, 3 * BATCH)
    assert ReviewEvent.objects.count() == 6 * BATCH


def test_nobody_changes_in_a_crowd_what_they_may_not_see(people: dict[str, User]) -> None:
    mentions = make_mentions(4)
    set_confidential(mentions[0], True, by=people["supervisor"])
    bulk = start_bulk(people["agent"], [mention.pk for mention in mentions], {"tag": "praise"})
    assert bulk.total == 3
    set_confidential(mentions[1], True, by=people["supervisor"])  # between the count and the act
    assert run(bulk.pk).changed == 2


def test_too_many_and_nonsense_are_refused(people: dict[str, User]) -> None:
    with pytest.raises(TooManyError, match="at most 100,000"):
        start_bulk(people["agent"], range(bulk_module.MOST + 1), {"tag": "praise"})
    with pytest.raises(RefusedError):
        start_bulk(people["agent"], [1], {"why": "x"})
    assert not BulkAct.objects.exists()


def test_rows_that_somebody_holds_are_waited_for_without_holding_others(people: dict[str, User]) -> None:
    if is_sqlite():
        pytest.skip("SQLite has one writer at a time")
    mentions = make_mentions(5)
    bulk = start_bulk(people["agent"], Mention.objects.order_by("-pk"), {"tag": "praise"})
    held, free = threading.Event(), threading.Event()

    def collect() -> None:
        with closing_connection(), transaction.atomic():
            Mention.objects.filter(pk=mentions[-1].pk).update(title="x")
            held.set()
            free.wait(20)
            Mention.objects.filter(pk=mentions[0].pk).update(title="x")  # a deadlock, if the act held it

    thread = threading.Thread(target=collect)
    thread.start()
    held.wait(20)
    timer = threading.Timer(0.2, free.set)
    timer.start()
    assert run(bulk.pk).changed == 5
    thread.join(20)
    timer.join()


def test_a_batch_is_the_same_few_statements_for_ten_and_for_hundreds(people: dict[str, User]) -> None:
    make_mentions(410)
    bulk = start_bulk(people["agent"], Mention.objects.order_by("-pk"), {"tag": "question"})
    counts = []
    for size in (10, 400):
        with CaptureQueriesContext(connection) as said:
            run_batch(bulk.pk, NOW, size)
        counts.append(len([query for query in said if query["sql"] not in {"BEGIN", "COMMIT"}]))
    assert BulkAct.objects.get().changed == 410
    assert counts[0] == counts[1] <= 8


def test_a_colleague_decides_between_two_batches(people: dict[str, User]) -> None:
    mentions = make_mentions(BATCH + 1)
    bulk = start_bulk(people["agent"], Mention.objects.order_by("-pk"), {"tag": "question"})

    def decide(_: float) -> None:
        set_tag(mentions[0], "praise", by=people["budi"])

    done = run_bulk(bulk.pk, breathe=decide)
    assert done.changed == BATCH + 1
    assert [event[:2] for event in tell(mentions[0])] == [("budi", "tag"), ("agent", "tag"), ("agent", "status")]
