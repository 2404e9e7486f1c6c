"""Is the database one that this program may use, and does it have this program's tables? Asked at every start."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from storage.connection import get_name, naming_errors
from storage.dialect import SAFE_SQLITE, alone, is_safe, is_sqlite
from storage.error import DamagedError, MissingError, NewerError, ReadOnlyError, VanishedError
from storage.file import copy_database, is_writable


@naming_errors
def check_database() -> tuple[str, ...]:
    """Refuse, by a StoreError, a database that must not be used; a sentence for each thing that could be better.

    Makes nothing: a first start has no database yet, and that is in order.
    """
    notices: tuple[str, ...] = ()
    if is_sqlite():
        path = get_path()
        _check_file(path)
        notices = _check_sqlite()
        if not path.exists():
            return notices
    tables = set(connection.introspection.table_names())
    if tables and "django_migrations" not in tables:
        raise DamagedError(f"{get_name()}: it holds another program's tables; name another database in [storage] url")
    unknown = find_unknown(connection_levels())
    if unknown:
        raise NewerError(f"{get_name()}: it was made by a newer Kentongan ({unknown[0]}); install that, or restore")
    return notices


@naming_errors
def migrate() -> Path | None:
    """Give the database this program's tables; the copy of an older SQLite database that was made first, if any."""
    check_database()
    if not _plan():
        return None
    with alone():
        if not _plan():  # another process made the tables while we waited for it
            return None
        kept = _keep_old()
        call_command("migrate", verbosity=0, interactive=False)
        if is_sqlite():
            mark_made(get_path())
    return kept


def get_path() -> Path:
    """The file of a SQLite database."""
    return Path(connection.settings_dict["NAME"])


def identify_file() -> tuple[int, int] | None:
    """Which file stands at the database's path now; None where there is none, or a server keeps the database."""
    try:
        found = get_path().stat() if is_sqlite() else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino)


def check_same_file(known: tuple[int, int] | None) -> None:
    """VanishedError unless the database is still the file that was identified."""
    if identify_file() != known:
        raise VanishedError(
            f"{get_path()}: the database was moved, removed or replaced while it was used; put it back, or restore a "
            "backup (kentongan restore FILE), and start again"
        )


def find_unknown(levels: list[tuple[str, str]]) -> list[str]:
    """Those of some migrations that this program does not know: they were made by a newer one."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = loader.disk_migrations
    apps = {app for app, _ in known}
    return [f"{app} {name}" for app, name in levels if app in apps and (app, name) not in known]


def connection_levels() -> list[tuple[str, str]]:
    """The migrations that the database has had, in their order."""
    return list(MigrationRecorder(connection).applied_migrations())


def find_pending() -> list[str]:
    """The migrations of this program that the database has not had yet."""
    return [f"{app} {name}" for app, name in _plan()]


def _plan() -> list[tuple[str, str]]:
    executor = MigrationExecutor(connection)
    return [(step.app_label, step.name) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def _check_file(path: Path) -> None:
    """Never let an empty new database take the place of one that was there."""
    if not path.parent.is_dir():
        raise MissingError(f"{path}: its folder does not exist; make it, or mount the disk where it lies")
    if _name_mark(path).exists() and (not path.exists() or path.stat().st_size == 0):
        raise MissingError(
            f"{path}: the database that was here is gone; restore a backup (kentongan restore FILE), "
            f"or remove {_name_mark(path).name} to begin with an empty one"
        )
    if not is_writable(path):
        raise ReadOnlyError(f"{path}: it, or its folder, may not be written; look at the owner and rights")


def _check_sqlite() -> tuple[str, ...]:
    import sqlite3

    if is_safe(sqlite3.sqlite_version_info):
        return ()
    wanted = ".".join(map(str, SAFE_SQLITE))
    return (
        f"SQLite {sqlite3.sqlite_version} can lose commits in WAL mode, so it runs without WAL and slower; "
        f"install the pysqlite3 wheel or SQLite {wanted}",
    )


def _keep_old() -> Path | None:
    """A copy of the database as it is before its tables change."""
    levels = connection_levels()
    if not (is_sqlite() and levels):
        return None
    path = get_path()
    steps = sorted(_plan(), key=lambda step: step[0] != "storage")  # ours name the program's version
    kept = path.with_name(f"{path.name}.before-{steps[0][1]}")
    copy_database(path, kept)
    return kept


def _name_mark(path: Path) -> Path:
    return path.with_name(path.name + ".made")


def mark_made(path: Path) -> None:
    """Remember, beside a database, that it is there: should it be missing later, that is an error."""
    mark = _name_mark(path)
    if not mark.exists():
        mark.write_text(
            f"Kentongan made {path.name} here on {datetime.now(UTC):%Y-%m-%d}. While this file is here, a missing\n"
            "database is an error and no reason to begin anew.\n",
            encoding="utf-8",
        )
