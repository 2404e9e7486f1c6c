"""Every difference between SQLite and PostgreSQL, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# SQLite before this has a bug that can lose commits in WAL mode with two connections.
# https://sqlite.org/wal.html#walresetbug
SAFE_SQLITE = (3, 51, 3)


def use_current_sqlite() -> None:
    """Put the current SQLite of the pysqlite3 wheel in place of Python's own, before Django imports it."""
    try:
        import pysqlite3
        import pysqlite3.dbapi2
    except ImportError:  # no wheel for this platform: Python's own is used and `doctor` says so
        return
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


_SQLITE_PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    PRAGMA mmap_size = 268435456;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 67108864;
"""


def describe_database(url: str, folder: Path) -> dict[str, Any]:
    """Django's description of the database at a URL; a relative SQLite path starts at `folder`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str((folder / unquote(parts.path.removeprefix("/"))).resolve())
            if not parts.path.startswith("//")
            else unquote(parts.path[1:]),
            "OPTIONS": {"timeout": 10, "transaction_mode": "IMMEDIATE", "init_command": _SQLITE_PRAGMAS},
        }
    if parts.scheme in {"postgresql", "postgres"}:
        from urllib.parse import parse_qsl

        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ValueError(f'"{url}" is no database: write sqlite:///FILE or postgresql://USER@HOST/NAME')
