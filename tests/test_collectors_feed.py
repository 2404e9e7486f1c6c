"""A feed's bytes give its items; what is no feed is refused by name; hostile bytes cost little."""

from __future__ import annotations

import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collectors.collector import ParseError
from collectors.feed import parse_feed
from collectors.feeds.document import MAX_ENTRIES, parse_document
from collectors.item import MARK, MAX_AUTHOR, MAX_TEXT, MAX_TITLE
from tests.feeds import FEEDS, to_json

URL = "https://situs.example/feed"
PAIRS = sorted(path for folder in ("id", "own") for path in (FEEDS / folder).glob("*.items.json"))


def get_feed(pair: Path) -> Path:
    stem = pair.name.removesuffix(".items.json")
    return next(path for path in pair.parent.glob(f"{stem}.*") if not path.name.endswith(".items.json"))


def rss(*items: str, head: str = "") -> bytes:
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Kabar</title>{head}{entries}</channel></rss>'.encode()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.parent.name}/{pair.name}")
def test_a_feed_gives_the_items_beside_it(pair: Path) -> None:
    expected = json.loads(pair.read_text(encoding="utf-8"))
    assert to_json(parse_feed(get_feed(pair).read_bytes(), URL)) == expected


def test_wordpress_posts_get_the_identity_of_its_rest_interface_when_asked_for() -> None:
    body = (FEEDS / "own" / "wordpress-posts.xml").read_bytes()
    assert [item.external_id for item in parse_document(body, URL, wordpress_posts=True).items] == ["post:7"]


def test_a_date_without_a_zone_is_in_the_zone_of_the_source() -> None:
    body = rss("<guid>1</guid><pubDate>5 Agustus 2019 14:05</pubDate>")
    (item,) = parse_document(body, URL, zone=ZoneInfo("Asia/Makassar")).items
    assert item.published is not None and item.published.isoformat() == "2019-08-05T06:05:00+00:00"


STRANGE_DATES = (
    "",
    "kapan-kapan",
    "0000-00-00",
    "9999-12-31T23:59:59Z",
    "31 Feb 2020",
    "1",
    "Mon, 99 Foo 0000 99:99:99",
)


def test_a_strange_date_never_drops_an_item() -> None:
    body = rss(*(f"<guid>{number}</guid><pubDate>{date}</pubDate>" for number, date in enumerate(STRANGE_DATES)))
    assert len(parse_feed(body, URL)) == len(STRANGE_DATES)


def test_long_fields_are_cut_with_a_mark() -> None:
    body = rss(
        f"<guid>{'g' * 5000}</guid><title>{'t ' * 5000}</title><author>{'a ' * 500}</author>"
        f"<description>{'d ' * 50_000}</description>"
    )
    (item,) = parse_feed(body, URL)
    assert item.title is not None and len(item.title) <= MAX_TITLE and item.title.endswith(MARK)
    assert item.author.name is not None and len(item.author.name) <= MAX_AUTHOR
    assert len(item.text) <= MAX_TEXT and item.text.endswith(MARK)
    assert item.external_id.startswith("sha256:")


def test_a_known_entry_is_counted_and_not_read_again() -> None:
    known = parse_document(rss("<guid>1</guid><title>a</title>", "<guid>2</guid><title>b</title>"), URL).digests
    body = rss("<guid>3</guid><title>c</title>", "<guid>1</guid><title>a</title>", "<guid>2</guid><title>B</title>")
    feed = parse_document(body, URL, known=known)
    assert [item.external_id for item in feed.items] == ["3", "2"]
    assert feed.unchanged == 1 and set(feed.digests) == {"1", "2", "3"}


def test_older_pages_are_named_by_rfc_5005() -> None:
    link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="/feed?page=2"/>'
    assert parse_document(rss(head=link.format("next")), URL).next == "https://situs.example/feed?page=2"
    assert parse_document(rss(head=link.format("prev-archive")), URL).next == "https://situs.example/feed?page=2"
    assert parse_document(rss(head=link.format("hub")), URL).next is None


def test_a_very_long_feed_is_read_to_its_limit() -> None:
    items = (f"<guid>{number}</guid><title>{'judul ' * 20}</title>" for number in range(MAX_ENTRIES + 5))
    feed = parse_document(rss(*items), URL)
    assert len(feed.digests) == MAX_ENTRIES and feed.left_out == 5


def test_a_bad_entry_of_a_json_feed_is_told_and_its_neighbours_are_kept() -> None:
    body = b'{"version":"https://jsonfeed.org/version/1","items":[{"id":"a"},7,{"id":[1]},{"id":"b\\ud800\\u0000"}]}'
    feed = parse_document(body, URL)
    assert [item.external_id for item in feed.items] == ["a", "b"]
    assert [bad.reason for bad in feed.bad] == ["the entry is a number, not an object", '"id" is a list, not text']


GOOD = rss(*(f"<guid>{number}</guid><title>judul</title><description>isi</description>" for number in range(20)))
REFUSALS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t", "empty"),
    "a page": (b"<!DOCTYPE html><html><body>Perawatan</body></html>", "is a web page, not a feed"),
    "an unfinished page": (b"\n<html><head><title>Galat", "is a web page, not a feed"),
    "text": (b"Error establishing a database connection", "is plain text"),
    "another JSON": (b'{"code":"rest_no_route"}', "no JSON Feed"),
    "broken JSON": (b'{"items": [', "no valid JSON"),
    "deep JSON": (b'{"items":' + b"[" * 100_000, "too deeply"),
    "a sitemap": (b"<urlset xmlns='x'><url/></urlset>", "<urlset> as its root"),
    "cut within an entry": (GOOD[: len(GOOD) // 2], "cut off: it ends without </rss>"),
    "cut before its end": (GOOD[:-6], "cut off"),
    "cut Atom": (b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id></entry>", "without </feed>"),
    "deep XML": (b"<rss><channel>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</channel></rss>", "nested deeper"),
    "deep XML that is not closed": (b"<rss><channel>" + b"<a>" * 100_000 + b"</channel></rss>", "nested deeper"),
    "bytes": (bytes(range(256)) * 10, "is plain text or unknown data"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_no_whole_feed_is_refused_by_name(name: str) -> None:
    body, reason = REFUSALS[name]
    with pytest.raises(ParseError, match=reason):
        parse_feed(body, URL)


def test_an_empty_feed_is_a_feed() -> None:
    assert parse_feed(rss(), URL) == [] and parse_feed(b"<feed xmlns='http://www.w3.org/2005/Atom'/>", URL) == []


LAUGHS = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10 if number else "lol" * 10}">' for number in range(10))
SECRET = Path(__file__).as_uri()
ENTITIES = {
    "a billion laughs in lines": LAUGHS.replace("><", ">\n<"),
    "a billion laughs in one line": LAUGHS,
    "quadratic": f'<!ENTITY a9 "{"x" * 80_000}">',
    "a file": f'<!ENTITY a9 SYSTEM "{SECRET}">',
    "a parameter entity": f'<!ENTITY % a9 SYSTEM "{SECRET}"> %a9;',
    "behind a quote": '<!ATTLIST x y CDATA "]>"> <!ENTITY a9 "lol">',
    "behind a comment": '<!-- <rss> --> <!entity a9 "lol">',
}
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-32", "cp037")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("name", ENTITIES)
def test_a_feed_that_declares_entities_is_refused_in_any_encoding(name: str, encoding: str) -> None:
    item = "<item><title>" + "&a9;" * 20_000 + "</title></item>"
    text = f'<?xml version="1.0"?><!DOCTYPE rss [{ENTITIES[name]}]><rss><channel>{item}</channel></rss>'
    started = time.process_time()
    with pytest.raises(ParseError, match="declares entities"):
        parse_feed(text.encode(encoding), URL)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE rss SYSTEM "{SECRET}"><rss><channel><item><title>&a9;</title></item></channel></rss>',
        '<!DOCTYPE rss [<!ATTLIST x y CDATA "<rss"> <!ENTITY a9 "lol"> ]>'
        "<rss><channel><item><title>&a9;</title></item></channel></rss>",
        '<rss><!DOCTYPE rss [<!ENTITY a9 "lol">]><channel><item><title>&a9;</title></item></channel></rss>',
    ],
)
def test_an_entity_that_hides_from_the_check_is_still_never_expanded(text: str) -> None:
    assert [item.title for item in parse_feed(text.encode(), URL)] == ["&a9;"]


BOMBS: dict[str, bytes] = {
    "deep markup": rss("<guid>1</guid><description><![CDATA[" + "<div>" * 100_000 + "</div>]]></description>"),
    "comments in markup": rss("<guid>1</guid><description>" + "&lt;!--" * 150_000 + "</description>"),
    "unclosed sections": b"<rss><channel>" + b"<![CDATA[" * 100_000 + b"</channel></rss>",
    "many comments": b"<!-- < -->" * 200_000 + b"<rss><channel/></rss>",
    "many entries": rss(*["<guid>1</guid><title>judul</title>"] * 200_000),
    "many empty entries": b"<rss><channel>" + b"<item/>" * 1_000_000 + b"</channel></rss>",
    "many prefixes": b"<rss><channel/>" + b"".join(b"<p%d:a/>" % number for number in range(20_000)) + b"</rss>",
    "many ends": b"<rss><channel/>" + b"</ " * 300_000 + b"</rss>",
    "many ampersands": rss("<guid>1</guid><title>" + "&a " * 100_000 + "</title>"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_less_than_five_seconds(name: str) -> None:
    started = time.process_time()
    assert len(parse_feed(BOMBS[name], URL)) <= 1
    assert time.process_time() - started < 5


def test_a_tag_with_endless_attributes_is_refused() -> None:
    attributes = " ".join(f"a{number}='1'" for number in range(50_000))
    with pytest.raises(ParseError, match="more than 64 KiB"):
        parse_feed(f"<rss {attributes}><item/></rss>".encode(), URL)


WORD = "Kafé “izin” — 5 €"
CHARSETS: dict[str, tuple[str, str, str]] = {  # bytes are, document says, header says
    "UTF-8": ("utf-8", "utf-8", ""),
    "UTF-8 that nobody declares": ("utf-8", "", ""),
    "UTF-8 called Latin-1": ("utf-8", "iso-8859-1", "iso-8859-1"),
    "Windows-1252 that nobody declares": ("cp1252", "", ""),
    "Windows-1252 called UTF-8": ("cp1252", "utf-8", "utf-8"),
    "Windows-1252 called ASCII": ("cp1252", "us-ascii", ""),
    "UTF-16 called UTF-8": ("utf-16", "utf-8", "utf-8"),
    "UTF-16 without a mark": ("utf-16-be", "utf-16", ""),
    "UTF-32 without a mark": ("utf-32-le", "", ""),
    "a header that wins": ("cp1252", "koi8-r", "windows-1252"),
}


@pytest.mark.parametrize("name", CHARSETS)
def test_the_letters_are_right_whatever_is_declared(name: str) -> None:
    encoding, declared, header = CHARSETS[name]
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = (declaration + rss(f"<guid>1</guid><title>{WORD}</title>").decode()).encode(encoding)
    headers = {"content-type": f"application/rss+xml; charset={header}"} if header else {}
    assert [item.title for item in parse_feed(body, URL, headers)] == [WORD]


def test_utf_8_that_was_encoded_twice_is_read_right() -> None:
    twice = WORD.encode().decode("latin-1")
    assert [item.title for item in parse_feed(rss(f"<guid>1</guid><title>{twice}</title>"), URL)] == [WORD]
