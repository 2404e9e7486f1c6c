"""The search language: what is found, in which order, how it is looked up, and where it is not understood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.ingest import save
from storage.models import Mention
from storage.query import QueryError, filter_mentions, parse_query
from storage.record import TermHit
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
HIT = TermHit(term="Dinas", field="text", start=0, length=5, passage="Dinas")


@pytest.fixture
def city(db: None) -> None:
    """Five mentions of two sources, a day apart; "1" is the oldest."""
    office, paper = make_source("situs dinas"), make_source("Malang Times")
    days = [NOW - timedelta(days=day) for day in (5, 4, 3, 2)]
    save(
        office.pk,
        make_batch(
            make_incoming("1", text="Syarat izin usaha apa saja?", published=days[0], author_name=None),
            make_incoming("2", text="Izin: syarat perizinan lama", published=days[1], terms=(HIT,)),
            make_incoming("3", text="Parkir di loket penuh", published=days[2], reactions={"like": 1}),
        ),
    )
    save(
        paper.pk,
        make_batch(
            make_incoming("4", text="Loket buka pukul 08.00", kind="article", channel="news", published=days[3]),
            make_incoming("5", text="Loket perizinan ramai", kind="article", channel="news", published=NOW, story=7),
        ),
    )
    save(office.pk, make_batch(make_incoming("3", text="Parkir di loket lega", published=days[2]), gone=("1",)))


def find(text: str) -> str:
    return "".join(mention.external_id for mention in filter_mentions(parse_query(text, WIB)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "54321"),
        ("mengizinkan", "521"),
        ("IZIN loket", "5"),
        ("izin -loket", "21"),
        ("-loket", "21"),
        ("-loket -usaha", "2"),
        ('"syarat izin"', "21"),
        ('"izin syarat"', "2"),
        ('-"syarat izin" izin', "5"),
        ("parkir OR ramai", "53"),
        ("(parkir OR ramai) loket", "53"),
        ("(parkir OR has:story) loket", "53"),
        ("parkir OR -loket", "321"),
        ("08.00", "4"),
        ("lega", "3"),
        ("penuh", ""),
        ("loket -", "543"),
        ("kind:article", "54"),
        ("channel:website loket", "3"),
        ("source:times", "54"),
        ('source:"SITUS dinas" izin', "21"),
        ("-source:times", "321"),
        ("term:Dinas", "2"),
        ("izin -term:Dinas", "51"),
        ("story:7", "5"),
        ("has:story OR has:term", "52"),
        ("has:gone", "1"),
        ("has:edit", "3"),
        ("has:reactions", ""),
        ("-has:author", "1"),
        ("after:2026-11-22", "54"),
        ("after:2026-11-22 before:2026-11-23 loket", "4"),
        ("izin before:2026-11-20T10:00:00+07:00", "1"),
        ("before:2026-11", ""),
        ("after:2026 parkir", "3"),
        ("before:2026-11-20 OR ramai", "51"),
    ],
)
def test_a_search_finds_these_newest_first(city: None, text: str, found: str) -> None:
    assert find(text) == found


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("loket sorce:x", 6, 'no field "sorce:" (did you mean "source:"?)'),
        ("source:tims", 7, 'there is no source "tims"'),
        ("kind:surat", 5, '"kind:" is one of comment, post'),
        ("has:", 4, 'a value is missing after "has:"'),
        ("izin source: loket", 12, 'a value is missing after "source:"'),
        ("has:foo", 4, '"has:" is one of'),
        ("after:lusa", 6, '"lusa" is no day'),
        ("after:0001-01-01", 6, "is no day"),
        ("story:-1", 6, "a value is missing"),
        ("story:99999999999999999999", 6, "takes the number of a story"),
        ('izin "loket', 5, "quotation mark is not closed"),
        ("(izin", 0, "not closed"),
        ("izin)", 4, "never opened"),
        ("izin OR", 7, "missing here"),
        ("()", 1, "missing here"),
        ("…", 0, "no letter or digit"),
        ('"…"', 1, "no letter or digit"),
        ("(" * 30 + "a" + ")" * 30, 20, "20 deep"),
        ("a " * 600, 1_000, "1,000 characters"),
    ],
)
def test_what_is_not_understood_is_marked(db: None, text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        find(text)
    assert says in str(raised.value)
    assert raised.value.position == position
    assert "\n" not in str(raised.value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="ab:\"'()*^-+&|!<>\\%_;ORNEAR é\0{}[]/.", max_size=30))
def test_whatever_is_typed_is_searched_or_refused(db: None, text: str) -> None:
    try:
        found = list(filter_mentions(parse_query(text)))
    except QueryError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "loket",
        "loket izin",
        '"di loket"',
        "loket channel:website",
        "loket -parkir",
        "source:dinas",
        "loket has:author",
    ],
)
def test_no_search_sorts(city: None, text: str) -> None:
    page = filter_mentions(parse_query(text), older_than=1 << 62)[:50]
    plan = page.explain()
    if connection.vendor == "sqlite":
        assert "TEMP B-TREE" not in plan
        assert "SCAN mention_search VIRTUAL TABLE" in plan
    else:
        assert "mention_search" in plan


def test_a_page_begins_below_the_last_of_the_one_before(city: None) -> None:
    query = parse_query("loket")
    first = list(filter_mentions(query)[:2])
    second = list(filter_mentions(query, older_than=first[-1].pk)[:2])
    assert [mention.external_id for mention in (*first, *second)] == ["5", "4", "3"]
    everything = list(filter_mentions(parse_query(""), older_than=first[-1].pk))
    assert [mention.external_id for mention in everything] == ["3", "2", "1"]


def test_a_found_mention_comes_whole_and_can_be_counted(city: None) -> None:
    found = filter_mentions(parse_query("loket izin")).select_related("source")
    assert found.count() == 1
    assert found.get().source.name == "Malang Times"
    assert found.get() == Mention.objects.get(external_id="5")


def test_days_are_those_of_the_zone(db: None) -> None:
    source = make_source()
    midnight = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # in Malang the 21st begins
    times = (midnight - timedelta(seconds=1), midnight)
    save(source.pk, make_batch(*(make_incoming(str(at), published=time) for at, time in enumerate(times))))
    assert find("after:2026-11-21") == "1"
    assert find("before:2026-11-21") == "0"
