"""Where a command's result goes: to stdout, or to a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kentongan.error import UsageError

BINARY = {"xlsx", "parquet"}


@contextmanager
def open_output(path: Path | None, form: str) -> Iterator[IO[bytes]]:
    """A binary file to write to. A file of that name is replaced only when all was written."""
    if path is None:
        if form in BINARY and sys.stdout.isatty():
            raise UsageError(f"{form} is no text for a terminal: name a file with -o FILE")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    waiting = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with waiting.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
