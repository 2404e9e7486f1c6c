"""One refused item read again by the present program: bytes in, items out, as its kind of source writes them.

What cannot be read alone (a record that does not say where it stood, one that was cut) is a ParseError that says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from collectors.collector import ParseError
from collectors.item import Author, Item

ALONE = "it cannot be read alone; the next collecting reads its source again"
CUT = "only its beginning was kept, so it cannot be read again"


def reread(kind: str, raw: bytes, url: str) -> tuple[Item, ...]:
    """The items of one refused piece of a source; ParseError says why there are none."""
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ParseError(url, CUT if raw[:1] in {b"{", b"["} else ALONE) from error
    if not isinstance(record, dict):
        raise ParseError(url, ALONE)
    if record.keys() == {field.name for field in fields(Item)}:
        return (_read_item(record, url),)
    reader = _READERS.get(kind)
    if reader is None:
        raise ParseError(url, ALONE)
    return reader(record, url)


def _read_item(record: Mapping[str, Any], url: str) -> Item:
    """An item that the pipeline could not normalize, as it wrote it down."""
    try:
        times = {name: _read_time(record[name]) for name in ("published", "edited")}
        return Item(**{**record, **times, "author": Author(**record["author"])})
    except (ValueError, TypeError) as error:
        raise ParseError(url, ALONE) from error


def _read_time(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) else None


def _read_feed(record: Mapping[str, Any], url: str) -> tuple[Item, ...]:
    from collectors.feeds.document import parse_document

    feed = parse_document(json.dumps({"items": [record]}).encode(), url)
    return _check(feed.items, feed.bad, url)


def _read_wordpress(record: Mapping[str, Any], url: str) -> tuple[Item, ...]:
    from collectors.wordpress.listing import parse_comments, parse_posts

    parse = parse_comments if "post" in record else parse_posts
    listing = parse(json.dumps([record]).encode(), url)
    return _check(tuple(entry.item for entry in listing.entries), listing.bad, url)


def _read_isso(record: Mapping[str, Any], url: str) -> tuple[Item, ...]:
    from collectors.isso_thread import parse_latest

    if not record.get("uri"):
        raise ParseError(url, ALONE)
    page = parse_latest(json.dumps([record]).encode(), url)
    return _check(page.items, page.bad, url)


def _check(items: tuple[Item, ...], bad: tuple[Any, ...], url: str) -> tuple[Item, ...]:
    if bad:
        raise ParseError(url, str(bad[0].reason))
    return items


_READERS = {"feed": _read_feed, "wordpress": _read_wordpress, "isso": _read_isso}
