"""From SQLite to PostgreSQL: a SQLite store, or a backup of one, takes the place of a PostgreSQL store's rows.

In one transaction: every table has as many rows as before, or nothing happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Field, Model

from storage.dialect import put_words, read_time
from storage.error import BackupError
from storage.file import check_file, open_file, read_levels
from storage.models import Mention
from storage.schema import connection_levels
from storage.search import fold_mention, make_facets
from storage.sequence import set_sequences
from storage.table import empty_tables, list_kept_models

_CHUNK = 1_000

# What SQLite keeps as something else than PostgreSQL's driver takes, by Django's name of the field.
_READ: dict[str, Callable[[Any], Any]] = {
    "BooleanField": bool,
    "DateTimeField": read_time,
    "DurationField": lambda value: timedelta(microseconds=value),
}


def is_sqlite_file(path: Path) -> bool:
    """Does a file begin as SQLite's do?"""
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\0"


def move(path: Path) -> dict[str, int]:
    """Let a SQLite store take the place of all tables of this PostgreSQL store; how many rows each has now."""
    check_file(path)
    if set(read_levels(path)) != set(connection_levels()):
        raise BackupError(
            f"{path}: was made by another version; let this program open it once as SQLite, then move it"
        )
    with closing(open_file(path)) as file, transaction.atomic(), connection.cursor() as cursor:
        empty_tables()
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        counts = {model._meta.db_table: _copy(file, cursor, model) for model in list_kept_models()}
        _fill_search()
        set_sequences()
    ContentType.objects.clear_cache()
    return counts


def _copy(file: Any, cursor: Any, model: type[Model]) -> int:
    fields: list[Field[Any, Any]] = list(model._meta.local_concrete_fields)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    reads = [_READ.get(str(field.get_internal_type())) for field in fields]
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in file.execute(f"SELECT {names} FROM {table}"):
            copy.write_row(
                [
                    value if read is None or value is None else read(value)
                    for value, read in zip(row, reads, strict=True)
                ]
            )
    expected = int(file.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    if cursor.rowcount != expected:
        raise BackupError(f"{model._meta.db_table}: {cursor.rowcount:,} rows of {expected:,} arrived")
    return expected


def _fill_search() -> None:
    """The words of every mention, for SQLite does not give them back."""
    for chunk in _read_chunks():
        put_words(
            (
                mention.pk,
                fold_mention(mention.title, mention.text, mention.author_name),
                make_facets(mention.source_id, mention.channel, mention.kind),
            )
            for mention in chunk
        )


def _read_chunks() -> Iterator[list[Mention]]:
    wanted = Mention.objects.only("title", "text", "author_name", "source_id", "channel", "kind").order_by("pk")
    last = -1
    while chunk := list(wanted.filter(pk__gt=last)[:_CHUNK]):
        yield chunk
        last = chunk[-1].pk
