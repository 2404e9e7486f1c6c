"""Each thread's own connection: how it is named in an error, and how it is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection

from storage.error import explain_database

P = ParamSpec("P")
R = TypeVar("R")


def get_name() -> str:
    """What the store is called in an error: its file, or its name on the server; never a password."""
    name = str(connection.settings_dict["NAME"])
    host = connection.settings_dict.get("HOST") or "localhost"
    return Path(name).name if connection.vendor == "sqlite" else f"database {name} on {host}"


def naming_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Let a known condition of the database (full, locked, read-only) come out as a StoreError that names it."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except DatabaseError as error:
            known = explain_database(error, get_name())
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
