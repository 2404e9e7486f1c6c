"""Save the whole store as one file, while it is used. A file of this name is replaced once the new one is whole.

SQLite gives a database file, PostgreSQL an archive of all tables. The configuration is not part of it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kentongan.audit import record_event
from kentongan.output import say
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", metavar="FILE", type=Path)


def run(args: argparse.Namespace) -> int:
    """Make the backup; it was checked before it got its name."""
    open_store()
    from storage.backup import backup

    saved = backup(args.file)
    record_event("store.backup", str(saved.path), after={"mentions": saved.mentions})
    say(f"{saved.path}: {saved.mentions:,} mentions saved; `kentongan restore {args.file}` puts them back")
    return 0
