"""Put a backup in place of the store, after it was checked; end `kentongan run` first.

The database that was there is kept beside it under another name.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kentongan.audit import record_event
from kentongan.output import say
from kentongan.start import prepare_folder, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("file", metavar="FILE", type=Path)


def run(args: argparse.Namespace) -> int:
    """Restore, then bring an older backup up to date."""
    prepare_folder(start_django())
    from storage.backup import restore
    from storage.schema import migrate

    restored = restore(args.file)
    migrate()
    kept = "" if restored.kept is None else f"; the database that was there is {restored.kept}"
    record_event("store.restore", str(restored.path), after={"mentions": restored.mentions})
    say(f"{restored.path}: {restored.mentions:,} mentions are back{kept}")
    return 0
