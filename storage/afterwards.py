"""What a batch means for decisions that were made before it: a citizen's new reply, a text that changed since.

A batch that touches nothing of the kind pays nothing, or one look into an index (docs/decisions/0122).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from storage.dialect import is_one_of, lock_rows, write_list, write_time
from storage.models import Status
from storage.record import Incoming
from storage.row import Keyed

REPLY = "reply"  # why the system itself puts an item back in progress
_DONE = f"status IN ('{Status.ANSWERED.value}', '{Status.CLOSED.value}')"

_ANY_DONE = f"SELECT 1 FROM mention WHERE source_id = %s AND {_DONE} LIMIT 1"
_FIND_DONE = (
    "SELECT id, external_id, thread, author_handle, author_name, status FROM mention"
    f" WHERE source_id = %s AND {_DONE} AND {{}} ORDER BY id"
)
_REOPEN = f"UPDATE mention SET status = '{Status.IN_PROGRESS.value}', version = version + 1 WHERE id = %s"
_TELL = (
    "INSERT INTO review_event (mention_id, at, action, before, after, why)"
    f" VALUES (%s, %s, 'status', %s, '\"{Status.IN_PROGRESS.value}\"', '{REPLY}')"
)
_TELL_EDITED = (
    "INSERT INTO review_event (mention_id, at, action, after, why)"
    " SELECT id, %s, 'source', '\"edited\"', '' FROM mention WHERE reviewed IS NOT NULL AND {} ORDER BY id"
)
_COUNT_EDITED = "UPDATE mention SET version = version + 1 WHERE reviewed IS NOT NULL AND {}"

Author = tuple[str | None, str | None]  # handle, name


def reopen(source_id: int, new: Sequence[Keyed], now: datetime) -> int:
    """Put in progress again what was answered or closed, where its author replied; how many."""
    replies = [
        incoming for _, incoming in new if incoming.parent and (incoming.author_handle or incoming.author_name)
    ]
    if not replies or not _has_done(source_id):
        return 0
    found = _find_answered(source_id, replies)
    if found:
        with connection.cursor() as cursor:
            cursor.executemany(_REOPEN, [(key,) for key, _ in found])
            cursor.executemany(_TELL, [(key, write_time(now), f'"{status}"') for key, status in found])
    return len(found)


def tell_edited(keys: Sequence[int], now: datetime) -> None:
    """Leave an event at those of some edited mentions that a person had decided about."""
    if not keys:
        return
    condition, listed = is_one_of("id"), write_list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_TELL_EDITED.format(condition), (write_time(now), listed))
        if cursor.rowcount > 0:
            cursor.execute(_COUNT_EDITED.format(condition), (listed,))


def _has_done(source_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ANY_DONE, (source_id,))
        return cursor.fetchone() is not None


def _find_answered(source_id: int, replies: Sequence[Incoming]) -> list[tuple[int, str]]:
    """The key and status of each item that one of these replies is its own author's word about."""
    threads = {reply.thread for reply in replies if reply.thread}
    parents = {reply.parent for reply in replies if reply.parent and not reply.thread}
    found: dict[int, str] = {}
    for column, values in (("thread", threads), ("external_id", parents)):
        if not values:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                _FIND_DONE.format(is_one_of(column)) + lock_rows(), (source_id, write_list(sorted(values)))
            )
            for key, external_id, thread, handle, name, status in cursor.fetchall():
                place = thread if column == "thread" else external_id
                if any(_is_about(reply, column, place) and _is_same((handle, name), reply) for reply in replies):
                    found[key] = status
    return sorted(found.items())


def _is_about(reply: Incoming, column: str, place: str) -> bool:
    return reply.thread == place if column == "thread" else not reply.thread and reply.parent == place


def _is_same(author: Author, reply: Incoming) -> bool:
    """One handle is one person; a name only where a handle is wanting."""
    handle, name = author
    if handle and reply.author_handle:
        return handle == reply.author_handle
    return bool(name) and name == reply.author_name
