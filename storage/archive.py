"""A PostgreSQL store as one zip file: every table as COPY writes it, out of a single snapshot, with their counts.

pg_dump must match its server and is not on every machine; this needs nothing but the connection.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction

from storage.error import BackupError
from storage.sequence import set_sequences
from storage.table import empty_tables, list_kept_models

_CONTENTS = "kentongan.json"
_FORMAT = 1
_CHUNK = 1 << 20


def write(path: Path) -> dict[str, int]:
    """Save all tables at one moment; how many rows each has. `path` appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        with ZipFile(part, "w", ZIP_DEFLATED, compresslevel=1) as file, _snapshot():
            counts = {table: _copy_out(file, table) for table in _get_tables()}
            contents = {
                "format": _FORMAT,
                "levels": _read("SELECT app, name FROM django_migrations ORDER BY id"),
                "tables": {table: {"rows": counts[table], "columns": _get_columns(table)} for table in counts},
            }
            file.writestr(_CONTENTS, json.dumps(contents))
        check(part)
        part.replace(path)
    except OSError as error:
        raise BackupError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


def check(path: Path) -> list[tuple[str, str]]:
    """The migrations that an archive's store had had; BackupError unless it is whole and one of ours."""
    try:
        with ZipFile(path) as file:
            contents = json.loads(file.read(_CONTENTS))
            broken = file.testzip()
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise BackupError(f"{path}: is no backup of Kentongan on PostgreSQL") from error
    if broken is not None:
        raise BackupError(f"{path}: is damaged ({broken})")
    if contents["format"] != _FORMAT:
        raise BackupError(f"{path}: was made by a newer Kentongan; install that first")
    return [(app, name) for app, name in contents["levels"]]


def read(path: Path) -> dict[str, int]:
    """Let an archive take the place of all tables, in one transaction; how many rows each has now."""
    with ZipFile(path) as file, transaction.atomic():
        contents = json.loads(file.read(_CONTENTS))
        # A row that still waits to be checked would keep its table from being altered.
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        _make_tables(contents["levels"])
        empty_tables()
        ContentType.objects.clear_cache()
        # Rows refer to each other across tables; what is wrong at the end undoes everything.
        connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
        for table, described in contents["tables"].items():
            rows = _copy_in(file, table, described["columns"])
            if rows != described["rows"]:
                raise BackupError(f"{path}: {table} has {rows:,} rows of {described['rows']:,}")
        set_sequences()
    return {table: described["rows"] for table, described in contents["tables"].items()}


@contextmanager
def _snapshot() -> Iterator[None]:
    """A transaction in which every statement sees the same moment."""
    connection.close()
    connection.set_autocommit(False)
    try:
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def _get_tables() -> list[str]:
    models = {model._meta.db_table for model in list_kept_models()}
    there = set(connection.introspection.table_names())
    return sorted((models | {"mention_search"}) & there)


def _get_columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _name(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _copy_out(file: ZipFile, table: str) -> int:
    with connection.cursor() as cursor, file.open(f"{table}.copy", "w", force_zip64=True) as member:
        with cursor.copy(f"COPY {_name(table, _get_columns(table))} TO STDOUT") as copy:
            for data in copy:
                member.write(data)
        return int(cursor.rowcount)


def _copy_in(file: ZipFile, table: str, columns: list[str]) -> int:
    with connection.cursor() as cursor, file.open(f"{table}.copy") as member:
        with cursor.copy(f"COPY {_name(table, columns)} FROM STDIN") as copy:
            shutil.copyfileobj(member, copy, _CHUNK)
        return int(cursor.rowcount)


def _make_tables(levels: list[list[str]]) -> None:
    """Empty tables as they were when the archive was made: a migration may have changed them since."""
    last = dict(levels)
    for app in reversed(last):
        call_command("migrate", app, "zero", verbosity=0, interactive=False)
    for app, name in last.items():
        call_command("migrate", app, name, verbosity=0, interactive=False)


def _read(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
