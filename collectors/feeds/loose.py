"""Any feed that people read somewhere, by feedparser: ill-formed, nested, old or rare; slower, and the reference.

Its sanitising and link resolving are switched off, since every text is cleaned once, by markup.py.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import feedparser

from collectors.collector import ParseError
from collectors.feeds.entry import Document, Entry, Form, as_link
from collectors.feeds.xml_feed import choose_body

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_MARKUP = {"text/html", "application/xhtml+xml", "html", "xhtml"}


# feedparser is quadratic in the attributes of one tag: 100,000 took it 77 s.
_MAX_TAG = 64 * 1024
_LONG_TAG = re.compile(f"<[^<>]{{{_MAX_TAG}}}")


def read_document(text: str, url: str) -> Document:
    """What a feed says; the text has no DOCTYPE any more."""
    if any(_LONG_TAG.search(piece.rpartition("]]>")[2]) for piece in text.split("<![CDATA[")):
        raise ParseError(url, "the feed has a tag of more than 64 KiB")
    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers=_HEADERS,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (LookupError, TypeError, ValueError) as error:  # feedparser's own slips on damaged names and numbers
        raise ParseError(url, f"the feed is too damaged to be read ({type(error).__name__})") from error
    atom = str(parsed.get("version", "")).startswith("atom")
    feed = parsed.feed
    older = (link for link in _records(feed, "links") if _text(link, "rel") in {"next", "prev-archive"})
    return Document(
        entries=[_read_entry(entry, atom) for entry in parsed.entries],
        language=_text(feed, "language"),
        generator=f"{_text(feed, 'generator')} {_text(feed.get('generator_detail'), 'href')}".strip(),
        authors=tuple(_find_people(feed)) if atom else (),
        next=next((_text(link, "href") for link in older), ""),
    )


def _records(said: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list under a name; a damaged feed has other things there."""
    value = dict.get(said, name) if isinstance(said, dict) else None
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def _text(record: object, name: str) -> str:
    # feedparser's own get() answers "updated" with "published"; what was not said stays unsaid here.
    value = dict.get(record, name) if isinstance(record, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _read_entry(said: Mapping[str, Any], atom: bool) -> Entry:
    title_type = _text(said.get("title_detail"), "type")
    title_form: Form = "unsure" if not atom else "markup" if title_type in _MARKUP else "text"
    bodies = list(_find_bodies(said, atom))
    body, body_form = choose_body(bodies) if bodies else ("", "markup")
    return Entry(
        id=_text(said, "id"),
        link=_text(said, "feedburner_origlink") or _find_link(said),
        title=_text(said, "title"),
        title_form=title_form,
        body=body,
        body_form=body_form,
        authors=tuple(_find_people(said)),
        author_url=next(filter(None, (_text(person, "href") for person in _records(said, "authors"))), ""),
        published=_text(said, "published") or _text(said, "created"),
        updated=_text(said, "updated"),
        outlet=_text(said.get("source"), "title"),
        reply_to=_find_reply(said),
        post_id=_text(said, "post-id"),
    )


def _find_people(said: Mapping[str, Any]) -> list[str]:
    people = [_text(person, "name") or _text(person, "email") for person in _records(said, "authors")]
    return [person for person in people if person] or [name for name in [_text(said, "author")] if name]


def _find_bodies(said: Mapping[str, Any], atom: bool) -> Iterator[tuple[str, Form]]:
    """Content, then summary, then what feedparser took for content because a summary was there (a caption)."""
    contents = _records(said, "content")
    summary = said.get("summary_detail") or {"value": _text(said, "summary"), "type": "text/html"}
    captions = [] if atom else [detail for detail in contents if _text(detail, "type") == "text/plain"]
    for detail in [*(detail for detail in contents if detail not in captions), summary, *captions]:
        kind = _text(detail, "type")
        if kind in _MARKUP:
            yield _text(detail, "value"), "markup"
        elif not kind.startswith(("image/", "audio/", "video/")):
            yield _text(detail, "value"), "text" if atom and kind in {"text/plain", "text", ""} else "unsure"


def _find_link(said: Mapping[str, Any]) -> str:
    """The first link that leads to a page; the guid where it serves as one."""
    for link in _records(said, "links"):
        if _text(link, "rel") in {"", "alternate"} and _text(link, "type") in {"", "text/html", *_MARKUP}:
            href = _text(link, "href")
            if href:
                return href
    last = _text(said, "link")
    return as_link(last) if last == _text(said, "id") else last


def _find_reply(said: Mapping[str, Any]) -> str:
    """The ref of thr:in-reply-to, under whatever prefix."""
    reply = next((value for name, value in said.items() if name.endswith("in-reply-to")), None)
    return _text(reply, "ref")
