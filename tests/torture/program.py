"""`kentongan run` as a process that is killed again and again: when it works, what it starts, what it takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, time

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 15.0  # seconds; also what SIGTERM may take
AT_WORK = "scheduling "  # what the program says when it begins to schedule


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What the program and its children took at a moment."""

    at: float
    processes: int
    rss: float  # MiB, summed: what they share counts for each
    pss: float  # MiB, summed: what they share counts once


@dataclass(frozen=True, kw_only=True)
class Fall:
    """A time without the program: from its kill until it scheduled again."""

    killed: float
    back: float

    @property
    def seconds(self) -> float:
        return self.back - self.killed


@dataclass
class Program:
    """The command, its output, and what was seen of it."""

    config: Path
    output: Path
    began: float = 0.0  # when it scheduled for the first time
    falls: list[Fall] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    _children: set[tuple[int, str]] = field(default_factory=set)

    def start(self) -> None:
        """Start it; returns when it schedules."""
        command = [sys.executable, "-m", "kentongan", "run", "--port", "0", "--config", str(self.config)]
        ready = threading.Event()
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        reader = threading.Thread(target=self._read, args=(self._process, ready), daemon=True)
        reader.start()
        self._reader = reader
        if not ready.wait(4 * PATIENCE) or self._process.poll() is not None:
            self._process.kill()
            raise AssertionError(f"kentongan run did not start:\n{self.output.read_text()[-2000:]}")
        self.began = self.began or time()

    def fall(self) -> None:
        """SIGKILL, and start it at once; what it had started must die by itself."""
        self._watch()
        killed = time()
        self._process.kill()
        self._process.wait()
        self._reader.join(PATIENCE)
        self.start()
        self.falls.append(Fall(killed=killed, back=time()))
        self._bury()

    def stop(self) -> tuple[int, float]:
        """SIGTERM: its exit code and the seconds it took."""
        self._watch()
        began = monotonic()
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(2 * PATIENCE)
        took = monotonic() - began
        self._reader.join(PATIENCE)
        self._bury()
        return code, took

    def kill(self) -> None:
        """End it however it stands."""
        self._process.kill()
        self._process.wait()

    def look(self) -> None:
        """Note what it takes and which children it has."""
        assert self._process.poll() is None, f"kentongan run ended:\n{self.output.read_text()[-2000:]}"
        self._watch()
        numbers = [self._process.pid, *(number for number, _ in self._children)]
        sizes = [size for size in map(read_size, numbers) if size is not None]
        rss, pss = (sum(size[place] for size in sizes) for place in (0, 1))
        self.samples.append(Sample(at=time(), processes=len(sizes), rss=rss, pss=pss))

    def _watch(self) -> None:
        self._children = set(find_children(self._process.pid))

    def _bury(self) -> None:
        """Wait for the children of the dead program to die; who does not is an orphan."""
        until, pause = monotonic() + PATIENCE, threading.Event()
        while alive := {child for child in self._children if read_start(child[0]) == child[1]}:
            if monotonic() > until:
                self.orphans += [f"process {number}" for number, _ in alive]
                break
            pause.wait(0.1)

    def _read(self, process: subprocess.Popen[bytes], ready: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout, self.output.open("ab", buffering=0) as output:
            for line in process.stdout:
                output.write(line)
                if AT_WORK.encode() in line:
                    ready.set()
        ready.set()


def find_children(number: int) -> Iterator[tuple[int, str]]:
    """All processes below one, each with its start so that a number used again is not taken for it."""
    with suppress(OSError):
        for task in Path(f"/proc/{number}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child), read_start(int(child))
                yield from find_children(int(child))


def read_start(number: int) -> str:
    """When a process started; empty when it is no more."""
    with suppress(OSError):
        state, *fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        return "" if state == "Z" else fields[18]
    return ""


def read_size(number: int) -> tuple[float, float] | None:
    """RSS and PSS of a process in MiB; None when it is no more."""
    sizes = {}
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()[1:]:
            name, amount, *_ = line.split()
            sizes[name] = int(amount) / 1024
    return (sizes["Rss:"], sizes["Pss:"]) if sizes else None


@contextmanager
def serving(module: str, *arguments: object) -> Iterator[int]:
    """A server in a process of its own until the block ends; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
