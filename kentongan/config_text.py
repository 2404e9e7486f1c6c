"""A table more at the end of config.toml, written whole or not at all; what stood there stays byte for byte."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from kentongan.config import ConfigError, load_config


def write_table(keys: Mapping[str, str], comment: str) -> str:
    """A commented `[[sources]]` table in TOML. JSON's strings are TOML's basic strings."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    return "\n".join([f"# {comment}", "[[sources]]", *lines, ""])


def append_table(path: Path, table: str) -> None:
    """Append a table to the file, if the file is right with it; ConfigError says what would be wrong."""
    path = path.resolve()  # a link stays a link
    before = path.read_bytes()
    newline = b"\r\n" if b"\r\n" in before else b"\n"
    gap = newline if before.endswith(b"\n") or not before else newline * 2
    waiting = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with waiting.open("xb") as file:
            file.write(before + gap + newline.join(table.encode().split(b"\n")))
            file.flush()
            os.fsync(file.fileno())
        waiting.chmod(path.stat().st_mode)
        try:
            load_config(waiting)
        except ConfigError as error:
            raise ConfigError(str(error).replace(str(waiting), str(path))) from error
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
