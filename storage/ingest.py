"""How a batch comes into the store: one transaction, written once however often it is offered.

Mentions, deletions, refused items, search words and the cursor true for all of them are stored together or not at
all. What did not change is not written. Runs are recorded in storage/history.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db import DataError, IntegrityError, InterfaceError, ProgrammingError, connection, transaction

from storage import row
from storage.afterwards import reopen, tell_edited
from storage.change import find_changes
from storage.connection import naming_errors
from storage.dialect import lock_source
from storage.history import begin_run, end_run
from storage.ignored import keep_ignored
from storage.lease import check_fence
from storage.parcel import write_mention
from storage.quarantine import MAX_POISON, quarantine
from storage.record import Batch, Fence, Incoming, Poison, Saved

__all__ = ["begin_run", "end_run", "save"]

# How a database says that it does not take a value: a lone surrogate, a NUL, a number or a text that is too long.
_REFUSALS = (DataError, IntegrityError, InterfaceError, ProgrammingError, ValueError, OverflowError)
_TRIES = 3


@naming_errors
def save(source_id: int, batch: Batch, run_id: int | None = None, fences: Sequence[Fence] = ()) -> Saved:
    """Store a batch (at most about 1,000 mentions: so long does another writer wait) and say what it changed.

    An edit counts as updated, and so does an item that was gone and is there again; reactions and details that became
    known do not. Raises LeaseLostError when a fence is ours no more, StoreError when the database cannot go on.
    """
    for _ in range(_TRIES):
        try:
            return _save(source_id, batch, run_id, fences)
        except IntegrityError:  # another source took one of our keys since we looked
            continue
        except _REFUSALS:
            break
    return _save_what_is_taken(source_id, batch, run_id, fences)


def _save(source_id: int, batch: Batch, run_id: int | None, fences: Sequence[Fence]) -> Saved:
    mentions = {incoming.external_id: incoming for incoming in batch.mentions}  # the last of one identity wins
    gone = [external_id for external_id in dict.fromkeys(batch.gone) if external_id not in mentions]
    with transaction.atomic():
        lock_source(source_id)
        for fence in fences:
            check_fence(fence)
        change = find_changes(source_id, mentions, batch.now)
        if change.new:
            row.insert(source_id, change.new, batch.now, run_id)
            reopen(source_id, change.new, batch.now)
        if change.edited:
            row.update(source_id, change.edited, batch.now)
            tell_edited([key for key, _ in change.edited], batch.now)
        row.react(change.reacted)
        row.fill(change.fuller)
        row.revive(change.returned)
        lost = row.set_gone(source_id, gone, batch.now)
        refused = quarantine(source_id, batch.poison, run_id, batch.now)
        keep_ignored(source_id, batch.passed, batch.now)
        _save_cursor(source_id, batch)
    updated = len(change.edited) + len(change.returned)
    return Saved(
        new=len(change.new),
        updated=updated,
        unchanged=len(mentions) - len(change.new) - updated,
        gone=lost,
        quarantined=refused,
    )


def _save_cursor(source_id: int, batch: Batch) -> None:
    with connection.cursor() as cursor:
        cursor.execute('SELECT state FROM "cursor" WHERE source_id = %s', (source_id,))
        found = cursor.fetchone()
        if found is None or found[0] != batch.cursor:
            cursor.execute(
                'INSERT INTO "cursor" (source_id, state, saved) VALUES (%s, %s, %s)'
                " ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, saved = excluded.saved",
                (source_id, batch.cursor, batch.now),
            )


def _save_what_is_taken(source_id: int, batch: Batch, run_id: int | None, fences: Sequence[Fence]) -> Saved:
    """Find the mentions that the database refuses, quarantine them and store the others."""

    def find_refusal(mentions: Sequence[Incoming]) -> Exception | None:
        try:
            with transaction.atomic():
                _save(source_id, replace(batch, mentions=tuple(mentions), poison=()), run_id, fences)
                transaction.set_rollback(True)
        except _REFUSALS as error:
            return error
        return None

    without = find_refusal(())
    if without is not None:  # it is not the mentions: the source is not there, or the program is wrong
        raise without
    refused = _find_refused(batch.mentions, find_refusal)
    poison = tuple(Poison(raw=_get_raw(incoming), reason=f"the store refuses it: {why}") for incoming, why in refused)
    culprits = {id(incoming) for incoming, _ in refused}
    taken = tuple(incoming for incoming in batch.mentions if id(incoming) not in culprits)
    return _save(source_id, replace(batch, mentions=taken, poison=(*batch.poison, *poison)), run_id, fences)


def _find_refused(
    mentions: Sequence[Incoming], find_refusal: Callable[[Sequence[Incoming]], Exception | None]
) -> list[tuple[Incoming, str]]:
    """Halve until each culprit stands alone."""
    error = find_refusal(mentions) if mentions else None
    if error is None:
        return []
    if len(mentions) == 1:
        return [(mentions[0], _get_reason(error))]
    middle = len(mentions) // 2
    return _find_refused(mentions[:middle], find_refusal) + _find_refused(mentions[middle:], find_refusal)


def _get_reason(error: Exception) -> str:
    """Why, without what: the texts of citizens do not belong in a reason."""
    if isinstance(error, UnicodeError):
        return "it holds half a character (a lone surrogate)"
    return type(error).__name__ if isinstance(error, (IntegrityError, DataError)) else str(error).partition("\n")[0]


def _get_raw(incoming: Incoming) -> bytes:
    """The whole mention, so that it can be tried again; what it would be too long for is not worth more."""
    raw = write_mention(incoming).encode()
    return raw if len(raw) <= MAX_POISON else write_mention(replace(incoming, raw=None)).encode()[:MAX_POISON]
