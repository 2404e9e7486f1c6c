"""What the store knows of a source: where its next poll resumes, and which of its items are held already."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import connection

from collectors.collector import Cursor
from storage.held import held, known_threads
from storage.models import Mention

_RULE = "kept_by"  # the one name in a stored cursor that is not its collector's
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


def read_cursor(source_id: int, rule: str | None) -> Cursor:
    """The stored cursor; an empty one where there is none, or where it cannot be read.

    `rule` says what is kept of the source (pipeline/keep.py): under another one, what was ignored is looked at again.
    """
    with connection.cursor() as statement:
        statement.execute('SELECT state FROM "cursor" WHERE source_id = %s', (source_id,))
        row = statement.fetchone()
    try:
        state = json.loads(row[0]) if row else {}
    except ValueError:
        state = {}  # the source is read from its beginning; nothing is stored twice
    if not isinstance(state, dict):
        return Cursor()
    kept_by = state.pop(_RULE, None)
    return Cursor(state=state, anew=bool(state) and kept_by != rule)


def write_cursor(cursor: Cursor, rule: str | None) -> str:
    """The cursor as the store keeps it; equal cursors are equal texts."""
    rule = "" if cursor.anew else rule  # no rule: not everything has been looked at again
    state = cursor.state if rule is None else {**cursor.state, _RULE: rule}
    return json.dumps(state, ensure_ascii=False, sort_keys=True)


def _get_hashes(source_id: int, external_ids: Collection[str]) -> dict[str, bytes]:
    ids = list(external_ids)
    hashes: dict[str, bytes] = {}
    for start in range(0, len(ids), CHUNK):
        rows = Mention.objects.filter(source=source_id, external_id__in=ids[start : start + CHUNK])
        hashes.update((key, bytes(value)) for key, value in rows.values_list("external_id", "content_hash"))
    return hashes
