"""What is offered while a search is typed, and the filter panel's way into the same text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storage.filter import describe_filters, set_field
from storage.models import Topic, User
from storage.query import QueryError, parse_query
from storage.suggestion import suggest
from tests.storage_sample import make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> User:
    for name in ("situs dinas", "Malang Times", "dinas kota"):
        make_source(name)
    Topic.objects.create(name="Perizinan", slug="perizinan")
    Topic.objects.create(name="Lama", slug="lama", archived=True)
    User.objects.create_user("budi", is_active=False)
    return User.objects.create_user("sari", name="Sari Dewi")


def offer(typed: str, user: User | None = None, *, spoken: bool = True) -> list[str]:
    """What is offered where "|" stands."""
    at = typed.index("|")
    return [one.label for one in suggest(typed.replace("|", ""), at, user, spoken=spoken)]


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        ("|", ["jenis:", "topik:", "status:", "sumber:", "kanal:", "penulis:", "petugas:", "bahasa:"]),
        ("loket su|", ["sumber:"]),
        ("sour|", ["source:"]),
        ("stat|", ["status:"]),
        ("status:|", ["baru", "diproses", "terjawab", "selesai", "bukan-kewenangan", "diabaikan"]),
        ("status:baru,se|", ["selesai"]),
        ("-jenis:ke|", ["keluhan"]),
        ("(kanal:b| loket)", ["berita"]),
        ("status:bukan k|", ["kanal:", "kata:", "keadaan:", "kind:"]),
        ("sumber:din|", ['"dinas kota"', '"situs dinas"']),
        ('sumber:"mal|', ['"Malang Times"']),
        ("topik:|", ["Perizinan", "tanpa"]),
        ("petugas:s|", ["saya", "sari"]),
        ("petugas:bud|", []),
        ("dalam:3|", ["3hari", "3mgg", "3bln"]),
        ("sejak:k|", ["kemarin"]),
        ("loket xyz|", []),
        ('"loket ja|', []),
        ("http://x|", []),
        ("entah:x|", []),
    ],
)
def test_these_ways_to_go_on_are_offered(office: User, typed: str, offers: list[str]) -> None:
    assert offer(typed, office) == offers


def test_english_is_offered_to_who_reads_english(office: User) -> None:
    assert offer("a|", office, spoken=False) == ["author:", "assignee:", "after:", "ada:", "adalah:"]
    assert offer("status:n|", office, spoken=False) == ["new", "not_ours"]
    assert offer("assignee:|", office, spoken=False) == ["me", "none", "sari"]
    assert offer("within:1|", spoken=False) == ["12h", "1d", "1w", "1m", "1y"]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("loket sumb|", "loket sumber:|"),
        ("sumber:din| izin", 'sumber:"dinas kota"| izin'),
        ("-status:ba|", "-status:baru |"),
        ("status:ba|ru izin", "status:baru| izin"),
        ('sumber:"mal|', 'sumber:"Malang Times" |'),
        ("(jenis:pu|)", "(jenis:pujian |)"),
    ],
)
def test_what_is_taken_stands_where_it_was_typed(office: User, typed: str, taken: str) -> None:
    first = suggest(typed.replace("|", ""), typed.index("|"), office)[0]
    assert f"{first.text[: first.position]}|{first.text[first.position :]}" == taken


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='ab:"(), -statusbaru\0é', max_size=20), position=st.integers(-2, 25))
def test_at_most_eight_are_offered_whatever_is_typed(office: User, text: str, position: int) -> None:
    offers = suggest(text, position, office)
    assert len(offers) <= 8
    assert all(0 <= one.position <= len(one.text) for one in offers)


@pytest.mark.parametrize(
    ("text", "name", "value", "becomes"),
    [
        ("", "status", "new", "status:new"),
        ("loket status:baru izin", "status", "closed", "loket izin status:closed"),
        ("loket keadaan:baru", "status", "", "loket"),
        ("-status:new loket", "status", "new", "-status:new loket status:new"),
        ("(status:new OR izin) loket", "status", "closed", "(status:new OR izin) loket status:closed"),
        ("loket OR izin", "tag", "praise", "(loket OR izin) tag:praise"),
        ('sumber:"situs dinas"', "source", "Malang Times", 'source:"Malang Times"'),
        ("loket", "status", ["new", "answered"], "loket status:new,answered"),
        ('loket "', "status", "new", 'loket " status:new'),
        ("", "source", 'a "b" (c)', 'source:"a  b  (c)"'),
    ],
)
def test_a_click_changes_one_field_of_the_text(text: str, name: str, value: str | list[str], becomes: str) -> None:
    assert set_field(text, name, value) == becomes


def test_a_click_writes_indonesian_for_who_reads_it() -> None:
    written = set_field("loket", "status", ["not_ours", "new"], spoken=True)
    assert written == "loket status:bukan-kewenangan,baru"
    assert describe_filters(parse_query(written)) == {"status": ("not_ours", "new")}


def test_the_panel_shows_what_the_whole_search_asks_for() -> None:
    query = parse_query("loket jenis:keluhan -status:new (kanal:berita OR izin) dalam:3mgg")
    assert describe_filters(query) == {"tag": ("complaint",), "within": ("3mgg",)}


_TEXTS = st.lists(st.sampled_from(["status:new", "loket", "OR", "-", "(", ")", '"', "jenis:keluhan"]), max_size=8)


@settings(max_examples=200, deadline=None)
@given(pieces=_TEXTS)
@example(pieces=["status:new", "OR", "status:new", "-"])
def test_a_field_that_was_set_can_be_seen_and_taken_away(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        parse_query(text)
    except QueryError:
        return
    written = set_field(text, "status", "closed")
    assert describe_filters(parse_query(written))["status"] == ("closed",)
    assert "status" not in describe_filters(parse_query(set_field(written, "status")))
