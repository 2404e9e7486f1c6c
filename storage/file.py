"""A SQLite database as a file: copied while it is used, checked, put in place of another."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from storage.error import BackupError, BusyError, FullError, StoreError, explain_database

if TYPE_CHECKING:
    import sqlite3


def copy_database(source: Path, target: Path) -> None:
    """A consistent, checked copy of a database that others may be writing; `target` appears whole or not at all."""
    import sqlite3

    part = target.with_name(target.name + ".part")
    _check_space(source, target)
    try:
        part.unlink(missing_ok=True)
        with closing(open_file(source)) as ours, closing(sqlite3.connect(part)) as copy:
            ours.backup(copy)  # in one step: in WAL mode writers go on meanwhile
            copy.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
        check_file(part)
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except sqlite3.Error as error:
        raise _explain(error, target) from error
    finally:
        part.unlink(missing_ok=True)


def check_file(path: Path) -> None:
    """BackupError unless a file is a whole SQLite database."""
    import sqlite3

    try:
        with closing(open_file(path)) as file:
            found = file.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path}: is no whole database ({error})") from error
    if found != "ok":
        raise BackupError(f"{path}: is damaged ({found})")


def read_levels(path: Path) -> list[tuple[str, str]]:
    """The migrations that a database file has had; BackupError when it is no database of this program."""
    import sqlite3

    try:
        with closing(open_file(path)) as file:
            levels = file.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path}: is no backup of Kentongan") from error
    if not any(app == "storage" for app, _ in levels):
        raise BackupError(f"{path}: is no backup of Kentongan")
    return levels


def count_mentions(path: Path) -> int:
    """How many mentions a database file holds."""
    with closing(open_file(path)) as file:
        return int(file.execute("SELECT count(*) FROM mention").fetchone()[0])


def put_in_place(new: Path, path: Path) -> Path | None:
    """Let a checked database file take the place of one that nobody has open; where the old one is kept."""
    aside = path.with_name(path.name + ".before-restore")
    old = path.exists() and path.stat().st_size > 0
    if old:
        _close_for_all(path)
        aside.unlink(missing_ok=True)
        os.link(path, aside)
    new.replace(path)
    _sync(path.parent)
    return aside if old else None


def is_writable(path: Path) -> bool:
    """May this file, or a new one in its folder, be written, and files beside it as SQLite needs them?"""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _close_for_all(path: Path) -> None:
    """Make a database one file, without a log that could be replayed onto another.

    BusyError while somebody has it open, for leaving WAL needs the file alone.
    """
    import sqlite3

    try:
        with closing(sqlite3.connect(path, timeout=2)) as file:
            mode = file.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise BusyError(f"{path}: another process has it open; end `kentongan run` first") from error
    except sqlite3.DatabaseError:  # it is damaged: that is why it is replaced
        mode = "delete"
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    if mode != "delete":
        raise BusyError(f"{path}: another process has it open; end `kentongan run` first")


def open_file(path: Path) -> sqlite3.Connection:
    """A database file, to read; to be closed."""
    import sqlite3

    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=10)


def _check_space(source: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise BackupError(f"{target}: its folder does not exist")
    needed, free = source.stat().st_size, shutil.disk_usage(target.parent).free
    if free < needed:
        raise FullError(f"{target}: {needed / 2**20:,.0f} MiB are needed there and {free / 2**20:,.0f} MiB are free")


def _explain(error: Exception, subject: Path) -> StoreError:
    return explain_database(error, str(subject)) or BackupError(f"{subject}: could not be written ({error})")


def _sync(path: Path) -> None:
    """Put a file, or what a folder lists, on the disk for good."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
