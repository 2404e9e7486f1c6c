"""Isso's JSON to items: a thread with its nested replies, the latest comments, one comment; bytes in, items out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from collectors.collector import BadItem, ParseError
from collectors.item import MAX_AUTHOR, MAX_RAW, Author, Item
from collectors.json_body import RecordError, as_object, get_int, get_list, get_number, get_text, load_json
from collectors.markup import clean, to_text
from collectors.site import join_address

DELETED = 4  # "mode" of a comment that was deleted while replies to it stand


@dataclass(frozen=True, kw_only=True, slots=True)
class IssoPage:
    """What one answer holds: its comments, those it calls deleted, and how many more there are."""

    items: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()
    bad: tuple[BadItem, ...] = ()
    roots: int = 0  # comments at the top of this answer
    hidden: int = 0  # further ones at the top that it did not show
    partly: tuple[int, ...] = ()  # comments of whose replies it did not show all

    @property
    def count(self) -> int:
        """How many comments it shows."""
        return len(self.items) + len(self.gone) + len(self.bad)


@dataclass(slots=True)
class _Found:
    items: list[Item] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    bad: list[BadItem] = field(default_factory=list)
    partly: list[int] = field(default_factory=list)


def parse_thread(body: bytes, url: str, uri: str, site: str | None = None) -> IssoPage:
    """The answer to `GET /?uri=…`: comments in order, each before its replies; ParseError when it is no thread."""
    thread = load_json(body, url)
    if not isinstance(thread, dict) or not isinstance(thread.get("replies"), list):
        raise ParseError(url, "the answer is no Isso thread: it has no list of replies")
    found = _Found()
    for record, comment in _walk(thread["replies"]):
        _read(record, comment, uri, site, found)
    try:
        hidden = get_int(thread, "hidden_replies") or 0
    except RecordError:
        hidden = 0
    return _close(found, roots=len(thread["replies"]), hidden=max(0, hidden))


def parse_latest(body: bytes, url: str, site: str | None = None) -> IssoPage:
    """The answer to `GET /latest`: a flat list whose records name their thread."""
    records = load_json(body, url)
    if not isinstance(records, list):
        raise ParseError(url, "the answer is no list of Isso's latest comments")
    found = _Found()
    for record in records:
        uri = record.get("uri") if isinstance(record, dict) else None
        if isinstance(uri, str) and uri:
            _read(record, record, uri, site, found)
        else:
            found.bad.append(_refuse(record, '"uri" is missing, so its thread is unknown'))
    return _close(found, roots=len(records))


def is_deleted(body: bytes, url: str) -> bool:
    """Does the answer to `GET /id/…` say that the comment was deleted?"""
    record = load_json(body, url)
    return isinstance(record, dict) and record.get("mode") == DELETED


def _close(found: _Found, *, roots: int, hidden: int = 0) -> IssoPage:
    return IssoPage(
        items=tuple(found.items),
        gone=tuple(found.gone),
        bad=tuple(found.bad),
        roots=roots,
        hidden=hidden,
        partly=tuple(found.partly),
    )


def _walk(replies: list[object]) -> Iterator[tuple[object, object]]:
    """Every record with itself less its replies, in order; load_json has bounded the depth."""
    for record in replies:
        if not isinstance(record, dict):
            yield record, record
            continue
        inner = record.get("replies")
        yield record, {name: value for name, value in record.items() if name != "replies"}
        if isinstance(inner, list):
            yield from _walk(inner)


def _read(record: object, comment: object, uri: str, site: str | None, found: _Found) -> None:
    try:
        fields = as_object(record, "a comment")
        number = get_int(fields, "id")
        if number is None or number < 1:
            raise RecordError('"id" is missing')
        get_list(fields, "replies")
        if (get_int(fields, "hidden_replies") or 0) > 0:
            found.partly.append(number)
        if get_int(fields, "mode") == DELETED:
            found.gone.append(f"{uri}#{number}")
            return
        found.items.append(_make_item(fields, comment, number, uri, site))
    except RecordError as error:
        found.bad.append(_refuse(comment, str(error)))


def _make_item(fields: dict[str, object], comment: object, number: int, uri: str, site: str | None) -> Item:
    text = get_text(fields, "text")
    if text is None:
        raise RecordError('"text" is missing')
    parent = get_int(fields, "parent")
    published = _read_time(fields, "created")
    edited = _read_time(fields, "modified")
    page = (join_address(site, uri) or uri) if site else uri
    return Item(
        external_id=f"{uri}#{number}",
        kind="comment",
        url=f"{page}#isso-{number}" if page.startswith(("http://", "https://")) else None,
        text=to_text(text),
        author=Author(
            name=clean(get_text(fields, "author") or "", MAX_AUTHOR) or None,
            handle=clean(get_text(fields, "hash") or "", MAX_AUTHOR) or None,
            url=_read_website(fields),
        ),
        parent=f"{uri}#{parent}" if parent else None,
        thread=uri,
        published=published,
        published_precision="second" if published else None,
        edited=edited,
        reactions={
            name: count
            for name, key in (("like", "likes"), ("dislike", "dislikes"))
            if (count := get_int(fields, key) or 0) > 0
        },
        raw=json.dumps(comment, ensure_ascii=False)[:MAX_RAW],
    )


def _read_time(fields: dict[str, object], name: str) -> datetime | None:
    """Seconds since 1970; None where there are none, or where no calendar has them."""
    seconds = get_number(fields, name)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(microsecond=0)
    except (OverflowError, ValueError, OSError):
        return None


def _read_website(fields: dict[str, object]) -> str | None:
    website = clean(get_text(fields, "website") or "", 2_000)
    return website if website.startswith(("http://", "https://")) else None


def _refuse(record: object, reason: str) -> BadItem:
    raw = json.dumps(record, ensure_ascii=False)[:MAX_RAW]
    return BadItem(raw=raw.encode("utf-8", "replace"), reason=f"an Isso comment could not be read: {reason}")
