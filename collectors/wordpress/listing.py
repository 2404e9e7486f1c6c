"""What WordPress' REST interface lists, bytes in and records out. Runs in the sandbox; knows no network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

from collectors.collector import BadItem, ParseError
from collectors.item import MAX_AUTHOR, MAX_RAW, Author, Item, cut
from collectors.json_body import RecordError, as_object, get_int, get_list, get_object, get_text, load_json
from collectors.markup import to_line, to_text

COMMENT_FIELDS = "id,post,parent,author,author_name,author_url,date_gmt,content,link,status,type"
POST_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,_links.author,_embedded"
_MAX_URL = 2_000
_MARK_BYTES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One listed comment or post."""

    id: int
    item: Item
    moved: datetime | None  # what the site orders its newest by: a comment's date, a post's modification
    mark: str  # equal marks are equal records


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One page of a list, in the site's order."""

    entries: tuple[Entry, ...] = ()
    bad: tuple[BadItem, ...] = ()

    def __len__(self) -> int:
        return len(self.entries) + len(self.bad)


def parse_comments(body: bytes, url: str) -> Listing:
    """A page of `wp/v2/comments`; ParseError when it is no list."""
    return _parse_list(body, url, _parse_comment)


def parse_posts(body: bytes, url: str) -> Listing:
    """A page of `wp/v2/posts`; ParseError when it is no list."""
    return _parse_list(body, url, _parse_post)


def parse_mixed(body: bytes, url: str) -> Listing:
    """A page of which only its shape tells what it lists."""
    return _parse_list(body, url, lambda record: (_parse_post if "title" in record else _parse_comment)(record))


def parse_ids(body: bytes, url: str) -> Listing:
    """A page that was asked for its ids only: the items are empty but for their identity."""
    return _parse_list(body, url, _parse_id)


def parse_verdict(body: bytes, url: str) -> str:
    """What a single answer comes down to: an error's code (`rest_comment_invalid_id`), else a record's status.

    Empty where it is neither.
    """
    try:
        record = as_object(load_json(body, url))
        return get_text(record, "code") or get_text(record, "status") or ""
    except (ParseError, RecordError):
        return ""


def _parse_list(body: bytes, url: str, parse: Callable[[Mapping[str, object]], Entry]) -> Listing:
    document = load_json(body, url)
    if isinstance(document, dict):  # WordPress' own error, or one record where many were asked for
        document = [document] if "id" in document else document
    if not isinstance(document, list):
        raise ParseError(url, "the answer is no list of comments or posts")
    entries, bad = [], []
    for record in document:
        try:
            entries.append(parse(as_object(record)))
        except RecordError as error:
            bad.append(BadItem(raw=_dump(record).encode(), reason=str(error)))
    return Listing(entries=tuple(entries), bad=tuple(bad))


def _parse_comment(record: Mapping[str, object]) -> Entry:
    number, post = _get_id(record), get_int(record, "post")
    parent, user = get_int(record, "parent"), get_int(record, "author")
    published = _get_time(record, "date_gmt")
    item = Item(
        external_id=f"comment:{number}",
        kind="comment",
        url=_get_address(record, "link"),
        text=_get_rendered(record, "content", to_text),
        author=Author(
            name=to_line(get_text(record, "author_name") or "", MAX_AUTHOR) or None,
            handle=str(user) if user else None,
            url=_get_address(record, "author_url"),
        ),
        parent=f"comment:{parent}" if parent else None,
        thread=f"post:{post}" if post else None,
        published=published,
        published_precision="second" if published else None,
        raw=_dump(record),
    )
    return Entry(id=number, item=item, moved=published, mark=_mark(record))


def _parse_post(record: Mapping[str, object]) -> Entry:
    number = _get_id(record)
    published, modified = _get_time(record, "date_gmt"), _get_time(record, "modified_gmt")
    said = {name: value for name, value in record.items() if name not in {"_links", "_embedded"}}
    item = Item(
        external_id=f"post:{number}",
        kind="article",
        url=_get_address(record, "link"),
        title=_get_rendered(record, "title", to_line) or None,
        text=_get_rendered(record, "content", to_text),
        author=_get_post_author(record),
        published=published,
        published_precision="second" if published else None,
        edited=modified if modified and published and modified > published else None,
        raw=_dump(said),
    )
    return Entry(id=number, item=item, moved=modified or published, mark=_mark(said))


def _parse_id(record: Mapping[str, object]) -> Entry:
    number = _get_id(record)
    return Entry(id=number, item=Item(external_id=str(number), kind="post"), moved=None, mark="")


def _get_id(record: Mapping[str, object]) -> int:
    number = get_int(record, "id")
    if number is None or number <= 0:
        raise RecordError('"id" is missing')
    return number


def _get_post_author(record: Mapping[str, object]) -> Author:
    """The author's name where the site shows its users; many close that list."""
    user = get_int(record, "author")
    shown = get_list(get_object(record, "_embedded"), "author")
    person = as_object(shown[0], "the author") if shown else {}
    name = to_line(get_text(person, "name") or "", MAX_AUTHOR) or None
    return Author(name=name, handle=str(user) if user else None)


def _get_rendered(record: Mapping[str, object], name: str, read: Callable[[str], str]) -> str:
    return read(get_text(get_object(record, name), "rendered") or "")


def _get_address(record: Mapping[str, object], name: str) -> str | None:
    """A web address; anything else, such as javascript:, is none."""
    address = (get_text(record, name) or "").strip()
    good = address.lower().startswith(("http://", "https://")) and address.isprintable() and len(address) <= _MAX_URL
    return address if good else None


def _get_time(record: Mapping[str, object], name: str) -> datetime | None:
    """WordPress' GMT times carry no zone. What is no time, such as 0000-00-00, is None: it never costs an item."""
    try:
        stated = datetime.fromisoformat(get_text(record, name) or "")
    except (ValueError, RecordError):
        return None
    if stated.tzinfo is not None:
        return stated.astimezone(UTC) if 1 < stated.year < 9999 else None
    return stated.replace(tzinfo=UTC)


def _dump(record: object) -> str:
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return cut(text.encode("utf-8", "replace").decode(), MAX_RAW)  # lone surrogates cannot be stored


def _mark(record: Mapping[str, object]) -> str:
    text = json.dumps(record, sort_keys=True)
    return blake2b(text.encode(), digest_size=_MARK_BYTES).hexdigest()
