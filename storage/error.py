"""How this room fails: every error names its subject and says in one sentence what to do."""

from __future__ import annotations

from django.db import Error as DjangoError

# The error tree of this room.
#
#   StoreError
#   ├── LeaseLostError     another process took the lease over; nothing of ours was written
#   ├── QueryError         a search that cannot be understood; says where      (storage/refusal.py)
#   ├── StatementError     an analyst's SQL that cannot be run                 (storage/readonly.py)
#   ├── BackupError        a backup that could not be made, or is none
#   ├── NewerError         the database belongs to a newer program
#   ├── MissingError       the database or its folder is not where it was
#   ├── VanishedError      the file was moved, removed or replaced while it was used
#   ├── ReadOnlyError      the database may not be written
#   ├── FullError          no space left
#   ├── BusyError          another process holds the database for too long
#   ├── DiskError          the disk fails while reading or writing
#   └── DamagedError       the file is damaged, or is no database


class StoreError(Exception):
    """The store cannot do what was asked; `str()` is the sentence that a person reads."""


class LeaseLostError(StoreError):
    """A write came with the proof of a lease that another process has taken over."""


class BackupError(StoreError):
    """A backup that could not be made or restored, or is none."""


class NewerError(StoreError):
    """The database was made by a newer program than this one."""


class MissingError(StoreError):
    """The database is not where it was, and an empty one must not take its place."""


class VanishedError(StoreError):
    """The database is another file than the one we have open: what we write there is lost."""


class ReadOnlyError(StoreError):
    """The database may not be written."""


class FullError(StoreError):
    """There is no space left where the database lives."""


class BusyError(StoreError):
    """Another process holds the database for longer than we wait."""


class DiskError(StoreError):
    """The disk fails while reading or writing."""


class DamagedError(StoreError):
    """The file is damaged, or no database at all."""


# What the drivers call it: SQLite's result code, PostgreSQL's SQLSTATE.
_KNOWN: dict[str, tuple[type[StoreError], str]] = {
    "SQLITE_FULL": (FullError, "there is no space left on the disk; make room, nothing that was stored is lost"),
    "SQLITE_READONLY": (ReadOnlyError, "it may not be written; look at the owner and rights of the file and folder"),
    "SQLITE_CANTOPEN": (MissingError, "it cannot be opened; look at the path and the rights of the folder"),
    "SQLITE_PERM": (ReadOnlyError, "it may not be opened; look at the owner and rights of the file"),
    "SQLITE_BUSY": (BusyError, "another process holds it for too long; try again, or end that process"),
    "SQLITE_LOCKED": (BusyError, "another process holds it for too long; try again, or end that process"),
    "SQLITE_CORRUPT": (DamagedError, "the file is damaged; restore a backup (kentongan restore FILE)"),
    "SQLITE_NOTADB": (DamagedError, "the file is no SQLite database; look at [storage] url"),
    "SQLITE_IOERR": (DiskError, "the disk reports an error while reading or writing; look at the disk"),
    "53100": (FullError, "there is no space left on the server's disk; make room"),
    "25006": (ReadOnlyError, "the server only lets it be read"),
    "42501": (ReadOnlyError, "the user of [storage] url may not do this; grant it the rights"),
    "3D000": (MissingError, "the server has no database of this name; create it (createdb)"),
    "28P01": (MissingError, "the server refuses the password of [storage] url"),
    "55P03": (BusyError, "another process holds it for too long; try again"),
    "57P03": (BusyError, "the server is starting or stopping; try again"),
}


def explain_database(error: BaseException, subject: str) -> StoreError | None:
    """A driver's error as ours, with the database's name; None if it is no known condition of the database."""
    cause = error.__cause__ if isinstance(error, DjangoError) and error.__cause__ is not None else error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or ""
    for known, (kind, sentence) in _KNOWN.items():
        if code.startswith(known):
            return kind(f"{subject}: {sentence}")
    if getattr(cause, "sqlstate", "") is None and "connection" in str(cause):  # psycopg: nobody answered
        return MissingError(f"{subject}: the database server does not answer; is it running?")
    return None
