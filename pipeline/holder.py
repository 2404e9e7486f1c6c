"""Who holds a lease: a process, named so that others of the same machine can see whether it still lives."""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path


def name_holder() -> str:
    """This process, as it stands in the lease table: place/process number/start."""
    return f"{_get_place()}/{os.getpid()}/{_get_start(os.getpid()) or '?'}"


def is_dead(holder: str) -> bool:
    """Is it certain that this holder's process is no more? False for other machines and for what cannot be seen."""
    place, pid, start = ["", "", "", *holder.rsplit("/", 2)][-3:]
    if place != _get_place() or "/" not in place or not pid.isdigit():
        return False
    return _get_start(int(pid)) != start


@cache
def _get_place() -> str:
    """Machine, boot and process namespace: within one of these a process number means one process."""
    host = socket.gethostname().replace("/", "-")[:80]
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # no Linux: nobody's death can be seen from outside
        return host
    return f"{host}/{boot}/{space}"


def _get_start(pid: int) -> str | None:
    """When a process started, in ticks since boot; a number used again has another start."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    # A killed process that nobody waited for ("Z") works no more.
    return None if fields[0] in {"Z", "X"} else fields[19]
