"""What a command needs before it can work: the configuration, Django on its settings, a database that is ready."""

from __future__ import annotations

import atexit
import os
from pathlib import Path

from kentongan.config import Config, find_config, load_config
from kentongan.error import CommandError
from kentongan.output import warn
from kentongan.secret import make_secret


def start_django(*, make: bool = False) -> Config:
    """Read the configuration and set Django up on it; ConfigError when it cannot be used.

    `make` makes the folder of the data, and the key that signs what browsers keep, where there is none yet.
    """
    path = find_config()
    config = load_config(path)
    if make:
        make_secret(prepare_folder(config))
    os.environ["KENTONGAN_CONFIG"] = str(path.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kentongan.settings")
    import django
    from django.db import connections

    django.setup()
    atexit.register(connections.close_all)  # one that just falls away is a fault in PostgreSQL's log
    return config


def prepare_folder(config: Config) -> Path:
    """Make the folder where the data lives, if it is not there; OSError names it when that cannot be."""
    folder = config.get_path(config.storage.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_store(*, make: bool = False) -> Config:
    """Django on a database that fits this program, brought up to date; `make` makes one where there is none yet.

    StoreError when it must not be used: newer, gone, read-only, another program's.
    """
    config = start_django(make=make)
    from storage.dialect import is_sqlite
    from storage.schema import check_database, get_path, migrate

    folder = prepare_folder(config) if make else None
    new = is_sqlite() and not get_path().exists()
    if folder or not new or get_path().parent.is_dir():
        for notice in check_database():
            warn(f"note: {notice}")
    if new and folder is None:
        raise CommandError(f"{get_path()}: there is no database yet; `kentongan run` or `kentongan collect` makes it")
    kept = migrate()
    if new:
        warn(f"note: a new database was made; the data lives in {folder}")
    if kept is not None:
        warn(f"note: the database was brought up to date; as it was before, it is kept in {kept}")
    return config
