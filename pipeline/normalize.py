"""What a source said, in the form the store takes; cheap, because most of what is offered is known already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime

from collectors.collector import SourceSpec
from collectors.item import MAX_AUTHOR, MAX_RAW, MAX_TEXT, MAX_TITLE, Item
from collectors.markup import clean
from pipeline.dates import settle_date, settle_edit
from pipeline.identity import hash_content
from pipeline.language import detect_language
from pipeline.terms import Terms
from pipeline.urls import canonicalize_url
from storage.record import Incoming
from storage.search import fold_mention

MAX_KEY = 2_000  # characters of an external_id; a PostgreSQL index row holds 2,700 bytes
MAX_URL = 4_000
MAX_REACTIONS = 20
MAX_COUNT = 2**53  # what JSON can say exactly
KINDS = frozenset({"comment", "post", "article", "review", "message"})


def normalize(item: Item, spec: SourceSpec, now: datetime) -> Incoming:
    """An item cleaned and in UTC, not yet looked into; ValueError says why it cannot be stored."""
    if item.kind not in KINDS:
        raise ValueError("its kind is none of ours")
    title = _line(item.title, MAX_TITLE)
    text = clean(item.text, MAX_TEXT)
    published, precision = settle_date(item.published, item.published_precision, now)
    return Incoming(
        external_id=_check_key(item.external_id),
        kind=item.kind,
        channel=spec.channel,
        url=_line(item.url, MAX_URL),
        canonical_url=canonicalize_url(item.url),
        title=title,
        text=text,
        author_name=_line(item.author.name, MAX_AUTHOR),
        author_handle=_line(item.author.handle, MAX_AUTHOR),
        author_url=_line(item.author.url, MAX_URL),
        publisher=_line(item.publisher, MAX_AUTHOR),
        parent=None if item.parent is None else _check_key(item.parent),
        thread=None if item.thread is None else _check_key(item.thread),
        published=published,
        published_precision=precision,
        edited=settle_edit(item.edited, now),
        language="und",
        reactions=_count(item.reactions),
        raw=None if item.raw is None else _plain(item.raw)[:MAX_RAW],
        content_hash=hash_content(title, text),
        search_words="",
    )


def look_into(mention: Incoming, declared: str | None, terms: Terms) -> Incoming:
    """The mention with what only a new or changed text needs: its language, its terms, the words it is found by."""
    whole = f"{mention.title}\n{mention.text}" if mention.title else mention.text
    return replace(
        mention,
        language=detect_language(whole, declared),
        terms=terms.find(mention.title, mention.text),
        search_words=fold_mention(mention.title, mention.text, mention.author_name),
    )


def dump_item(item: Item) -> bytes:
    """An item as JSON, at most MAX_RAW bytes: what quarantine keeps of it."""
    return json.dumps(asdict(item), default=str, ensure_ascii=True).encode()[:MAX_RAW]


def _check_key(key: str) -> str:
    """An identity is never rewritten, so one that cannot be stored as it is refuses the item."""
    if not 0 < len(key) <= MAX_KEY:
        raise ValueError("it has no identity" if not key else "its identity is too long")
    if "\0" in key or not _is_text(key):
        raise ValueError("its identity holds characters that cannot be stored")
    return key


def _line(value: str | None, limit: int) -> str | None:
    """One clean line; None for nothing."""
    return (" ".join(clean(value, limit).split()) or None) if value else None


def _plain(raw: str) -> str:
    """The source's own markup, only without what no database takes."""
    raw = raw.replace("\0", "")
    return raw if _is_text(raw) else raw.encode("utf-8", "replace").decode()


def _is_text(value: str) -> bool:
    """Free of lone surrogates, which no UTF-8 can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _count(reactions: Mapping[str, int]) -> dict[str, int]:
    counted = {}
    for name, number in list(reactions.items())[:MAX_REACTIONS]:
        if isinstance(number, int) and 0 <= number <= MAX_COUNT:
            counted[clean(str(name), 40)] = int(number)
    return counted
