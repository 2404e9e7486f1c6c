"""A right that only one process may hold at a time: to schedule, or to run one source.

A lease ends by itself when its holder is stopped or dies. Its number, the fence, grows with every change of holder;
a write that carries an older one is refused, so a holder that slept through its end can do no harm
(docs/decisions/0061).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from storage.dialect import is_row_there, lock_rows, without_waiting_for_the_disk, write_time
from storage.error import LeaseLostError
from storage.models import Lease
from storage.record import Fence

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_OURS = "name = %s AND holder = %s AND fence = %s"
_CHECK = f"SELECT 1 FROM lease WHERE {_OURS}"
# An end further off than any holder asks for is left from before the clock was set back.
_FREE = "name = %s AND (expires <= %s OR expires > %s)"
_MAKE = "INSERT INTO lease (name, holder, fence, expires) VALUES (%s, '', 0, %s) ON CONFLICT (name) DO NOTHING"
_RENEW = f"UPDATE lease SET expires = %s WHERE {_OURS}"
_RELEASE = f"UPDATE lease SET holder = '', expires = %s WHERE {_OURS}"


def take_lease(name: str, holder: str, seconds: float, now: datetime) -> Fence | None:
    """Take a lease that is free or has ended; None while somebody has it, be it this very holder."""
    until = timedelta(seconds=seconds)
    free = (name, write_time(now), write_time(now + 2 * until))
    with without_waiting_for_the_disk(), connection.cursor() as cursor:
        taken = _take(cursor, (holder, write_time(now + until), *free))
        if taken is None:
            cursor.execute(_MAKE, (name, write_time(_NEVER)))
            if cursor.rowcount:  # nobody ever had it
                taken = _take(cursor, (holder, write_time(now + until), *free))
    return None if taken is None else Fence(lease=name, holder=holder, number=taken)


def _take(cursor: CursorWrapper, parameters: tuple[Any, ...]) -> int | None:
    # FOR UPDATE waits for every write that has checked the fence; renewing does not, so writes never delay it.
    cursor.execute(
        "UPDATE lease SET holder = %s, fence = fence + 1, expires = %s"
        f" WHERE name = (SELECT name FROM lease WHERE {_FREE}{lock_rows()}) RETURNING fence",
        parameters,
    )
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def renew_lease(fence: Fence, seconds: float, now: datetime) -> bool:
    """Hold on to a lease; False when another process has taken it over."""
    return _change(_RENEW, now + timedelta(seconds=seconds), fence)


def release_lease(fence: Fence) -> None:
    """Give a lease back, if it is still ours. Its row stays, for its number must never begin anew."""
    _change(_RELEASE, _NEVER, fence)


def check_fence(fence: Fence) -> None:
    """Inside a transaction: LeaseLostError when the lease was taken over; until the end nobody can take it."""
    if not is_row_there(_CHECK, _identify(fence)):
        raise LeaseLostError(f'the lease "{fence.lease}" was taken over by another process; nothing was written')


def find_holder(name: str, now: datetime) -> str | None:
    """Who holds a lease at this time, if anybody does."""
    return Lease.objects.filter(name=name, expires__gt=now).values_list("holder", flat=True).first()


def _change(statement: str, expires: datetime, fence: Fence) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, (write_time(expires), *_identify(fence)))
        return bool(cursor.rowcount == 1)


def _identify(fence: Fence) -> tuple[str, str, int]:
    return fence.lease, fence.holder, fence.number
