"""An analyst's SQL, on a connection of its own that can only read, within a time and a number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from django.db import connection

from storage.connection import explain_error
from storage.dialect import is_sqlite
from storage.error import StoreError

Row = tuple[Any, ...]

MAX_VALUE = 64 * 1024 * 1024  # bytes; a single value that is longer ends the statement
_STEPS = 10_000  # of SQLite's machine between two looks at the clock


class StatementError(StoreError):
    """An analyst's statement that cannot be run, or took too long; one sentence."""


class Rows(Iterator[Row]):
    """The rows of a statement; `cut` tells afterwards whether there were more than the limit."""

    def __init__(self, rows: Iterator[Row], limit: int, close: Callable[[], None]) -> None:
        self._rows = rows
        self._left = limit
        self._close = close
        self.cut = False

    def __next__(self) -> Row:
        try:
            row = next(self._rows)
        except BaseException:
            self.close()
            raise
        if self._left == 0:
            self.cut = True
            self.close()
            raise StopIteration
        self._left -= 1
        return row

    def close(self) -> None:
        """Give the connection back; reading to the end does it too."""
        self._rows = iter(())
        self._close()


def run_readonly(sql: str, seconds: float = 30, rows: int = 10_000) -> tuple[list[str], Rows]:
    """Run one SELECT; its columns, and its rows as they come.

    StatementError when it is no single SELECT, is wrong, tries to write, or takes longer than `seconds` in all; the
    last may come while the rows are read.
    """
    if not sql.strip(" \t\r\n;"):
        raise StatementError("the statement is empty")
    if "\0" in sql:
        raise StatementError("the statement holds a NUL character")
    return (_run_sqlite if is_sqlite() else _run_postgresql)(sql.strip(" \t\r\n;"), seconds, rows)


def _explain(error: Exception, seconds: float) -> StoreError:
    text = " ".join(str(error).partition("\nLINE ")[0].split())
    if "interrupted" in text or getattr(error, "sqlstate", "") == "57014":
        return StatementError(f"the statement took longer than {seconds:g} seconds; narrow it down or allow it more")
    if "not authorized" in text or "prohibited" in text or getattr(error, "sqlstate", "") == "25006":
        return StatementError("the statement does more than read the store; only SELECT is allowed")
    known = explain_error(error)
    return known or StatementError(f"the statement cannot be run: {text}")


def _run_sqlite(sql: str, seconds: float, limit: int) -> tuple[list[str], Rows]:
    import sqlite3

    name = quote(str(Path(connection.settings_dict["NAME"]).absolute()))
    until = monotonic() + seconds
    try:
        own = sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=min(seconds, 10))
    except sqlite3.Error as error:
        raise _explain(error, seconds) from error
    try:
        own.execute("PRAGMA query_only = ON")
        if hasattr(own, "setlimit"):
            own.setlimit(0, MAX_VALUE)  # SQLITE_LIMIT_LENGTH
        own.set_authorizer(_authorize)
        own.set_progress_handler(lambda: monotonic() > until, _STEPS)
        cursor = own.execute(sql)
    except (sqlite3.Error, sqlite3.Warning, ValueError, UnicodeError) as error:
        own.close()
        raise _explain(error, seconds) from error
    if cursor.description is None:
        own.close()
        raise StatementError("the statement gives no rows; only SELECT is allowed")

    def read() -> Iterator[Row]:
        try:
            yield from cursor
        except sqlite3.Error as error:
            raise _explain(error, seconds) from error

    return [column[0] for column in cursor.description], Rows(read(), limit, own.close)


# What SQLite asks leave for, by its own numbers (sqlite3.h).
_SELECT, _READ, _FUNCTION, _RECURSIVE, _PRAGMA = 21, 20, 31, 33, 19
_OK, _DENY = 0, 1


def _authorize(action: int, first: str | None, second: str | None, database: str | None, within: str | None) -> int:
    """Reading, and nothing else: no writing, no other file, no extension, no setting."""
    del database, within
    if action in {_SELECT, _READ, _RECURSIVE}:
        return _OK
    if action == _FUNCTION:
        return _DENY if second == "load_extension" else _OK
    # FTS5 asks whether somebody wrote meanwhile.
    return _OK if action == _PRAGMA and first == "data_version" else _DENY


def _run_postgresql(sql: str, seconds: float, limit: int) -> tuple[list[str], Rows]:
    import psycopg
    from psycopg.types.string import TextLoader

    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in parameters if name not in {"cursor_factory", "context"}}
    until = monotonic() + seconds
    try:
        own = psycopg.connect(**wanted, autocommit=False)
    except psycopg.Error as error:
        raise _explain(error, seconds) from error
    try:
        own.read_only = True
        for name in ("json", "jsonb"):  # text, as SQLite gives it: what reads the answer need not ask which it was
            own.adapters.register_loader(name, TextLoader)
        own.execute("SELECT set_config('statement_timeout', %s, false)", (f"{int(seconds * 1000)}ms",))
    except psycopg.Error as error:
        own.close()
        raise _explain(error, seconds) from error
    cursor = own.cursor("analyst")
    cursor.itersize = 500

    def close() -> None:
        cursor.close()
        own.close()

    try:
        # A server-side cursor takes a single SELECT, so nothing can end the transaction that only reads.
        cursor.execute(sql)
    except (psycopg.Error, ValueError) as error:
        close()
        raise _explain(error, seconds) from error

    def read() -> Iterator[Row]:
        try:
            for row in cursor:
                if monotonic() > until:
                    raise StatementError(f"the statement took longer than {seconds:g} seconds; narrow it down")
                yield row
        except psycopg.Error as error:
            raise _explain(error, seconds) from error

    return [column.name for column in cursor.description or ()], Rows(read(), limit, close)
