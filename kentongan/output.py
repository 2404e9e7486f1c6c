"""What a command says, and where its result goes: to stdout, or to a file that appears whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kentongan.error import CommandError, UsageError

BINARY = {"xlsx", "parquet"}


def say(line: str) -> None:
    """A line of the command's result, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def warn(line: str) -> None:
    """A line beside the result, for the person: an error, a note, a question."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def open_output(path: Path | None, form: str) -> Iterator[IO[bytes]]:
    """A binary file to write to. A file of that name is replaced only when all was written."""
    if path is None:
        if form in BINARY and sys.stdout.isatty():
            raise UsageError(f"{form} is no text for a terminal: name a file with -o FILE")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if not path.parent.is_dir() or path.is_dir():
        raise CommandError(f"{path}: {'is a folder' if path.is_dir() else 'its folder does not exist'}")
    waiting = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with waiting.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    finally:
        waiting.unlink(missing_ok=True)
