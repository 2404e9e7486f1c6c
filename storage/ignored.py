"""What was ignored, kept in the transaction of its batch: of each source the newest, each once, none for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from storage.dialect import is_one_of, write_list, write_time
from storage.models import Ignored
from storage.parcel import read_mention, write_mention
from storage.payload import pack, unpack
from storage.record import Incoming, Passed

KEPT = 500  # of each source
AGE = timedelta(days=90)
TEXT = 8 * 1024  # characters; a longer one is not kept, for what came back of it would be another text

_KNOWN = "SELECT external_id FROM ignored WHERE source_id = %s AND {}"
_INSERT = (
    "INSERT INTO ignored (source_id, external_id, seen, title, url, why, body) VALUES (%s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (source_id, external_id) DO NOTHING"
)
_EDGE = f"SELECT id FROM ignored WHERE source_id = %s ORDER BY id DESC LIMIT 1 OFFSET {KEPT}"


def keep_ignored(source_id: int, passed: Sequence[Passed], now: datetime) -> None:
    """Keep what is not kept already; what is offered again costs one question for the whole batch."""
    passed = [one for one in passed if len(one.mention.text) <= TEXT][-KEPT:]
    if not passed:
        return
    with connection.cursor() as cursor:
        ids = write_list([one.mention.external_id for one in passed])
        cursor.execute(_KNOWN.format(is_one_of("external_id")), (source_id, ids))
        known = {row[0] for row in cursor.fetchall()}
        rows = [_make_row(source_id, one, now) for one in passed if one.mention.external_id not in known]
        if rows:
            cursor.executemany(_INSERT, rows)
            cursor.execute(_EDGE, (source_id,))
            edge = cursor.fetchone()
            if edge is not None:
                cursor.execute("DELETE FROM ignored WHERE source_id = %s AND id <= %s", (source_id, edge[0]))


def _make_row(source_id: int, one: Passed, now: datetime) -> tuple[Any, ...]:
    mention = one.mention
    body = pack(write_mention(replace(mention, raw=None)))
    return source_id, mention.external_id, write_time(now), mention.title, mention.url, one.why, body


def read_ignored(row: Ignored) -> Incoming:
    """The item of a row, as it was when it was passed over."""
    return read_mention(unpack(bytes(row.body)))


def forget_ignored(keys: Sequence[int]) -> None:
    """Rows that are wanted no more: they were kept after all."""
    Ignored.objects.filter(pk__in=keys).delete()


def prune_ignored(now: datetime) -> int:
    """Forget what is old; how many were forgotten."""
    return Ignored.objects.filter(seen__lt=now - AGE).delete()[0]
