"""The fields of the search: what people decided, in English and in Indonesian; lengths of time; hostile lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.ingest import save
from storage.models import Mention, MentionTopic, Note, ReviewEvent, Topic, User
from storage.page import find_page
from storage.query import QueryError, count_capped, filter_mentions, parse_query, quote_text
from storage.record import TermHit
from storage.search import fold_words
from storage.vocabulary import FIELDS
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db
WIB = ZoneInfo("Asia/Jakarta")
HIT = TermHit(term="Disnaker Kota", field="text", start=0, length=5, passage="Dinas")


@pytest.fixture
def sari(db: None) -> User:
    return User.objects.create_user("sari", name="Sari Dewi", role="agent")


@pytest.fixture
def city(sari: User) -> None:
    """Six mentions of two sources, a day apart; "1" is the oldest, and "6" is untouched."""
    office, paper = make_source("situs dinas"), make_source("Malang Times")
    texts = ("loket izin", "loket parkir", "loket lama", "loket buka", "loket ramai", "loket baru")
    for number, text in enumerate(texts, start=1):
        save(
            (office if number < 4 else paper).pk,
            make_batch(
                make_incoming(
                    str(number),
                    text=text,
                    author_name="Budi Santoso" if number % 2 else "Wati",
                    author_handle="@wati_mlg" if number == 2 else None,
                    search_words=fold_words(f"{text} {'Budi Santoso' if number % 2 else 'Wati'}"),
                    language="jv" if number == 5 else "id",
                    published=NOW - timedelta(days=7 - number),
                    terms=(HIT,) if number in {1, 5} else (),
                    channel="website" if number < 4 else "news",
                    parent="0" if number == 4 else None,
                )
            ),
        )
    budi = User.objects.create_user("budi", name="Budi")
    _decide("1", status="closed", tag="question", assignee=sari, reviewed=NOW)
    _decide("2", status="in_progress", tag="complaint", assignee=sari, priority=1)
    _decide("3", status="answered", tag="question", assignee=budi)
    _decide("4", status="not_ours", tag="other", confidential=True)
    _decide("5", status="new", tag="praise")
    permit = Topic.objects.create(name="Perizinan", slug="perizinan")
    hours = Topic.objects.create(name="Jam buka", slug="jam-buka", parent=permit)
    for external_id, topic in (("1", permit), ("4", hours), ("1", hours)):
        MentionTopic.objects.create(mention=_get(external_id), topic=topic, at=NOW)
    Note.objects.create(mention=_get("3"), by=sari, at=NOW, text="sudah ditelepon")
    ReviewEvent.objects.create(mention=_get("2"), at=NOW, action="status", after="in_progress", why="reply")
    ReviewEvent.objects.create(mention=_get("1"), at=NOW, action="status", after="closed", by=sari)
    ReviewEvent.objects.create(mention=_get("3"), at=NOW, action="source", after="edited")


def _get(number: str) -> Mention:
    return Mention.objects.get(external_id=number)


def _decide(number: str, **fields: object) -> None:
    Mention.objects.filter(external_id=number).update(**fields)


SEARCHES = [
    ("", "654321"),
    ("status:new", "65"),
    ("status:baru,selesai", "651"),
    ("-status:closed loket", "65432"),
    ("status:bukan-kewenangan", "4"),
    ('keadaan:"Bukan kewenangan"', "4"),
    ("status:new -status:new", ""),
    ("jenis:pertanyaan", "31"),
    ("tag:question,PRAISE", "531"),
    ("tag:none", "6"),
    ("-jenis:tanpa sumber:dinas", "321"),
    ("is:open", "652"),
    ("adalah:beres", "431"),
    ("is:new,gone", "65"),
    ("is:untagged", "6"),
    ("is:unassigned is:open", "65"),
    ("is:unread -is:new", "432"),
    ("is:priority OR is:confidential", "42"),
    ("is:reopened", "2"),
    ("is:changed", "3"),
    ("is:mine", "21"),
    ("assignee:me status:in_progress", "2"),
    ("petugas:saya", "21"),
    ("assignee:budi", "3"),
    ('assignee:"sari dewi"', "21"),
    ("assignee:none", "654"),
    ("topic:perizinan", "41"),
    ('topik:"jam buka"', "41"),
    ("topic:jam-buka loket", "41"),
    ("topic:perizinan status:closed", "1"),
    ("topic:none izin OR topic:none parkir", "2"),
    ("sumber:times kanal:berita", "654"),
    ("source:dinas status:closed,answered", "31"),
    ("source:times tag:praise", "5"),
    ("bahasa:jawa", "5"),
    ("-lang:id", "5"),
    ("author:budi", "531"),
    ('penulis:"budi santoso" izin', "1"),
    ("-author:budi", "642"),
    ("author:@wati", "2"),
    ("author:budi OR is:reply", "5431"),
    ('term:"disnaker kota"', "51"),
    ('kata:"Disnaker Kota" status:new', "5"),
    ("has:note", "3"),
    ("ada:topik,catatan", "431"),
    ("has:tag", "54321"),
    ("bentuk:komentar loket", "654321"),
    ("dalam:3h", ""),
    ("within:1d", "6"),
    ("dalam:3hari", "654"),
    ("within:1mgg loket", "654321"),
    ("sejak:kemarin", "6"),
    ("sejak:20/11/2026 sebelum:22-11-2026", "43"),
    ("-parkir is:open", "65"),
    ("-channel:news -status:closed", "32"),
    ("parkir ATAU ramai", "52"),
    ("(status:new ramai) OR tag:complaint", "52"),
]


@pytest.mark.parametrize(("text", "found"), SEARCHES)
def test_a_search_finds_these_and_a_page_the_same(city: None, sari: User, text: str, found: str) -> None:
    query = parse_query(text, WIB, sari, NOW)
    names = dict(Mention.objects.values_list("pk", "external_id"))
    assert "".join(mention.external_id for mention in filter_mentions(query)) == found
    assert "".join(names[key] for key in find_page(query)) == found
    assert count_capped(query) == len(found)


@pytest.mark.parametrize("text", [text for text, found in SEARCHES if len(found) > 1])
def test_pages_of_a_search_meet_in_both_directions(city: None, sari: User, text: str) -> None:
    query = parse_query(text, WIB, sari, NOW)
    whole = find_page(query)
    pages = [find_page(query, 1)]
    while page := find_page(query, 1, older_than=pages[-1][0]):
        pages.append(page)
    assert [key for page in pages for key in page] == whole
    assert find_page(query, 1, newer_than=whole[-1]) == whole[-2:-1]
    assert find_page(query, 9, newer_than=whole[-1]) == whole[:-1]
    assert find_page(query, 9, newer_than=whole[-1], older_than=whole[0]) == whole[1:-1]


def test_a_search_finds_nothing_outside_of_what_it_is_given(city: None, sari: User) -> None:
    open_to_all = Mention.objects.filter(confidential=False)
    for text in ("", "loket", "status:not_ours,new", "topic:perizinan", "source:times"):
        query = parse_query(text, WIB, sari, NOW)
        hidden = _get("4").pk
        assert hidden in find_page(query)
        assert hidden not in find_page(query, within=open_to_all)
        assert hidden not in filter_mentions(query, within=open_to_all).values_list("pk", flat=True)
        assert count_capped(query, within=open_to_all) == count_capped(query) - 1


def test_a_count_ends_at_its_cap(city: None) -> None:
    assert count_capped(parse_query("loket"), 4) == 4
    assert count_capped(parse_query("status:new"), 1) == 1


@pytest.mark.parametrize(
    ("text", "position", "length", "code", "says"),
    [
        ("status:baruu", 7, 5, "one_of", '"status:" is one of new, in_progress'),
        ("status:new,xx", 11, 2, "one_of", 'not "xx"'),
        ("jenis:baru", 6, 4, "one_of", '"tag:" is one of question'),
        ("assignee:sri", 9, 3, "no_person_like", 'nobody called "sri" (did you mean "sari"?)'),
        ("assignee:xyzzy", 9, 5, "no_person", "nobody called"),
        ("topic:perizinn", 6, 8, "no_topic_like", 'no topic "perizinn" (did you mean "perizinan"?)'),
        ("topic:zzz", 6, 3, "no_topic", 'no topic "zzz"'),
        ("dalam:lama", 6, 4, "no_span", "write it as 12h, 3d"),
        ("within:9999y", 7, 5, "no_span", "no length of time"),
        ("sejak:31/02/2026", 6, 10, "no_day", "is no day"),
        ("lang:klingon", 5, 7, "one_of", '"lang:" is one of id'),
        ("author:-", 8, 1, "no_value", 'a value is missing after "author:"'),
        ('author:"…"', 8, 1, "no_letter", "no letter or digit"),
        ("petuga:sari", 0, 7, "no_field_like", '(did you mean "petugas:"?)'),
        ("is:mine", 3, 4, "who", '"mine" means whoever searches'),
        ("assignee:me", 9, 2, "who", "write a name"),
        ("a " * 101, 200, 202, "too_many", "100 parts"),
    ],
)
def test_what_is_not_understood_is_marked(
    city: None, text: str, position: int, length: int, code: str, says: str
) -> None:
    with pytest.raises(QueryError) as raised:
        find_page(parse_query(text, WIB, None, NOW))
    error = raised.value
    assert (error.position, error.code) == (position, code)
    assert error.length == length or code in {"no_value", "too_many"}
    assert says in error.what


HOSTILE = [
    *(
        "' OR '1'='1",
        "'; DROP TABLE mention; --",
        '" OR ""="',
        "1) UNION SELECT password FROM person--",
        "%' AND 1=1",
    ),
    *("admin'--", "\\'; SELECT pg_sleep(9); --", "0x27 OR 1", "${jndi:ldap://x.test/a}", "{{7*7}}", "{% debug %}"),
    *("<script>alert(1)</script>", "#{7*7}", "<%= 7*7 %>", "%n%s%x"),
    *("NEAR(a b, 2)", "a AND OR NOT b", "words : loket", "facets:source1", "* loket*", "^loket", "loket:*", "a & !b"),
    *("'a' <-> 'b'", "{words facets}: a", '"a" + "b"', "(((((", ":source1"),
]


@pytest.mark.parametrize("line", HOSTILE)
def test_a_hostile_line_is_a_text_that_is_found_literally(db: None, line: str) -> None:
    source = make_source()
    save(source.pk, make_batch(make_incoming("0", text=line), make_incoming("1", text="49 meja lain")))
    wanted = list(Mention.objects.filter(external_id="0").values_list("pk", flat=True))
    try:
        find_page(parse_query(line))
    except QueryError as error:
        assert 0 <= error.position <= len(line)
    if any(map(str.isalnum, line)):
        assert find_page(parse_query(quote_text(line))) == wanted
    assert Mention.objects.count() == 2


_FIELDS = (
    "status:",
    "jenis:",
    "is:",
    "topic:",
    "author:",
    "assignee:",
    "dalam:",
    "sejak:",
    "lang:",
    "source:",
    "term:",
)
_VALUES = ("baru", "mine", "3w", "kemarin", "none", "loket", ",", "@", "é", "\0", "²")
_PIECE = st.sampled_from((*_FIELDS, *_VALUES, "(", ")", " ", "-", '"', "OR", "ATAU"))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(_PIECE | st.text(max_size=4), max_size=12))
def test_whatever_is_typed_is_searched_or_refused(sari: User, pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        query = parse_query(text, WIB, sari)
        found = find_page(query), list(filter_mentions(query)), count_capped(query)
    except QueryError as error:
        assert 0 <= error.position <= len(text)
        assert "\n" not in error.code
    else:
        assert found == ([], [], 0)


def test_months_and_years_are_those_of_the_calendar(db: None) -> None:
    source = make_source()
    end_of_march = datetime(2026, 3, 31, 12, tzinfo=UTC)
    times = (datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 2, 28, 11, 59, 59, tzinfo=UTC))
    save(source.pk, make_batch(*(make_incoming(str(at), published=time) for at, time in enumerate(times))))
    found = filter_mentions(parse_query("within:1bulan", WIB, None, end_of_march))
    assert [mention.external_id for mention in found] == ["0"]
    assert count_capped(parse_query("within:1y", WIB, None, end_of_march)) == 2


def test_every_word_of_the_language_is_documented() -> None:
    page = Path("docs/search.md").read_text(encoding="utf-8")
    indonesian, english = page.split("\n# Searching")
    for field in FIELDS:
        assert f"`{field.spoken}:`" in indonesian
        assert f"`{field.name}:`" in english
        for value, words in (field.values or {}).items():
            assert words[0] in indonesian
            assert f"`{value}`" in english or field.name == "lang"
