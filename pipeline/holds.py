"""Hosts that asked us to wait, kept in the store: a restart or another process may not ask too early (F14)."""

from __future__ import annotations

import threading
from time import monotonic

from collectors.network.politeness import Hold
from storage.models import HostHold

REREAD = 10.0  # seconds; few hosts are held at a time, so all are read at once


class StoredHolds:
    """`collectors.network.politeness.Holds` in the table host_hold."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holds: dict[str, Hold] = {}
        self._read_at = float("-inf")

    def get(self, host: str) -> Hold | None:
        """The hold on a host, from whichever process set it."""
        with self._lock:
            if monotonic() - self._read_at > REREAD:
                rows = HostHold.objects.values_list("host", "until", "failures", "reason")
                self._holds = {row[0]: Hold(until=row[1], failures=row[2], reason=row[3]) for row in rows}
                self._read_at = monotonic()
            return self._holds.get(host[:300])

    def set(self, host: str, hold: Hold | None) -> None:
        """Keep a hold; None forgets it."""
        name = host[:300]
        if hold is None:
            HostHold.objects.filter(host=name).delete()
        else:
            said = {"until": hold.until, "failures": hold.failures, "reason": hold.reason}
            HostHold.objects.update_or_create(host=name, defaults=said)
        with self._lock:
            self._read_at = float("-inf")
