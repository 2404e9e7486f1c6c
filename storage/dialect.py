"""Every difference between SQLite and PostgreSQL, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# SQLite before this has a bug that can lose commits in WAL mode with two connections; two older lines were repaired.
# https://sqlite.org/wal.html#walresetbug
SAFE_SQLITE = (3, 51, 3)
_REPAIRED = ((3, 50, 7), (3, 44, 6))


def is_safe(version: tuple[int, ...]) -> bool:
    """May this SQLite use WAL with more than one connection?"""
    return version >= SAFE_SQLITE or any(line <= version < (line[0], line[1] + 1) for line in _REPAIRED)


def use_current_sqlite() -> None:
    """Put the current SQLite of the pysqlite3 wheel in place of Python's own, before Django imports it."""
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:  # no wheel for this platform: Python's own is used and `doctor` says so
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


# WAL lets readers go on while a batch is written; FULL costs nothing at a batch's size and survives a power cut.
# Each of a collecting process's threads has a cache of its own: 64 MiB and 256 MiB mapped saved no time at a million
# mentions (eight threads, 80 batches of 50) and took 90 MiB more.
_SQLITE_PRAGMAS = """
    PRAGMA journal_mode = {journal};
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16384;
    PRAGMA mmap_size = 67108864;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 67108864;
"""


def get_pragmas() -> str:
    """The settings of every SQLite connection; without WAL where SQLite is too old for it."""
    import sqlite3

    return _SQLITE_PRAGMAS.format(journal="WAL" if is_safe(sqlite3.sqlite_version_info) else "DELETE")


def describe_database(url: str, folder: Path) -> dict[str, Any]:
    """Django's description of the database at a URL; a relative SQLite path starts at `folder`."""
    parts = urlsplit(url)
    named = bool(unquote(parts.path).strip("/")) and "\0" not in unquote(parts.path)
    if named and parts.scheme == "sqlite" and not parts.netloc:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str((folder / unquote(parts.path.removeprefix("/"))).resolve())
            if not parts.path.startswith("//")
            else unquote(parts.path[1:]),
            "CONN_MAX_AGE": None,  # a thread keeps its connection: opening one costs more than an unchanged poll
            "OPTIONS": {"timeout": 10, "transaction_mode": "IMMEDIATE", "init_command": get_pragmas()},
        }
    if named and parts.scheme in {"postgresql", "postgres"}:
        from urllib.parse import parse_qsl

        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,  # the server may have been restarted since
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ValueError(f'"{url}" is no database: write sqlite:///FILE or postgresql://USER@HOST/NAME')


# What follows needs Django's connection, which needs its settings, which need what stands above.


@cache
def is_sqlite() -> bool:
    """Does the store live in SQLite? A process has one store."""
    return str(_connection().vendor) == "sqlite"


def _connection() -> Any:
    from django.db import connection

    return connection


def write_time(value: datetime | None) -> Any:
    """An aware time as a statement of our own takes it: as Django's own statements write it."""
    if value is None or not is_sqlite():
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def read_time(value: Any) -> datetime | None:
    """A time as a statement of our own gives it, aware."""
    if value is None:
        return None
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).replace(tzinfo=UTC)


def write_json(value: Mapping[str, Any]) -> str | None:
    """A JSON column's value; nothing is NULL."""
    return json.dumps(dict(value), sort_keys=True, ensure_ascii=False) if value else None


def is_one_of(column: str) -> str:
    """The condition that a column is one of the values of one parameter; the parameter is made by `write_list`."""
    return f"{column} IN (SELECT value FROM json_each(%s))" if is_sqlite() else f"{column} = ANY(%s)"


def write_list(values: Iterable[int] | Iterable[str]) -> Any:
    """Values as the one parameter of `is_one_of`: one statement for any number of them."""
    return json.dumps(list(values), ensure_ascii=False) if is_sqlite() else list(values)


def is_row_there(select: str, parameters: Sequence[Any]) -> bool:
    """Does a SELECT give a row? In PostgreSQL nobody can take FOR UPDATE on it until our transaction ends."""
    with _connection().cursor() as cursor:
        cursor.execute(select if is_sqlite() else f"{select} FOR KEY SHARE", parameters)
        return cursor.fetchone() is not None


def lock_rows() -> str:
    """What ends a SELECT whose rows nobody else may take; SQLite has one writer at a time anyway."""
    return "" if is_sqlite() else " FOR UPDATE"


def lock_source(source_id: int) -> None:
    """Inside a transaction: let no other transaction that calls this for the same source go on before our end.

    SQLite has one writer at a time anyway. In PostgreSQL a stopped process must not hold the lock for ever.
    """
    if not is_sqlite():
        with _connection().cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s),"
                " set_config('idle_in_transaction_session_timeout', '30s', true)",
                (_LOCKS, source_id & 0x7FFFFFFF),
            )


def lock_sources() -> None:
    """The same for the list of the sources: two who bring it up to date would both add what is missing."""
    lock_source(_LIST)


_LOCKS = 0x6B656E74  # the class of our advisory locks
_TABLES, _LIST = -1, 0  # in that class, where a source has its number


@contextmanager
def alone() -> Iterator[None]:
    """While this lasts, no other process is within it at the same database; the lock of one that dies is free."""
    if not is_sqlite():
        with _connection().cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCKS, _TABLES))
        try:
            yield
        finally:
            with _connection().cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCKS, _TABLES))
        return
    import sqlite3

    # A lock on the database itself would lock out our own statements.
    lock = sqlite3.connect(f"{_connection().settings_dict['NAME']}.lock", timeout=600, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
        yield
    finally:
        lock.close()


@contextmanager
def without_waiting_for_the_disk() -> Iterator[None]:
    """Outside a transaction: a power cut may lose what is written while this lasts, and nothing that came before.

    For leases and records of runs alone: half of what an unchanged poll costs the store was waiting for the disk.
    """
    ours = _connection()
    if not is_sqlite() or ours.in_atomic_block or not _has_wal():
        yield
        return
    ours.ensure_connection()
    with ours.wrap_database_errors:
        ours.connection.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        try:
            with ours.wrap_database_errors:
                ours.connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            ours.close()  # the next one begins with FULL
            raise


def _has_wal() -> bool:
    import sqlite3

    return is_safe(sqlite3.sqlite_version_info)


def put_words(rows: Iterable[tuple[int, str, Sequence[str]]]) -> None:
    """Fill the search tables: (id, words, facets) of each mention, by ascending id; old ones are replaced."""
    with _connection().cursor() as cursor:
        if is_sqlite():
            cursor.executemany(
                "INSERT OR REPLACE INTO mention_search (rowid, words, facets) VALUES (%s, %s, %s)",
                [(key, words, " ".join(facets)) for key, words, facets in rows],
            )
            return
        cursor.executemany(
            "INSERT INTO mention_search (mention_id, document) VALUES (%s, %s::tsvector)"
            " ON CONFLICT (mention_id) DO UPDATE SET document = excluded.document",
            [(key, _write_document(words, facets)) for key, words, facets in rows],
        )


def _write_document(words: str, facets: Sequence[str]) -> str:
    """A tsvector as PostgreSQL reads it: each word with its place, exactly as we folded it, by no parser of its own.

    A word of a text holds no colon, so no text can say that it is of another source.
    """
    placed = (f"{word}:{min(place, 16_383)}" for place, word in enumerate(words.split(), start=1))
    return " ".join((*placed, *(f"':{facet}'" for facet in facets)))


def name_search() -> tuple[str, str, str]:
    """The search table, its key, and the condition that a row matches the expression of one parameter."""
    if is_sqlite():
        return "mention_search", "mention_search.rowid", "mention_search MATCH %s"
    return "mention_search", "mention_search.mention_id", "mention_search.document @@ %s::tsquery"


def search_mention() -> str:
    """The condition that a mention matches the expression of one parameter, beside others and where it is refused.

    SQLite looks for all matches once and keeps them. PostgreSQL would walk through a list of them for every mention
    as soon as it is larger than its working memory; of EXISTS it makes a join.
    """
    table, key, condition = name_search()
    if is_sqlite():
        return f"mention.id IN (SELECT {key} FROM {table} WHERE {condition})"
    return f"EXISTS (SELECT 1 FROM {table} WHERE {key} = mention.id AND {condition})"


def merge_ends(statement: str, count: int, index: str, order: str, limit: int) -> str:
    """One statement of keys so many times, each with its own parameters, and of all of them the first by the key.

    SQLite merges the ends of the indices, if it is told which: it takes every value for equally frequent, and would
    rather skip through another and sort (2.5 s at a million). PostgreSQL merges only what is limited and ordered.
    """
    end = f"ORDER BY 1 {order} LIMIT {limit:d}"
    if is_sqlite():
        walked = f'FROM "mention" INDEXED BY "{index}"' if index else 'FROM "mention"'
        arm = statement.replace('FROM "mention"', walked, 1)
    else:
        arm = f"({statement} {end})" if count > 1 else statement
    return f"{' UNION ALL '.join([arm] * count)} {end}"


# An expression of the search table. Words are letters and digits only, so nothing in them can be an operator.


def match_words(words: str) -> str:
    """Folded words, side by side."""
    if is_sqlite():
        return f'words : "{words}"'
    return "(" + " <-> ".join(f"'{word}'" for word in words.split()) + ")"


def match_facet(facet: str) -> str:
    """One of the facets that `put_words` was given."""
    return f'facets : "{facet}"' if is_sqlite() else f"':{facet}'"


def match_all(wanted: Sequence[str], refused: Sequence[str] = ()) -> str:
    """All of these, of which there is at least one, and none of those."""
    if is_sqlite():
        expression = f"({' AND '.join(wanted)})"
        return f"({expression} NOT {match_any(refused)})" if refused else expression
    return f"({' & '.join((*wanted, *(f'!{each}' for each in refused)))})"


def match_any(wanted: Sequence[str]) -> str:
    """One of these."""
    return f"({(' OR ' if is_sqlite() else ' | ').join(wanted)})"


def begins_with(column: str, prefix: str) -> tuple[str, tuple[str, ...]]:
    """The condition that a text column begins with a prefix, in a form that its index serves, and its parameters."""
    if is_sqlite():
        return f"{column} >= %s AND {column} < %s", (prefix, prefix + "\U0010ffff")
    return f"starts_with({column}, %s)", (prefix,)
