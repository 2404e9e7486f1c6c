"""What a run asks the store before it saves: which items we hold, and which articles may tell the same story."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from storage.connection import naming_errors
from storage.dialect import begins_with, is_one_of, write_list
from storage.timekey import first_key

# A band that more mentions share says nothing of a story (a form letter, an empty page).
MAX_CANDIDATES = 1_000


class Candidate(NamedTuple):
    """A mention that shares at least one band: its story, if it has one, and all its bands."""

    mention_id: int
    story: int | None
    bands: frozenset[int]


@naming_errors
def held(source_id: int, prefix: str, since: datetime) -> frozenset[str]:
    """The external_ids of a source that begin with a prefix, were published since then, and are not gone."""
    condition, parameters = begins_with("external_id", prefix)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT external_id FROM mention WHERE source_id = %s AND {condition} AND id >= %s AND gone IS NULL",
            (source_id, *parameters, first_key(since)),
        )
        return frozenset(row[0] for row in cursor.fetchall())


@naming_errors
def known_threads(source_id: int, ids: Collection[str]) -> frozenset[str]:
    """Those of some external_ids that a source's kept mentions have: what is said under them is kept too."""
    if not ids:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT external_id FROM mention WHERE source_id = %s AND {is_one_of('external_id')}",
            (source_id, write_list(ids)),
        )
        return frozenset(row[0] for row in cursor.fetchall())


@naming_errors
def find_story_candidates(bands: Collection[int]) -> list[Candidate]:
    """The newest mentions that share a band with an article, oldest first."""
    if not bands:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT mention_id FROM story_band WHERE {is_one_of('band')}"
            f" ORDER BY mention_id DESC LIMIT {MAX_CANDIDATES}",
            (write_list(bands),),
        )
        keys = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT m.id, m.story, b.band FROM mention m JOIN story_band b ON b.mention_id = m.id"
            f" WHERE {is_one_of('m.id')} ORDER BY m.id",
            (write_list(keys),),
        )
        rows = cursor.fetchall()
    found: dict[int, tuple[int | None, set[int]]] = {}
    for key, story, band in rows:
        found.setdefault(key, (story, set()))[1].add(band)
    return [Candidate(key, story, frozenset(theirs)) for key, (story, theirs) in found.items()]
