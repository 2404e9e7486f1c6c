"""The record of runs: when a source was polled, how it ended, and since when it has been silent.

Most runs find nothing new, so these are statements of our own: one to begin with, two to end with.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from storage.connection import naming_errors
from storage.dialect import read_time, write_time
from storage.models import Run
from storage.record import Ending

DIED = "ended without a word"
KEPT = timedelta(days=90)
_AT_ONCE = 100

_BURY = "UPDATE run SET finished = %s, outcome = %s, error = %s WHERE source_id = %s AND finished IS NULL"
_COLUMNS = (
    *("finished", "outcome", "new", "updated", "unchanged", "gone", "ignored", "quarantined", "requests", "bytes"),
    *("seconds", "error", "note"),
)
_INSERT = (
    f"INSERT INTO run (source_id, started, {', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * (len(_COLUMNS) + 2))})"
    " RETURNING id"
)
_END = f"UPDATE run SET {', '.join(f'{column} = %s' for column in _COLUMNS)} WHERE id = %s"
_RUNNING = Ending(outcome="")

# A skipped run is neither a success nor a failure of its source.
_SKIPPED = "UPDATE source SET last_run = %s WHERE id = %s"
_FAILED = "UPDATE source SET last_run = %s, last_error = %s, failures = failures + 1 WHERE id = %s"
_WORKED = "UPDATE source SET last_run = %s, last_error = %s, failures = 0, last_success = %s WHERE id = %s"


_OLDEST = "SELECT started FROM run WHERE source_id = %s ORDER BY id LIMIT 1"
_FORGET = (
    "DELETE FROM run WHERE id IN"
    f" (SELECT id FROM run WHERE source_id = %s AND started < %s ORDER BY id LIMIT {_AT_ONCE})"
)


@naming_errors
def begin_run(source_id: int, now: datetime) -> int:
    """Record that a run begins, and that earlier ones of this source which never ended have failed; the run's id."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BURY, (write_time(now), Run.Outcome.FAILED, DIED, source_id))
        cursor.execute(_INSERT, (source_id, write_time(now), *_describe(_RUNNING, None)))
        return int(cursor.fetchone()[0])


@naming_errors
def end_run(run_id: int | None, source_id: int, started: datetime, ending: Ending, now: datetime) -> None:
    """Record how a run ended; one that had nothing to store was not recorded when it began, and has no id yet."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        said = _describe(ending, now)
        if run_id is None:
            cursor.execute(_INSERT, (source_id, write_time(started), *said))
        else:
            cursor.execute(_END, (*said, run_id))
        if ending.outcome == Run.Outcome.SKIPPED:
            cursor.execute(_SKIPPED, (write_time(now), source_id))
        elif ending.outcome == Run.Outcome.FAILED:
            cursor.execute(_FAILED, (write_time(now), ending.error, source_id))
        else:
            cursor.execute(_WORKED, (write_time(now), ending.error, write_time(now), source_id))
        _forget_old(cursor, source_id, now)


def _forget_old(cursor: CursorWrapper, source_id: int, now: datetime) -> None:
    """Drop a few of the runs that nobody looks at any more, so that the table does not grow for ever."""
    cursor.execute(_OLDEST, (source_id,))
    oldest = cursor.fetchone()
    if oldest is not None and (read_time(oldest[0]) or now) < now - KEPT:
        cursor.execute(_FORGET, (source_id, write_time(now - KEPT)))


def _describe(ending: Ending, finished: datetime | None) -> tuple[Any, ...]:
    saved = ending.saved
    return (
        *(write_time(finished), ending.outcome, saved.new, saved.updated, ending.unchanged + saved.unchanged),
        *(saved.gone, ending.ignored, saved.quarantined, ending.requests, ending.bytes, ending.seconds),
        *(ending.error, ending.note),
    )
