"""Work that takes longer than a page may: done beside the pages, and asked for by its mark until it is done."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import connection

from kentongan.error import CommandError, get_expected_errors

BROKEN = "a fault of the program itself ended it; the log says where"
KEPT = 20  # results that can still be asked for
AT_ONCE = 2

State = TypeVar("State")


class FullError(Exception):
    """As much is under way as may be at once."""


class Desk(Generic[State]):
    """A few pieces of work in threads of their own; each says how far it is, as often as it likes."""

    def __init__(self) -> None:
        self._states: OrderedDict[str, State] = OrderedDict()
        self._running = 0
        self._lock = threading.Lock()

    def start(
        self, first: State, work: Callable[[Callable[[State], None]], State], fail: Callable[[Exception], State]
    ) -> str:
        """Begin; FullError when too much is under way. `fail` says how the work ended when it raised."""
        mark = secrets.token_urlsafe(12)
        with self._lock:
            if self._running >= AT_ONCE:
                raise FullError
            self._running += 1
            self._states[mark] = first
            while len(self._states) > KEPT:
                self._states.popitem(last=False)
        threading.Thread(target=self._work, args=(mark, work, fail), name="desk", daemon=True).start()
        return mark

    def get(self, mark: str) -> State | None:
        """How far it is; None when that is forgotten."""
        with self._lock:
            return self._states.get(mark)

    def _put(self, mark: str, state: State) -> None:
        with self._lock:
            if mark in self._states:
                self._states[mark] = state

    def _work(
        self, mark: str, work: Callable[[Callable[[State], None]], State], fail: Callable[[Exception], State]
    ) -> None:
        expected: tuple[type[Exception], ...] = (CommandError, *get_expected_errors())
        end: State | None = None
        try:
            end = work(lambda state: self._put(mark, state))
        except expected as error:
            end = fail(error)
        finally:  # of a bug, Python's own hook tells the log
            self._put(mark, fail(RuntimeError(BROKEN)) if end is None else end)
            connection.close()
            with self._lock:
                self._running -= 1
