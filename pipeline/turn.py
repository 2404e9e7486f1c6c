"""Whose turn it is: leases of this process, taken, kept alive while they are needed, and given back (J1, J3)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from django.db import Error as DatabaseError
from django.db import connection

from pipeline.holder import is_dead, name_holder
from storage.connection import explain_error
from storage.error import StoreError
from storage.lease import release_lease, renew_lease, take_lease
from storage.models import Lease
from storage.record import Fence

LOGGER = logging.getLogger("kentongan.pipeline")
SECONDS = 30  # a lease that is not renewed for so long may be taken over


class Turns:
    """The leases that this process holds. One thread renews them all, three times in their life."""

    def __init__(self, now: Callable[[], datetime], seconds: float = SECONDS, holder: str | None = None) -> None:
        self._now = now
        self.seconds = seconds
        self._holder = holder or name_holder()
        self._held: dict[str, Fence] = {}
        self._asking: set[str] = set()  # names whose lease a thread is just asking for
        self._until: dict[str, float] = {}  # monotonic: when each runs out
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def take(self, name: str) -> Iterator[Fence | None]:
        """The lease while the block runs, or None: another has it, here or elsewhere."""
        fence = self.seize(name)
        try:
            yield fence
        finally:
            if fence is not None:
                self.give_back(fence)

    def seize(self, name: str) -> Fence | None:
        """The lease until it is given back, or None. A dead process of this machine holds nothing."""
        # No lock of ours is held while the store is asked: whoever writes there may be waiting for that very lock.
        with self._lock:
            if name in self._held or name in self._asking:
                return None
            self._asking.add(name)
        until = monotonic() + self.seconds
        fence = None
        try:
            fence = self._seize(name)
        finally:
            with self._lock:
                self._asking.discard(name)
                if fence is not None:
                    self._held[name], self._until[name] = fence, until
                    self._start_renewing()
        return fence

    def give_back(self, fence: Fence) -> None:
        """Let others take it at once, if it is still ours."""
        if self._forget(fence):
            release_lease(fence)

    def holds(self, fence: Fence) -> bool:
        """Is it still ours? Without asking the store, also after this process slept: then it may be another's."""
        return self._held.get(fence.lease) == fence and monotonic() < self._until.get(fence.lease, 0.0)

    def renew(self) -> None:
        """Prolong all leases; one that was taken over is forgotten, and its writes are refused by its fence."""
        for fence in list(self._held.values()):
            until = monotonic() + self.seconds
            if renew_lease(fence, self.seconds, self._now()):
                self._prolong(fence, until)
            elif self._forget(fence):  # else it was given back meanwhile
                LOGGER.warning("the lease %s was taken over by another process", fence.lease)

    def _prolong(self, fence: Fence, until: float) -> None:
        with self._lock:
            if self._held.get(fence.lease) == fence:
                self._until[fence.lease] = until

    def _forget(self, fence: Fence) -> bool:
        with self._lock:
            ours = self._held.get(fence.lease) == fence
            if ours:
                del self._held[fence.lease], self._until[fence.lease]
            return ours

    def close(self) -> None:
        """End the renewing; leases not given back run out."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join()

    def _seize(self, name: str) -> Fence | None:
        fence = take_lease(name, self._holder, self.seconds, self._now())
        if fence is not None:
            return fence
        row = Lease.objects.filter(name=name).values_list("holder", "fence").first()
        if row is None or not is_dead(row[0]):
            return None
        release_lease(Fence(lease=name, holder=row[0], number=row[1]))
        return take_lease(name, self._holder, self.seconds, self._now())

    def _start_renewing(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_renewing, name="lease renewal", daemon=True)
            self._thread.start()

    def _keep_renewing(self) -> None:
        try:
            while not self._closed.wait(self.seconds / 3):
                try:
                    if self._held:
                        self.renew()
                except (StoreError, DatabaseError) as error:
                    LOGGER.warning("leases could not be renewed: %s", explain_error(error) or type(error).__name__)
                    connection.close()
        finally:
            connection.close()
