"""What a batch does to what was decided before it: a reply reopens, an edit says so, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storage.ingest import save
from storage.models import Mention, Revision, Source, User
from storage.review import ConflictError, UndoError, set_status, set_tag, undo
from tests.review_sample import later, make_people, tell
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db(transaction=True)
REOPENED = (None, "status", "closed", "in_progress")


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return make_people()


@pytest.fixture
def source(people: dict[str, User]) -> Source:
    return make_source()


def offer(source: Source, external_id: str, minutes: int = 0, **changed: Any) -> Mention:
    save(source.pk, make_batch(make_incoming(external_id, **changed), now=later(minutes)))
    return Mention.objects.get(external_id=external_id)


def close(mention: Mention, by: User, status: str = "closed") -> Mention:
    return set_status(mention, status, by=by, now=later(1)).mention


@pytest.mark.parametrize("status", ["closed", "answered"])
def test_the_authors_own_reply_reopens(source: Source, people: dict[str, User], status: str) -> None:
    item = close(offer(source, "1"), people["agent"], status)
    offer(source, "2", 5, parent="answer", author_name="Budi")  # below the office's answer, in the same conversation
    item.refresh_from_db()
    assert (item.status, item.version, item.reviewed) == ("in_progress", 2, later(1))
    assert tell(item)[1:] == [(None, "status", status, "in_progress")]
    event = item.events.order_by("-pk")[0]
    assert (event.why, event.at) == ("reply", later(5))
    with pytest.raises(UndoError):
        undo(people["admin"], event)


@pytest.mark.parametrize(
    "reply",
    [
        {"parent": "1", "author_name": "Admin Dinas"},  # the office's own answer
        {"parent": None},  # a new comment below the same article
        {"parent": "1", "thread": "post:2"},
        {"parent": "1", "author_name": None},
        {"parent": "1", "author_name": "Budi", "author_handle": "@budi_lain"},
    ],
)
def test_nothing_else_reopens(source: Source, people: dict[str, User], reply: dict[str, Any]) -> None:
    item = close(offer(source, "1", author_handle="@budi"), people["agent"])
    offer(source, "2", 5, **reply)
    item.refresh_from_db()
    assert (item.status, len(tell(item))) == ("closed", 1)


def test_a_handle_tells_who_it_is_whatever_the_name(source: Source, people: dict[str, User]) -> None:
    item = close(offer(source, "1", author_handle="@budi"), people["agent"])
    offer(source, "2", 5, parent="1", author_name="Budi S.", author_handle="@budi")
    assert tell(item)[-1] == REOPENED


def test_where_there_are_no_threads_a_reply_is_known_by_what_it_answers(
    source: Source, people: dict[str, User]
) -> None:
    item, other = (close(offer(source, name, thread=None), people["agent"]) for name in ("1", "2"))
    offer(source, "3", 5, thread=None, parent="1")
    assert (tell(item)[-1], len(tell(other))) == (REOPENED, 1)


def test_what_is_ignored_or_not_ours_stays_so_and_so_does_another_sources(
    source: Source, people: dict[str, User]
) -> None:
    ignored = close(offer(source, "1"), people["agent"], "ignored")
    elsewhere = close(offer(make_source("lain"), "2"), people["agent"])
    close(offer(source, "3", thread="post:9"), people["agent"])
    offer(source, "4", 5, parent="1")
    assert (len(tell(ignored)), len(tell(elsewhere))) == (1, 1)


def test_a_reply_that_is_seen_again_does_not_reopen_again(source: Source, people: dict[str, User]) -> None:
    item = close(offer(source, "1"), people["agent"])
    offer(source, "2", 5, parent="1")
    item.refresh_from_db()
    close(item, people["agent"])
    offer(source, "2", 9, parent="1")
    item.refresh_from_db()
    assert item.status == "closed"


def test_a_text_that_changes_after_it_was_judged_says_so(source: Source, people: dict[str, User]) -> None:
    judged, unread = offer(source, "1"), offer(source, "2")
    set_tag(judged, "praise", by=people["agent"], now=later(1))
    for name in ("1", "2"):
        offer(source, name, 5, text="Ternyata tetap lama!")
    assert tell(judged)[1:] == [(None, "source", None, "edited")]
    assert tell(unread) == []
    judged.refresh_from_db()
    assert judged.reviewed is not None
    assert judged.reviewed < Revision.objects.get(mention=judged).replaced
    with pytest.raises(ConflictError, match="Kentongan changed this meanwhile"):  # a page that shows the old text
        set_status(judged, "closed", by=people["agent"], version=1)
    assert set_status(judged, "closed", by=people["agent"]).mention.status == "closed"


def test_what_needs_none_of_this_pays_at_most_one_look(source: Source, people: dict[str, User]) -> None:
    def count(*mentions: Any) -> int:
        with CaptureQueriesContext(connection) as said:
            save(source.pk, make_batch(*mentions))
        return len([1 for query in said if "review_event" in query["sql"] or "'answered'" in query["sql"]])

    assert count(make_incoming("1"), make_incoming("2")) == 0
    assert count(make_incoming("1"), make_incoming("3", parent="1")) == 1
    assert count(make_incoming("1", text="lain", published=NOW)) == 1
