"""The statements by which a batch is written, each once for the whole batch, and the rows they take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from storage.dialect import is_one_of, put_words, write_json, write_list, write_time
from storage.payload import pack
from storage.record import Incoming
from storage.search import make_facets

# A later, poorer answer (a feed where REST is closed) does not take these away, a fuller one fills them in.
KEPT = (
    "url",
    "canonical_url",
    "author_name",
    "author_handle",
    "author_url",
    "publisher",
    "parent",
    "thread",
    "story",
)

_INSERT = (
    "INSERT INTO mention (id, source_id, external_id, kind, channel, url, canonical_url, author_name, author_handle,"
    " author_url, publisher, parent, thread, story, title, text, published, published_precision, edited, reactions,"
    " collected, language, content_hash, run_id) VALUES (" + ", ".join(["%s"] * 24) + ")"
)
_REVISE = (
    "INSERT INTO revision (mention_id, title, text, edited, replaced)"
    " SELECT id, title, text, edited, %s FROM mention WHERE {} ORDER BY id"
)
_UPDATE = (
    "UPDATE mention SET " + ", ".join(f"{column} = COALESCE(%s, {column})" for column in KEPT) + ", title = %s,"
    " text = %s, published = COALESCE(%s, published), published_precision = COALESCE(%s, published_precision),"
    " edited = %s, reactions = %s, language = %s, content_hash = %s, gone = NULL WHERE id = %s"
)
_FILL = "UPDATE mention SET " + ", ".join(f"{column} = COALESCE({column}, %s)" for column in KEPT) + " WHERE id = %s"
_REACT = "UPDATE mention SET reactions = %s WHERE id = %s"
_REVIVE = "UPDATE mention SET gone = NULL WHERE {}"
_GONE = "UPDATE mention SET gone = %s WHERE source_id = %s AND gone IS NULL AND {}"
_LEAD = "UPDATE mention SET story = id WHERE story IS NULL AND {}"
_RAW = (
    "INSERT INTO raw_payload (mention_id, body) VALUES (%s, %s)"
    " ON CONFLICT (mention_id) DO UPDATE SET body = excluded.body"
)
_TERM = "INSERT INTO term_match (mention_id, term, field, start, length, passage) VALUES (%s, %s, %s, %s, %s, %s)"
_BAND = "INSERT INTO story_band (band, mention_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"

Keyed = tuple[int, Incoming]  # a mention with its key


def insert(source_id: int, keyed: Sequence[Keyed], now: datetime, run_id: int | None) -> None:
    """Write new mentions, in ascending order of their keys, with everything that belongs to them."""
    collected = write_time(now)
    _write_all(
        _INSERT,
        [
            (
                *(key, source_id, incoming.external_id, incoming.kind, incoming.channel, *_get_kept(incoming)),
                *(incoming.title, incoming.text, write_time(incoming.published), incoming.published_precision),
                *(write_time(incoming.edited), write_json(incoming.reactions), collected, incoming.language),
                *(incoming.content_hash, run_id),
            )
            for key, incoming in keyed
        ],
    )
    _put_beside(source_id, keyed)


def update(source_id: int, keyed: Sequence[Keyed], now: datetime) -> None:
    """Keep what edited mentions said as revisions, and write what they say now."""
    keys = write_list([key for key, _ in keyed])
    _write(_REVISE.format(is_one_of("id")), (write_time(now), keys))
    _write_all(
        _UPDATE,
        [
            (
                *(*_get_kept(incoming), incoming.title, incoming.text, write_time(incoming.published)),
                *(incoming.published_precision, write_time(incoming.edited), write_json(incoming.reactions)),
                *(incoming.language, incoming.content_hash, key),
            )
            for key, incoming in keyed
        ],
    )
    _write(f"DELETE FROM term_match WHERE {is_one_of('mention_id')}", (keys,))
    _put_beside(source_id, keyed)


def react(keyed: Iterable[Keyed]) -> None:
    """Write the reactions alone."""
    _write_all(_REACT, [(write_json(incoming.reactions), key) for key, incoming in keyed])


def fill(keyed: Iterable[Keyed]) -> None:
    """Write what was unknown about mentions that say what they said."""
    _write_all(_FILL, [(*_get_kept(incoming), key) for key, incoming in keyed])


def revive(keys: Sequence[int]) -> None:
    """Mentions that were gone are there again."""
    if keys:
        _write(_REVIVE.format(is_one_of("id")), (write_list(keys),))


def set_gone(source_id: int, external_ids: Sequence[str], now: datetime) -> int:
    """Mark what the source deleted; how many were not marked before."""
    if not external_ids:
        return 0
    condition = is_one_of("external_id")
    return _write(_GONE.format(condition), (write_time(now), source_id, write_list(external_ids)))


def _get_kept(incoming: Incoming) -> tuple[Any, ...]:
    return (
        *(incoming.url, incoming.canonical_url, incoming.author_name, incoming.author_handle, incoming.author_url),
        *(incoming.publisher, incoming.parent, incoming.thread, incoming.story),
    )


def _put_beside(source_id: int, keyed: Sequence[Keyed]) -> None:
    """What stands in other tables: search words, matched terms, story bands, the raw payload."""
    put_words(
        (key, incoming.search_words, make_facets(source_id, incoming.channel, incoming.kind))
        for key, incoming in keyed
    )
    _write_all(
        _TERM,
        [
            (key, hit.term, hit.field, hit.start, hit.length, hit.passage)
            for key, incoming in keyed
            for hit in incoming.terms
        ],
    )
    _write_all(_BAND, sorted((band, key) for key, incoming in keyed for band in incoming.bands))
    _write_all(_RAW, [(key, pack(incoming.raw)) for key, incoming in keyed if incoming.raw])
    stories = {incoming.story for _, incoming in keyed if incoming.story is not None}
    if stories:  # the first mention of a story belongs to it too
        _write(_LEAD.format(is_one_of("id")), (write_list(sorted(stories)),))


def _write(statement: str, parameters: Sequence[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def _write_all(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
