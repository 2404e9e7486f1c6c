"""What a command needs before it can work: the configuration, Django on its settings, a database that is ready."""

from __future__ import annotations

import os
from pathlib import Path

from kentongan.config import Config, find_config, load_config


def start_django() -> Config:
    """Read the configuration and set Django up on it; ConfigError when it cannot be used."""
    path = find_config()
    config = load_config(path)
    os.environ["KENTONGAN_CONFIG"] = str(path.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kentongan.settings")
    import django

    django.setup()
    return config


def prepare_folder(config: Config) -> Path:
    """Make the folder where the data lives, if it is not there; OSError names it when that cannot be."""
    folder = config.get_path(config.storage.data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_store(*, make: bool = False) -> Config:
    """Django on a database that is there and fits this program; `make` makes what is missing."""
    config = start_django()
    if make:
        prepare_folder(config)
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    return config
