"""How the database is: for `kentongan doctor` and whoever else asks. Reads, and changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from storage.connection import get_name, naming_errors
from storage.dialect import is_sqlite
from storage.models import Mention
from storage.schema import check_database, find_pending, get_path


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """What there is to know of a database that can be opened."""

    name: str
    engine: str  # with its version and, for SQLite, how it keeps its journal
    size: int  # bytes
    mentions: int | None  # None where the tables are not up to date
    pending: tuple[str, ...]  # migrations that it has not had yet
    notices: tuple[str, ...]  # what could be better
    damage: str | None  # the first damage that a quick look through the whole file finds


@naming_errors
def examine() -> Health | None:
    """The health of the database, None where none was made yet; StoreError when it must not be used."""
    notices = check_database()
    if is_sqlite() and not get_path().exists():
        return None
    pending = tuple(find_pending())
    return Health(
        name=get_name(),
        engine=_tell_sqlite() if is_sqlite() else f"PostgreSQL {_ask('SHOW server_version')}",
        size=get_path().stat().st_size if is_sqlite() else int(_ask("SELECT pg_database_size(current_database())")),
        mentions=None if pending else Mention.objects.count(),
        pending=pending,
        notices=notices,
        damage=_find_damage() if is_sqlite() else None,
    )


def _tell_sqlite() -> str:
    return f"SQLite {_ask('SELECT sqlite_version()')}, journal {_ask('PRAGMA journal_mode')}"


def _find_damage() -> str | None:
    found = _ask("PRAGMA quick_check(1)")
    return None if found == "ok" else found


def _ask(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
