"""How we behave towards a host: one connection at a time, a pause between requests, waiting when it asks us to."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from secrets import SystemRandom
from time import monotonic
from typing import Protocol

MAX_RETRY_AFTER = timedelta(hours=24)
MAX_BACKOFF = timedelta(hours=6)
FIRST_BACKOFF = timedelta(minutes=1)
_JITTER = 0.2
_MAX_HOSTS = 1_000
_REMEMBERED = 3600.0  # seconds a host is remembered after its last request, with the pause that its robots.txt asked
_REREAD = 30.0  # seconds after which a hold is read again: another process may have met the host


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A host that is not asked before `until`; `failures` in a row make the next backoff longer."""

    until: datetime
    failures: int = 0
    reason: str = ""


class Holds(Protocol):
    """Where holds outlive a restart."""

    def get(self, host: str) -> Hold | None: ...

    def set(self, host: str, hold: Hold | None) -> None:
        """Keep a hold; None: the host answers again, forget it."""


class MemoryHolds:
    """Holds of this process only."""

    def __init__(self) -> None:
        self._holds: dict[str, Hold] = {}

    def get(self, host: str) -> Hold | None:
        return self._holds.get(host)

    def set(self, host: str, hold: Hold | None) -> None:
        if hold is None:
            self._holds.pop(host, None)
        else:
            self._holds[host] = hold


def parse_retry_after(value: str | None, now: datetime) -> timedelta | None:
    """How long Retry-After asks us to wait, at most 24 h; None where it says nothing that can be used."""
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", value):
        wait = timedelta(seconds=min(int(value), MAX_RETRY_AFTER.total_seconds()))
    else:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, TypeError, OverflowError):
            return None
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return min(wait, MAX_RETRY_AFTER) if wait > timedelta(0) else None


def next_hold(before: Hold | None, retry_after: str | None, reason: str, now: datetime) -> Hold:
    """The hold after a 429 or 503: what Retry-After says, else a minute, doubled each time, with jitter."""
    failures = 1 if before is None else before.failures + 1
    wait = parse_retry_after(retry_after, now)
    if wait is None:
        backoff = min(FIRST_BACKOFF * 2 ** min(failures - 1, 20), MAX_BACKOFF)
        wait = backoff * SystemRandom().uniform(1 - _JITTER, 1 + _JITTER)
    return Hold(until=now + wait, failures=failures, reason=reason)


class Host:
    """What this process knows of one host; whoever has its lock is the one who may ask it."""

    __slots__ = ("hold", "lock", "pause", "read_at", "ready_at", "users")

    def __init__(self, pause: float) -> None:
        self.lock = threading.Lock()
        self.users = 0  # threads that have or await the turn
        self.pause = pause
        self.ready_at = 0.0  # monotonic: no request before
        self.hold: Hold | None = None
        self.read_at = float("-inf")  # monotonic: when `hold` was read


class Hosts:
    """All hosts, by name. A thread that waits for one host holds nothing that another host's thread needs."""

    def __init__(self, holds: Holds, now: Callable[[], datetime]) -> None:
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()
        self._holds = holds
        self._now = now
        self._closed = threading.Event()

    def enter(self, name: str, pause: float, seconds: float) -> Host | None:
        """Wait for our turn, at most so many seconds; None if it did not come. To be followed by `leave`."""
        host = self._join(name, pause)
        until = monotonic() + seconds
        if host.lock.acquire(timeout=max(0.0, seconds)):
            wait = host.ready_at - monotonic()
            if wait <= 0 or (host.ready_at <= until and not self._closed.wait(wait)):
                return host
            host.lock.release()
        self._part(host)
        return None

    def leave(self, host: Host) -> None:
        """Let the next one ask, after the pause."""
        host.ready_at = monotonic() + host.pause
        host.lock.release()
        self._part(host)

    def get_hold(self, name: str, host: Host) -> Hold | None:
        """The hold that is in force for this host, if any."""
        if monotonic() - host.read_at > _REREAD:
            host.hold = self._holds.get(name)
            host.read_at = monotonic()
        return host.hold if host.hold is not None and host.hold.until > self._now() else None

    def hold(self, name: str, host: Host, retry_after: str | None, reason: str) -> Hold:
        """The host said 429 or 503: remember for how long."""
        host.hold = next_hold(host.hold, retry_after, reason, self._now())
        self._holds.set(name, host.hold)
        return host.hold

    def relieve(self, name: str, host: Host) -> None:
        """The host answered: whatever it asked for is over."""
        if host.hold is not None:
            host.hold = None
            self._holds.set(name, None)

    def slow_down(self, name: str, pause: float) -> None:
        """From now on pause at least so long between two requests to this host."""
        host = self._join(name, pause)
        host.pause = max(host.pause, pause)
        self._part(host)

    def close(self) -> None:
        """Wake everybody who waits for a turn; no turn is given any more."""
        self._closed.set()

    def _join(self, name: str, pause: float) -> Host:
        with self._lock:
            if len(self._hosts) >= _MAX_HOSTS:
                self._forget()
            host = self._hosts.get(name)
            if host is None:
                host = self._hosts[name] = Host(pause)
            host.users += 1
            return host

    def _part(self, host: Host) -> None:
        with self._lock:
            host.users -= 1

    def _forget(self) -> None:
        # Redirects can lead to ever new names. A host that nobody waits for and that is owed nothing is forgotten.
        now = monotonic()
        self._hosts = {
            name: host
            for name, host in self._hosts.items()
            if host.users or host.hold is not None or host.ready_at + _REMEMBERED > now
        }
