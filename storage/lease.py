"""A right that only one process may hold at a time: to schedule, or to run one source.

A lease ends by itself when its holder is stopped or dies. Its number, the fence, grows with every change of holder;
a write that carries an older one is refused, so a holder that slept through its end can do no harm
(docs/decisions/0061).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from storage.dialect import is_row_there
from storage.error import LeaseLostError
from storage.models import Lease
from storage.record import Fence

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_OURS = "SELECT 1 FROM lease WHERE name = %s AND holder = %s AND fence = %s"


def take_lease(name: str, holder: str, seconds: float, now: datetime) -> Fence | None:
    """Take a lease that is free or has ended; None while somebody has it, be it this very holder."""
    until = timedelta(seconds=seconds)
    # An end further off than any holder asks for is left from before the clock was set back.
    free = Lease.objects.filter(Q(expires__lte=now) | Q(expires__gt=now + 2 * until), name=name)
    if Lease.objects.filter(name=name).exists() and not free.exists():
        return None  # who waits for a lease locks nothing
    with transaction.atomic():
        Lease.objects.bulk_create([Lease(name=name, holder="", expires=_NEVER)], ignore_conflicts=True)
        # FOR UPDATE waits for every write that has checked the fence; renewing does not, so writes never delay it.
        found = free.select_for_update().first()
        if found is None:
            return None
        number = found.fence + 1
        Lease.objects.filter(name=name).update(holder=holder, fence=number, expires=now + until)
    return Fence(lease=name, holder=holder, number=number)


def renew_lease(fence: Fence, seconds: float, now: datetime) -> bool:
    """Hold on to a lease; False when another process has taken it over."""
    return _ours(fence).update(expires=now + timedelta(seconds=seconds)) == 1


def release_lease(fence: Fence) -> None:
    """Give a lease back, if it is still ours. Its row stays, for its number must never begin anew."""
    _ours(fence).update(holder="", expires=_NEVER)


def check_fence(fence: Fence) -> None:
    """Inside a transaction: LeaseLostError when the lease was taken over; until the end nobody can take it."""
    if not is_row_there(_OURS, (fence.lease, fence.holder, fence.number)):
        raise LeaseLostError(f'the lease "{fence.lease}" was taken over by another process; nothing was written')


def find_holder(name: str, now: datetime) -> str | None:
    """Who holds a lease at this time, if anybody does."""
    return Lease.objects.filter(name=name, expires__gt=now).values_list("holder", flat=True).first()


def _ours(fence: Fence) -> QuerySet[Lease]:
    return Lease.objects.filter(name=fence.lease, holder=fence.holder, fence=fence.number)
