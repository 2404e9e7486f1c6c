"""The child side of the sandbox: reads a job, runs it under its limits, answers; knows nothing of the network.

Small on purpose: whatever a job needs is imported when the first such job comes.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import resource
import sys
import time
from importlib import import_module
from typing import Any

from collectors.collector import ParseError
from collectors.parcel import pack

_SIZE = 8  # bytes of the length before each message
RESULT, PARSE, ERROR, MEMORY = b"r", b"p", b"e", b"m"


def main() -> None:
    """Serve jobs on standard input until the parent closes it."""
    life, memory = int(sys.argv[1]), int(sys.argv[2])
    _die_with_parent(life)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while message := _read(_SIZE):
        cpu, target, args, kwargs = pickle.loads(_read(int.from_bytes(message, "big")))  # noqa: S301 - from our parent
        # The soft limit counts the whole life of the process; at its end the kernel ends us (SIGXCPU).
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + cpu + 1, resource.RLIM_INFINITY))
        _write(_run(target, args, kwargs))


def _die_with_parent(life: int) -> None:
    """Ask the kernel for SIGIO, which ends us, when the parent's end of this pipe closes, however busy we are."""
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if os.get_blocking(life):
        os.set_blocking(life, False)
    try:
        gone = os.read(life, 1) == b""
    except BlockingIOError:
        gone = False
    if gone:
        sys.exit()


def _run(target: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    module, _, name = target.partition(":")
    try:
        result = getattr(import_module(module), name)(*args, **kwargs)
        return RESULT + pack(result)
    except ParseError as error:
        return PARSE + pack((error.subject, error.what, error.permanent))
    except MemoryError:
        return MEMORY
    except Exception as error:  # the border of a job: foreign bytes can raise anything in a parser
        return ERROR + type(error).__name__.encode()


def _read(size: int) -> bytes:
    pieces = []
    while size and (piece := os.read(0, min(size, 1024 * 1024))):
        pieces.append(piece)
        size -= len(piece)
    return b"" if size else b"".join(pieces)


def _write(message: bytes) -> None:
    view = memoryview(len(message).to_bytes(_SIZE, "big") + message)
    while view:
        view = view[os.write(0, view) :]


if __name__ == "__main__":
    main()
