"""Mentions for the tests of the store: one that looks like a citizen's, with what a test changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db import connection

from storage.models import Source
from storage.record import Batch, Incoming, Poison
from storage.search import fold_words

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def make_source(name: str = "situs dinas") -> Source:
    return Source.objects.create(
        name=name,
        kind="wordpress",
        channel="website",
        url="https://dinas.test/",
        every=timedelta(minutes=15),
        added=NOW,
    )


def make_incoming(external_id: str, **changed: Any) -> Incoming:
    fields: dict[str, Any] = {
        "external_id": external_id,
        "kind": "comment",
        "channel": "website",
        "url": f"https://dinas.test/#{external_id}" if external_id.isascii() else None,
        "canonical_url": None,
        "title": None,
        "text": f"Pak, antrean nomor {external_id} di Dinas kok lama?",
        "author_name": "Budi",
        "author_handle": None,
        "author_url": None,
        "publisher": None,
        "parent": None,
        "thread": "post:1",
        "published": NOW - timedelta(days=1),
        "published_precision": "second",
        "edited": None,
        "language": "id",
        "reactions": {},
        "raw": None,
    }
    fields |= changed
    content = f"{fields['title'] or ''}\0{fields['text']}"
    hashed = blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return Incoming(**{"content_hash": hashed, "search_words": fold_words(content)} | fields)


def make_batch(
    *mentions: Incoming, gone: tuple[str, ...] = (), poison: tuple[Poison, ...] = (), now: datetime = NOW
) -> Batch:
    return Batch(mentions=mentions, gone=gone, poison=poison, cursor="{}", now=now)


def search(words: str) -> list[int]:
    """The keys of the mentions that hold all words, newest first, straight from the search table."""
    folded = fold_words(words)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT rowid FROM mention_search WHERE mention_search MATCH %s ORDER BY rowid DESC",
                (f"words : ({folded})",),
            )
        else:
            cursor.execute(
                "SELECT mention_id FROM mention_search WHERE document @@ plainto_tsquery('simple', %s)"
                " ORDER BY mention_id DESC",
                (folded,),
            )
        return [row[0] for row in cursor.fetchall()]
