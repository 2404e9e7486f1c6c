"""Who may begin when many are due: so many at once, and those that only wait for their source beside them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

WAITS = 1.0  # seconds after which a run is taken to wait for its source rather than to work
SPARE = 3  # runs that wait, beside each that works


class Lane:
    """So many runs at once; one that lasts counts no more, up to a limit.

    Nobody knows a source on its first poll: a hundred that drip would otherwise hold up all others behind them.
    """

    def __init__(self, size: int, clock: Callable[[], float] = monotonic) -> None:
        self.most = size * (1 + SPARE)
        self._size, self._clock = size, clock
        self._waiting: deque[tuple[str, Callable[[], None]]] = deque()
        self._began: dict[str, float] = {}
        self._lock = threading.Lock()

    def come(self, name: str, begin: Callable[[], None]) -> None:
        """A run is due: `begin` is called, now or later. To be followed by `leave`."""
        with self._lock:
            self._waiting.append((name, begin))
        self.move()

    def leave(self, name: str) -> None:
        """A run ended."""
        with self._lock:
            self._began.pop(name, None)
        self.move()

    def move(self) -> None:
        """Begin what may begin; to be asked now and then, since runs become such that wait by time alone."""
        ready = []
        with self._lock:
            now = self._clock()
            working = sum(now - began < WAITS for began in self._began.values())
            while self._waiting and working < self._size and len(self._began) < self.most:
                name, begin = self._waiting.popleft()
                self._began[name] = now
                working += 1
                ready.append(begin)
        for begin in ready:
            begin()

    def has(self, name: str) -> bool:
        """Is it due and could not begin yet?"""
        with self._lock:
            return any(one == name for one, _ in self._waiting)

    def close(self) -> None:
        """Begin nothing any more."""
        with self._lock:
            self._waiting.clear()
            self.most = 0
