"""What the store knows of a source: where its next poll resumes, and which of its items are held already."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from storage.held import held, known_threads
from storage.models import Cursor, Mention

CHUNK = 500  # identities asked for in one query


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What the pipeline asks the store about one source's items."""

    get_hashes: Callable[[Collection[str]], Mapping[str, bytes]]  # content hashes of those that it holds
    get_threads: Callable[[Collection[str]], Collection[str]]  # which of these conversations it holds
    get_held: Callable[[str, datetime], frozenset[str]]  # (prefix, since): what it holds that is not gone


BLANK = Memory(get_hashes=lambda _: {}, get_threads=lambda _: (), get_held=lambda _prefix, _since: frozenset())


def remember(source_id: int) -> Memory:
    """The memory of a source."""
    return Memory(
        get_hashes=partial(_get_hashes, source_id),
        get_threads=partial(known_threads, source_id),
        get_held=partial(held, source_id),
    )


def read_cursor(source_id: int) -> str:
    """The stored cursor as JSON; an empty one where there is none, or where it cannot be read."""
    state = Cursor.objects.filter(pk=source_id).values_list("state", flat=True).first() or "{}"
    try:
        return state if isinstance(json.loads(state), dict) else "{}"
    except ValueError:
        return "{}"  # the source is read from its beginning; nothing is stored twice


def _get_hashes(source_id: int, external_ids: Collection[str]) -> dict[str, bytes]:
    ids = list(external_ids)
    hashes: dict[str, bytes] = {}
    for start in range(0, len(ids), CHUNK):
        rows = Mention.objects.filter(source=source_id, external_id__in=ids[start : start + CHUNK])
        hashes.update((key, bytes(value)) for key, value in rows.values_list("external_id", "content_hash"))
    return hashes
