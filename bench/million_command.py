"""The installed command in a process of its own, what it took and what it said: a row of million's table."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300.0  # seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """One command that ended."""

    label: str
    code: int
    seconds: float
    cpu: float  # seconds, without a server's
    memory: float  # MB
    said: str  # stdout and stderr, cut
    rows: int | None = None
    wrong: str = ""


def run_command(label: str, config: Path, arguments: tuple[str, ...], said: Path) -> Done:
    """The installed command in a process of its own, and what wait4 tells of it."""
    command = [sys.executable, "-m", "kentongan", "--config", str(config), *arguments]
    with said.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
        killer = threading.Timer(3 * LONGEST, process.kill)
        killer.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    with said.open("rb") as text:
        text.seek(max(0, said.stat().st_size - 4_000))
        tail = text.read().decode("utf-8", "replace")
    return Done(
        label=label,
        code=process.returncode,
        seconds=seconds,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss / 1024,
        said=tail,
    )


def print_row(done: Done) -> None:
    rows = "" if done.rows is None else f"{done.rows:,}"
    mark = "  <- " + done.wrong if done.wrong else ""
    print(
        f"{done.label:40} {done.code:4} {done.seconds:8.1f} {done.cpu:8.1f} {done.memory:8.0f} {rows:>10}{mark}",
        flush=True,
    )


def print_head() -> None:
    print(f"{'command':40} exit  seconds      CPU  peak MB       rows")
