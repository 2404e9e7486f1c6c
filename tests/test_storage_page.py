"""How a page of a search is looked up: nothing is sorted, whatever is asked for, and few statements are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from storage.bundle import count_each
from storage.ingest import save
from storage.models import Mention, MentionTopic, Topic, User
from storage.page import find_page
from storage.query import filter_mentions, parse_query
from storage.record import TermHit
from storage.visible import visible_to
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db
HIT = TermHit(term="Dinas", field="text", start=0, length=5, passage="Dinas")
STATUSES = ("new", "in_progress", "answered", "closed", "not_ours", "ignored")
TAGS = ("", "question", "complaint", "praise", "other")


@pytest.fixture
def officer(db: None) -> User:
    """Somebody before a store of 600 mentions with every combination of status and tag, and the planner's numbers."""
    for name in ("situs dinas", "kabar"):
        source = make_source(name)
        save(
            source.pk,
            make_batch(
                *(
                    make_incoming(
                        str(number),
                        text=f"Budi: antrean nomor {number} kok lama",
                        published=NOW - timedelta(minutes=number),
                        terms=(HIT, HIT) if number % 3 else (),
                    )
                    for number in range(300)
                )
            ),
        )
    officer = User.objects.create_user("sari", role="agent")
    mentions = list(Mention.objects.order_by("pk"))
    for number, mention in enumerate(mentions):
        mention.status, mention.tag = STATUSES[number % 6], TAGS[number % 5]
        mention.assignee = officer if number % 7 == 0 else None
    Mention.objects.bulk_update(mentions, ["status", "tag", "assignee"])
    permits = Topic.objects.create(name="Perizinan", slug="perizinan")
    hours = Topic.objects.create(name="Jam buka", slug="jam-buka", parent=permits)
    pairs = [(mention, topic) for topic in (permits, hours) for mention in mentions[::2]]
    MentionTopic.objects.bulk_create(MentionTopic(mention=one, topic=topic, at=NOW) for one, topic in pairs)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return officer


SEARCHES = [
    *("", "antrean", "antrean kok", '"kok lama"', "antrean channel:website", "source:kabar antrean", "-xyzzy"),
    *("status:new", "status:closed,answered", "-status:new", "is:open", "tag:praise", "tag:none", "-tag:none"),
    *("source:kabar", "source:kabar status:new", "source:kabar tag:praise", "source:kabar tag:praise status:new"),
    *("assignee:me", "is:open is:mine", "is:open is:unassigned", "antrean tag:praise", "antrean status:new"),
    *("topic:jam-buka", "topic:perizinan", "term:dinas", "term:dinas status:new", "author:budi", "story:7"),
    *("after:2026-11-23", "status:new within:1w", "has:topic", "is:gone"),
]


@pytest.mark.parametrize("ask_newer", [False, True])
@pytest.mark.parametrize("text", SEARCHES)
def test_no_page_sorts(officer: User, text: str, ask_newer: bool) -> None:
    where = {"newer_than": 5} if ask_newer else {"older_than": 1 << 62}
    query = parse_query(text, user=officer, now=NOW)
    with CaptureQueriesContext(connection) as sent:
        keys = find_page(query, within=visible_to(officer), **where)
    assert bool(keys) == (text not in {"story:7", "is:gone"})
    assert keys == sorted(set(keys), reverse=True)
    assert len(sent) <= 4
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for one in sent.captured_queries:
                if not one["sql"].startswith("WITH"):
                    cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
                    assert not [row for row in cursor.fetchall() if "ORDER BY" in row[3]], one["sql"]


def test_the_newest_are_the_same_whatever_way_they_are_found(officer: User) -> None:
    every = set(Mention.objects.filter(tag="praise").values_list("pk", flat=True))
    assert find_page(parse_query("tag:praise"), 500) == sorted(every, reverse=True)
    assert find_page(parse_query("tag:praise antrean"), 500) == sorted(every, reverse=True)
    assert find_page(parse_query("tag:praise topic:perizinan"), 500) == sorted(
        set(Mention.objects.filter(tag="praise", topics__isnull=False).values_list("pk", flat=True)), reverse=True
    )


def test_no_count_beside_a_view_sorts(officer: User) -> None:
    searches = ("status:new", "assignee:me", "is:open assignee:none", "tag:praise", "antrean", "")
    asked = [filter_mentions(parse_query(text, user=officer), within=visible_to(officer)) for text in searches]
    with CaptureQueriesContext(connection) as sent:
        counts = count_each(asked)
    assert counts == [found.count() for found in asked]
    assert "ORDER BY" not in sent.captured_queries[0]["sql"]
