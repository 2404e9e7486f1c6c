"""Mentions on their way out of the store: one flat record each, streamed in batches, in the contract's order of keys.

Personal data is masked (docs/privacy.md) unless somebody with the right to see it asked, with a reason.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from reports.column import Column
from storage.models import Mention, MentionTopic, RawPayload, Source, TermMatch
from storage.payload import unpack
from storage.privacy import mask
from storage.query import Query, filter_mentions

# Rows that are in memory at once. A text has at most 64 Ki characters, a payload 256 Ki: the worst batch of either
# stays near 130 MB, a usual one near 2 MB.
BATCH = 2_000
BATCH_RAW = 400
KEYS_AT_ONCE = 10_000

COLUMNS = (
    Column("id", "number"),
    Column("source", "text"),
    Column("channel", "text"),
    Column("kind", "text"),
    Column("external_id", "text"),
    Column("url", "text"),
    Column("canonical_url", "text"),
    Column("title", "text"),
    Column("text", "text"),
    Column("author", "text"),
    Column("parent", "text"),
    Column("thread", "text"),
    Column("published", "time"),
    Column("edited", "time"),
    Column("gone", "time"),
    Column("collected", "time"),
    Column("language", "text"),
    Column("terms", "texts"),
    Column("story", "number"),
    Column("tag", "text"),
    Column("topic", "text"),
    Column("status", "text"),
    Column("assignee", "text"),
)
RAW = Column("raw", "text")

_FIELDS = (
    *("id", "source_id", "channel", "kind", "external_id", "url", "canonical_url", "title", "text", "author_name"),
    *("author_handle", "parent", "thread", "published", "edited", "gone", "collected", "language", "story"),
    *("tag", "status", "assignee__username"),
)


def get_columns(*, raw: bool) -> tuple[Column, ...]:
    """The columns of an export, in their order."""
    return (*COLUMNS, RAW) if raw else COLUMNS


def find_keys(query: Query, *, within: QuerySet[Mention] | None = None, most: int | None = None) -> array[int]:
    """The keys of what a search finds, newest first, at most so many: 8 bytes each. QueryError as the search says.

    The search is asked once, not for each page, and no statement stays open while the rows are read
    (docs/decisions/0111).
    """
    return array(
        "q",
        filter_mentions(query, within=within).values_list("pk", flat=True)[:most].iterator(chunk_size=KEYS_AT_ONCE),
    )


def stream_mentions(
    keys: Sequence[int], *, raw: bool = False, revealed: bool = False
) -> Iterator[list[tuple[Any, ...]]]:
    """The mentions of these keys, newest first, in batches of rows in the order of the columns; many cost no memory.

    Collecting may go on meanwhile: a row is as it is when its batch is read. `raw` is never masked: what a source
    sent has no form that we know.
    """
    if raw and not revealed:
        raise ValueError("the raw payload cannot be masked")
    sources = dict(Source.objects.values_list("id", "name"))
    size = BATCH_RAW if raw else BATCH
    for at in range(0, len(keys), size):
        wanted = list(keys[at : at + size])
        batch = Mention.objects.filter(pk__in=wanted).order_by("-pk").values_list(*_FIELDS)
        terms, topics = _get_terms(wanted), _get_topics(wanted)
        payloads = _get_payloads(wanted) if raw else None
        rows = (_make_row(row, sources, terms, topics, payloads) for row in batch)
        yield list(rows if revealed else map(_mask_row, rows))


_MASKED = tuple(column.name in {"url", "canonical_url", "title", "text", "author"} for column in COLUMNS)


def _mask_row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The identities stay, because rows refer to each other by them."""
    return tuple(mask(cell) if masked and cell else cell for cell, masked in zip(row, _MASKED, strict=True))


def _make_row(
    row: tuple[Any, ...],
    sources: dict[int, str],
    terms: dict[int, list[str]],
    topics: dict[int, list[str]],
    payloads: dict[int, str] | None,
) -> tuple[Any, ...]:
    key, source, channel, kind, external_id, url, canonical, title, text, name, handle, *rest = row
    *rest, story, tag, status, assignee = rest
    end = () if payloads is None else (payloads.get(key),)
    return (
        *(key, sources[source], channel, kind, external_id, url, canonical, title, text, name or handle),
        *rest,
        *(terms.get(key, []), story, tag or None, "; ".join(topics.get(key, [])) or None, status, assignee, *end),
    )


def _get_terms(keys: list[int]) -> dict[int, list[str]]:
    """The names of the terms of each mention, each name once."""
    found: dict[int, list[str]] = {}
    pairs = TermMatch.objects.filter(mention_id__in=keys).values_list("mention_id", "term")
    for mention, term in sorted(set(pairs)):
        found.setdefault(mention, []).append(term)
    return found


def _get_topics(keys: list[int]) -> dict[int, list[str]]:
    """The names of the topics of each mention, in the order of the office's list."""
    found: dict[int, list[str]] = {}
    pairs = MentionTopic.objects.filter(mention_id__in=keys).order_by("topic__position", "topic__name")
    for mention, topic in pairs.values_list("mention_id", "topic__name"):
        found.setdefault(mention, []).append(topic)
    return found


def _get_payloads(keys: list[int]) -> dict[int, str]:
    """What the source itself sent for each mention of which it was kept."""
    rows = RawPayload.objects.filter(mention_id__in=keys).values_list("mention_id", "body")
    return {key: unpack(bytes(body)) for key, body in rows}
