"""The key that signs sessions and forms: made once beside the data, readable by nobody else."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from kentongan.error import ConfigError

NAME = "secret.key"


def read_secret(folder: Path) -> str:
    """The key; where none was made yet, one for this process alone. ConfigError when others can read it."""
    path = folder / NAME
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):  # the folder's own error comes when it is made
        return secrets.token_urlsafe(48)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from error
    if mode & 0o077:
        raise ConfigError(f"{path}: others than the program's user can read it; chmod 600 {path}")
    if len(text) < 50:
        raise ConfigError(f"{path}: it is too short to be our key; delete it, and everybody logs in anew")
    return text


def make_secret(folder: Path) -> None:
    """Make the key unless it is there; two processes that start at once make one."""
    path = folder / NAME
    part = path.with_name(f".{NAME}.{os.getpid()}.part")
    if path.exists():
        return
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # fails where another was faster
        except FileExistsError:
            return
    finally:
        part.unlink(missing_ok=True)
