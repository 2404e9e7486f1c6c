"""The bytes of a feed to its items: what is no feed is refused by name, what is known is not read again.

Runs in the sandbox; opens nothing, knows no network. No DOCTYPE ever reaches a parser (F9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo

from lxml.etree import XMLSyntaxError

from collectors.collector import BadItem, ParseError
from collectors.feeds import json_feed, xml_feed
from collectors.feeds.entry import Document, Entry, Place, find_useless, get_identity, make_item
from collectors.feeds.record import Feed
from collectors.feeds.repair import repair
from collectors.markup import clean, decode
from collectors.site import join_address

__all__ = ["Feed", "parse_document"]

MAX_ENTRIES = 10_000  # read of one document; a feed's window is 10 to 100


def parse_document(
    body: bytes,
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    zone: tzinfo = UTC,
    known: Mapping[str, str] | None = None,
    wordpress_posts: bool = False,
) -> Feed:
    """Read a feed of any dialect; ParseError says in one sentence what came instead of one.

    An entry whose digest is in `known` under its external_id is counted, not read.
    """
    document, bad = read_bytes(body, url, headers)
    place = Place(
        url=url,
        zone=zone,
        language=clean(document.language, 35) or None,
        authors=document.authors,
        wordpress="wordpress" in document.generator.lower(),
        wordpress_posts=wordpress_posts,
    )
    entries = name_entries(document.entries[:MAX_ENTRIES], place)
    left_out = document.left_out + max(0, len(document.entries) - MAX_ENTRIES)
    digests = {identity: entry.get_digest() for identity, entry in entries.items()}
    fresh = {identity for identity, digest in digests.items() if (known or {}).get(identity) != digest}
    return Feed(
        items=tuple(make_item(entry, place, identity) for identity, entry in entries.items() if identity in fresh),
        bad=tuple(bad),
        digests=digests,
        unchanged=len(entries) - len(fresh),
        left_out=left_out,
        next=join_address(url, document.next) if document.next else None,
    )


def name_entries(entries: list[Entry], place: Place) -> dict[str, Entry]:
    """The entries by identity; of equal ones the first counts, as it does to a reader."""
    useless = find_useless(entries, place) if len(entries) > 2 else set()
    named: dict[str, Entry] = {}
    for entry in entries:
        named.setdefault(get_identity(entry, place, useless), entry)
    return named


def read_bytes(body: bytes, url: str, headers: Mapping[str, str] | None) -> tuple[Document, list[BadItem]]:
    """The document in the bytes, by the quickest way that can read it."""
    if not body.strip(b" \t\r\n\0"):
        raise ParseError(url, "the answer is empty where a feed was expected")
    text = decode(body, headers).lstrip("\ufeff \t\r\n")
    if text[:1] in {"{", "["}:
        return json_feed.read_document(text, url)
    text, left_out = _shorten(find_feed(text, url))
    document = _read_xml(text, url)
    document.left_out = left_out
    return document, []


_LONG = 1024 * 1024  # characters; a shorter document is not searched for its number of entries
_ENTRY_END = re.compile(
    r"</(?:\w{1,40}:)?(?:item|entry)\s*>|<(?:\w{1,40}:)?(?:item|entry)(?:\s[^<>]{0,999})?/>", re.IGNORECASE
)


def _shorten(text: str) -> tuple[str, int]:
    """A very long feed as its first entries, before it costs memory; and how many were left out."""
    if len(text) < _LONG:
        return text, 0
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    if len(ends) <= MAX_ENTRIES:
        return text, 0
    closing = text[text.rindex("</") :]
    channel = "</channel>" if "</channel>" in text[ends[-1] :] and "channel" not in closing else ""
    return text[: ends[MAX_ENTRIES - 1]] + channel + closing, len(ends) - MAX_ENTRIES


def _read_xml(text: str, url: str) -> Document:
    try:
        return xml_feed.read_document(text)
    except xml_feed.UnusualError:
        return _read_loosely(text, url)
    except XMLSyntaxError as error:
        if "Excessive depth" in str(error):
            raise ParseError(url, "the feed is nested deeper than any feed needs") from None
        mended = repair(text)
    try:
        return xml_feed.read_document(mended)
    except (xml_feed.UnusualError, XMLSyntaxError):
        return _read_loosely(mended, url)


def _read_loosely(text: str, url: str) -> Document:
    from collectors.feeds import loose  # feedparser is imported by the first feed that needs it

    return loose.read_document(text, url)


_ROOT = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*))")
_FEEDS = {"rss", "rdf", "feed", "channel", "entry"}
_PAGES = {"html", "head", "body", "title", "meta", "script", "div"}


def find_feed(text: str, url: str) -> str:
    """The text from the feed's first element to its last; ParseError if there is none, or no end to it."""
    start = _skip_prolog(text, url)
    root = _ROOT.match(text, start)
    name = root[2].lower() if root else ""
    if root is None or name not in _FEEDS:
        raise ParseError(url, _tell_what_it_is(text, name))
    tag_end = text.find(">", root.end())
    if tag_end > 0 and text[tag_end - 1] == "/":
        return text[start : tag_end + 1]
    ends = list(re.finditer(rf"</\s*{re.escape(root[1])}\s*>", text[root.end() :], re.IGNORECASE))
    if not ends:
        raise ParseError(url, f"the feed is cut off: it ends without </{root[1]}>")
    return text[start : root.end() + ends[-1].end()]


def _tell_what_it_is(text: str, root: str) -> str:
    if root in _PAGES or re.search(r"<!doctype\s+html|<html[\s>]", text[:2048], re.IGNORECASE):
        return "the answer is a web page, not a feed"
    if root:
        return f"the answer is XML with <{root[:40]}> as its root, not a feed"
    return "the answer is plain text or unknown data, not a feed"


def _skip_prolog(text: str, url: str) -> int:
    """Where the first element starts: behind declarations, comments, junk, and a DOCTYPE, which no parser sees."""
    position = text.find("<")
    while position >= 0:
        follows = text[position + 1 : position + 2]
        if follows.isalpha() or follows == "_":
            return position
        if text.startswith("<!--", position):
            position = text.find("-->", position + 4)
        elif follows == "?":
            position = text.find("?>", position + 2)
        elif text[position + 2 : position + 8].upper() == "ENTITY":
            raise ParseError(url, "the feed declares entities, which is refused since they can hide anything")
        if position >= 0:
            position = text.find("<", position + 1)
    return len(text)
