"""Every development feed is read, and the quick path gives the items of feedparser wherever it answers at all."""

from __future__ import annotations

import re
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import XMLSyntaxError

from collectors.collector import ParseError
from collectors.feed import parse_feed
from collectors.feeds import document as feed_document
from collectors.feeds import loose as feed_loose
from collectors.feeds import xml_feed
from collectors.feeds.document import find_feed, name_entries
from collectors.feeds.entry import Document, Place, make_item
from collectors.feeds.repair import repair
from collectors.item import Item
from collectors.markup import decode
from tests.feeds import FEEDS, find_development_feeds

URL = "http://example.com/feed"
XML = [path for path in find_development_feeds() if path.suffix == ".xml"]
REFUSED = {"wellformed_rss__entity_in_doctype.xml": "declares entities"}
# Two entries that say the same, a link and nothing else, are one item.
ONCE = {"wellformed_atom10__entry_link_no_href_link_priority.xml": 1}
# feedparser knows no "rss:" prefix that nobody declared; a reader does.
MORE = {"malformed_rss_namespaced.xml": 2}


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def test_there_are_419_development_feeds() -> None:
    assert len(find_development_feeds()) == 419


@pytest.mark.parametrize("path", find_development_feeds(), ids=name)
def test_every_entry_of_a_development_feed_becomes_an_item(path: Path) -> None:
    body = path.read_bytes()
    if path.name in REFUSED:
        with pytest.raises(ParseError, match=REFUSED[path.name]):
            parse_feed(body, URL)
        return
    items = parse_feed(body, URL)
    if path.suffix == ".xml":
        expected = (ONCE | MORE).get(path.name, len(feedparser.parse(body).entries))
        assert len(items) == expected
    assert len({item.external_id for item in items}) == len(items)


def read_quickly(text: str) -> tuple[Document, str] | None:
    """What the quick path gives, and the text it gave it for; None where it leaves the feed to feedparser."""
    for attempt in (text, repair(text)):
        try:
            return xml_feed.read_document(attempt), attempt
        except xml_feed.UnusualError:
            return None
        except XMLSyntaxError:
            continue
    return None


def to_items(document: Document) -> list[Item]:
    place = Place(
        url=URL,
        language=document.language or None,
        authors=document.authors,
        wordpress="wordpress" in document.generator.lower(),
    )
    return [make_item(entry, place, identity) for identity, entry in name_entries(document.entries, place).items()]


OWN = [path for path in sorted((FEEDS / "own").iterdir()) if path.suffix == ".xml"]


@pytest.mark.parametrize("path", [path for path in [*XML, *OWN] if path.name not in REFUSED], ids=name)
def test_the_quick_path_gives_the_items_of_feedparser(path: Path) -> None:
    text = find_feed(decode(path.read_bytes()).lstrip("\ufeff \t\r\n"), URL)
    quick = read_quickly(text)
    if quick is None:
        assert feed_document.parse_document(path.read_bytes(), URL).next is None
        return
    document, text = quick
    reference = feed_loose.read_document(text, URL)
    assert to_items(document) == to_items(reference)
    assert (document.next, document.language) == (reference.next, reference.language)


def test_most_feeds_take_the_quick_path() -> None:
    texts = [
        find_feed(decode(path.read_bytes()).lstrip("\ufeff \t\r\n"), URL) for path in XML if path.name not in REFUSED
    ]
    assert sum(read_quickly(text) is not None for text in texts) > 0.8 * len(texts)


@pytest.mark.parametrize("path", [path for path in XML if path.parent.name == "feedparser"], ids=name)
def test_the_letters_are_those_that_feedparser_reads(path: Path) -> None:
    """The first comment of these files names the header that they come with."""
    body = path.read_bytes()
    said = re.search(r"Header:\s*Content-[tT]ype:\s*(.*)", decode(body))
    headers = {"content-type": said[1].strip()} if said else {}
    if path.name in REFUSED:
        return
    titles = {item.title or "" for item in parse_feed(body, URL, headers)}
    entries = feedparser.parse(body, response_headers=headers).entries
    plain = {entry.get("title", "") for entry in entries if not re.search("[<&]", entry.get("title", ""))}
    assert {" ".join(title.split()) for title in plain} <= titles | {""}


DAMAGE = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"\0",
    b"\xff",
    b"<item>",
    b"</entry>",
    b"&#xD800;",
    b"<link>http://[</link>",
)
SMALL = [body for body in (path.read_bytes() for path in [*XML, *OWN]) if len(body) < 4_000]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SMALL),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(DAMAGE)), max_size=5),
)
def test_a_damaged_feed_gives_items_or_one_sentence(body: bytes, damages: list[tuple[float, int, bytes]]) -> None:
    for place, length, damage in damages:
        start = int(place * len(body))
        body = body[:start] + damage + body[start + length :]
    try:
        items = parse_feed(body, URL)
    except ParseError as error:
        assert "\n" not in str(error) and str(error).startswith(URL)
        return
    for item in items:
        assert item.external_id and "\0" not in f"{item.external_id}{item.title}{item.text}{item.raw}{item.url}"
        f"{item.external_id}{item.title}{item.text}{item.raw}{item.url}".encode()
