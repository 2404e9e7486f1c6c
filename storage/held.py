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
MAX_PAIRS = 4_000


class Candidate(NamedTuple):
    """A mention that shares at least one band: its story, if it has one, and the bands that it shares."""

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
    """The newest mentions that share one of these bands, oldest first."""
    if not bands:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT mention_id, band FROM story_band WHERE {is_one_of('band')}"
            f" ORDER BY mention_id DESC LIMIT {MAX_PAIRS}",
            (write_list(bands),),
        )
        shared: dict[int, set[int]] = {}
        for key, band in cursor.fetchall():
            shared.setdefault(key, set()).add(band)
        cursor.execute(
            f"SELECT id, story FROM mention WHERE {is_one_of('id')} ORDER BY id", (write_list(list(shared)),)
        )
        return [Candidate(key, story, frozenset(shared[key])) for key, story in cursor.fetchall()]


def prune_story_bands(before: datetime) -> int:
    """Forget by what articles published before then were found; how many rows. An event is told within weeks."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM story_band WHERE mention_id < %s", (first_key(before),))
        return int(cursor.rowcount)
