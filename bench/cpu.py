"""CPU and memory of this process together with the children it keeps, from /proc (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


# Processes that a benchmark starts beside what it measures, such as its server.
OTHERS: set[int] = set()


def get_family() -> list[int]:
    """This process and all below it, without OTHERS."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(_read_stat(int(entry.name))[1])
            except OSError:
                continue  # it ended while we looked
    family = [os.getpid()]
    for pid in family:
        family.extend(child for child, parent in parents.items() if parent == pid and child not in OTHERS)
    return family


def get_cpu_seconds() -> float:
    """User and system time of the family, ended children of this process included."""
    mine = os.times()
    living = 0.0
    for pid in get_family()[1:]:
        fields = _read_stat(pid)
        living += (int(fields[11]) + int(fields[12])) / _TICK
    return mine.user + mine.system + mine.children_user + mine.children_system + living


def get_memory_mb() -> float:
    """Resident memory of the family in MB; pages that it shares are counted once a process that maps them (Pss)."""
    total = 0
    for pid in get_family():
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def _read_stat(pid: int) -> list[str]:
    # The name in brackets may hold anything, so what follows its last bracket is read: state, ppid, …, utime, stime.
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
