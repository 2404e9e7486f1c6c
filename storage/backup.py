"""A backup while the store is used, and putting one back: whole or not at all, checked before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import DatabaseError, connection, connections

from storage import archive
from storage.connection import get_name, naming_errors
from storage.dialect import is_sqlite
from storage.error import BackupError, BusyError, StoreError
from storage.file import check_file, copy_database, count_mentions, put_in_place, read_levels
from storage.models import Lease, Mention
from storage.move import is_sqlite_file, move
from storage.schema import find_unknown, get_path, mark_made
from storage.table import forget_sessions


@dataclass(frozen=True, kw_only=True, slots=True)
class Backup:
    """What was saved or put back."""

    path: Path
    mentions: int
    kept: Path | None = None  # after a restore: where the database is that it took the place of


@naming_errors
def backup(path: Path) -> Backup:
    """Save the whole store as one file; others may go on writing. An older file of this name is replaced at the end.

    SQLite gives a database file; PostgreSQL a zip archive of all tables, for `restore` on PostgreSQL.
    """
    path = path.absolute()
    if is_sqlite():
        if path == get_path().absolute():
            raise BackupError(f"{path}: is the database itself; name another file")
        if not get_path().exists():
            raise BackupError(f"{get_path()}: there is no database to back up")
        copy_database(get_path(), path)
        return Backup(path=path, mentions=count_mentions(path))
    return Backup(path=path, mentions=archive.write(path)["mention"])


@naming_errors
def restore(path: Path, now: datetime | None = None) -> Backup:
    """Put a backup in place of the store, after it was checked; nothing may be collecting meanwhile.

    PostgreSQL takes a SQLite store's file too: that is how one moves.
    The store is as the backup was; `storage.schema.migrate` then brings an older one up to date.
    """
    path = path.absolute()
    if not path.is_file():
        raise BackupError(f"{path}: there is no such file")
    if is_sqlite():
        return _restore_sqlite(path, now or datetime.now(UTC))
    moves = is_sqlite_file(path)
    _refuse_newer(path, read_levels(path) if moves else archive.check(path))
    _refuse_while_collecting(now or datetime.now(UTC))
    return Backup(path=path, mentions=(move if moves else archive.read)(path)["mention"])


def _restore_sqlite(path: Path, now: datetime) -> Backup:
    check_file(path)
    _refuse_newer(path, read_levels(path))
    ours = get_path()
    if path == ours.absolute():
        raise BackupError(f"{path}: is the database itself; name a backup of it")
    if not ours.parent.is_dir():
        raise BackupError(f"{ours}: its folder does not exist; make it first")
    _refuse_while_collecting(now)
    new = ours.with_name(ours.name + ".restoring")
    copy_database(path, new)
    connections.close_all()
    try:
        kept = put_in_place(new, ours)
    finally:
        new.unlink(missing_ok=True)
    mark_made(ours)
    forget_sessions()
    return Backup(path=path, mentions=Mention.objects.count(), kept=kept)


def _refuse_newer(path: Path, levels: list[tuple[str, str]]) -> None:
    unknown = find_unknown(levels)
    if unknown:
        raise BackupError(f"{path}: was made by a newer Kentongan ({unknown[0]}); install that first")


def _refuse_while_collecting(now: datetime) -> None:
    """A database that cannot be read any more holds nobody's lease: that is when one restores."""
    try:
        if is_sqlite() and not get_path().exists():
            return
        lease = Lease.objects.filter(expires__gt=now).exclude(holder="").first()
    except (DatabaseError, StoreError):
        connection.close()
        return
    if lease is not None:
        raise BusyError(f"{get_name()}: {lease.holder} is collecting; end `kentongan run` first")
