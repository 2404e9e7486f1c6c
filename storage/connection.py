"""Each thread's own connection: how it is named in an error, and how it is closed."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

from storage.error import DiskError, FullError, StoreError, explain_database

P = ParamSpec("P")
R = TypeVar("R")
_SHARED = 32 * 1024  # bytes: the least that SQLite needs to let a database in WAL mode be read


def get_name() -> str:
    """What the store is called in an error: its file, or its name on the server; never a password."""
    name = str(connection.settings_dict["NAME"])
    host = connection.settings_dict.get("HOST") or "localhost"
    return Path(name).name if connection.vendor == "sqlite" else f"database {name} on {host}"


def explain_error(error: BaseException) -> StoreError | None:
    """A known condition of the database (full, locked, read-only) as a StoreError that names it; else None."""
    known = explain_database(error, get_name())
    # On a full disk SQLite cannot make the file that its readers share, and calls that an I/O error.
    if isinstance(known, DiskError) and _is_full():
        return FullError(f"{get_name()}: there is no space left on the disk; make room, nothing is lost")
    return known


def _is_full() -> bool:
    try:
        return shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free < _SHARED
    except OSError:
        return False


def naming_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Let a known condition of the database (full, locked, read-only) come out as a StoreError that names it."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except DatabaseError as error:
            known = explain_error(error)
            if known is None:
                raise
            raise known from error

    return call


@contextmanager
def closing_connection() -> Iterator[None]:
    """For a thread that uses the store and then ends: its connection ends with it."""
    try:
        yield
    finally:
        connection.close()


class KeptConnections:
    """So many threads keep their connection between two uses: each has a cache of its own, 16 MiB on SQLite."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads: set[int] = set()
        self._lock = threading.Lock()

    def give_back(self) -> None:
        """This thread needs its connection no more for now: it is kept if it is one of so many, else closed."""
        with self._lock:
            if len(self._threads) < self._most:
                self._threads.add(threading.get_ident())
            kept = threading.get_ident() in self._threads
        if not kept:
            connection.close()
