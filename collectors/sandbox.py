"""Foreign bytes are parsed in replaceable child processes with limits on CPU, memory, time and result (F8).

A child is started when it is first needed, reused, and replaced when it was ended, grew large or served long.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Condition
from time import monotonic
from typing import Any

from collectors.collector import ParseError, SandboxError
from collectors.parcel import ParcelError, unpack
from collectors.sandboxed import ERROR, MEMORY, RESULT

MAX_RESULT = 32 * 1024 * 1024
# When a child is replaced: after so many jobs, whatever it may have leaked, or when it has grown beyond so much.
_JOBS = 2_000
_PAGE = os.sysconf("SC_PAGE_SIZE")
_GROWN = 200 * 1024 * 1024


class Sandbox:
    """A few parsing children; thread-safe, callers wait for a free one."""

    def __init__(
        self,
        size: int = 2,
        cpu: int = 20,
        memory: int = 512 * 1024 * 1024,
        wall: float = 30,
        result: int = MAX_RESULT,
    ) -> None:
        self._size = size
        self._cpu = cpu
        self._memory = memory
        self._wall = wall
        self._result = result
        self._free: list[_Child] = []
        self._children: set[_Child] = set()
        self._changed = Condition()
        self._closed = False

    def call(self, target: str, *args: Any, **kwargs: Any) -> Any:
        """Run `module:function` with these arguments in a child.

        Its ParseError arrives as it is; any other error as a ParseError that names its type, never its text;
        SandboxError when the child had to be ended. Records, tuples, lists, dicts, texts and times come back.
        """
        job = pickle.dumps((self._cpu, target, args, kwargs), protocol=5)
        subject = next((arg for arg in args if isinstance(arg, str)), str(kwargs.get("url", target)))
        child = self._take(target)
        healthy = False
        try:
            answer = child.ask(job, monotonic() + self._wall, self._result)
            healthy = answer[:1] != MEMORY and not child.is_worn()
        except _EndedError as error:
            what = "the program is ending" if self._closed else child.tell_end(str(error), self._cpu)
            raise SandboxError(subject, what) from None
        finally:
            self._give_back(child, healthy)
        return _read_answer(answer, subject, self._memory)

    def close(self) -> None:
        """End all children; a call that waits or runs fails with SandboxError."""
        with self._changed:
            self._closed = True
            children, self._children, self._free = self._children, set(), []
            self._changed.notify_all()
        for child in children:
            child.kill()

    def _take(self, target: str) -> _Child:
        module = target.partition(":")[0]
        with self._changed:
            while not self._closed:
                self._bury()
                # A child that has read feeds only stays small: prefer one that knows this module, then a new one.
                known = next((child for child in self._free if module in child.modules), None)
                if known is None and len(self._children) < self._size:
                    known = _Child(self._memory)
                    self._children.add(known)
                elif known is None and self._free:
                    known = self._free[-1]
                if known is not None:
                    known.modules.add(module)
                    if known in self._free:
                        self._free.remove(known)
                    return known
                self._changed.wait()
        raise SandboxError(target, "the program is ending")

    def _bury(self) -> None:
        """Forget children that died while they had nothing to do."""
        for child in [child for child in self._free if child.is_dead()]:
            self._free.remove(child)
            self._children.discard(child)
            child.kill()

    def _give_back(self, child: _Child, healthy: bool) -> None:
        with self._changed:
            if healthy and not self._closed:
                self._free.append(child)
            else:
                self._children.discard(child)
            self._changed.notify()
        if not healthy:
            child.kill()


class _EndedError(Exception):
    """The child gave no answer; `str()` says what the parent saw."""


class _Child:
    """One child process and the socket to it."""

    def __init__(self, memory: int) -> None:
        self.modules: set[str] = set()
        self.jobs = 0
        self._socket, theirs = socket.socketpair()
        reading, self._life = os.pipe()
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)  # noqa: PTH100 - no Path for each entry
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "collectors.sandboxed", str(reading), str(memory)],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(reading,),
            cwd="/",
            env={"PYTHONPATH": paths, "LANG": "C.UTF-8"},  # no secret of ours reaches it
        )
        theirs.close()
        os.close(reading)

    def ask(self, job: bytes, until: float, limit: int) -> bytes:
        """Send a job and wait for its answer."""
        self.jobs += 1
        try:
            self._limit(until)
            self._socket.sendall(len(job).to_bytes(8, "big") + job)
            size = int.from_bytes(self._receive(8, until), "big")
            if size > limit:
                raise _EndedError(f"its result is larger than {limit // 1024 // 1024} MiB")
            return self._receive(size, until)
        except TimeoutError:
            raise _EndedError("it took too long") from None
        except OSError:
            raise _EndedError("") from None

    def is_dead(self) -> bool:
        """Has the process ended?"""
        return self._process.poll() is not None

    def is_worn(self) -> bool:
        """Has it served long enough, or grown too large?"""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except (OSError, ValueError):
            pages = 0
        return self.jobs >= _JOBS or pages * _PAGE > _GROWN

    def kill(self) -> None:
        """End the process and forget it."""
        self._process.kill()
        self._process.wait()
        self._socket.close()
        if self._life >= 0:
            os.close(self._life)
            self._life = -1

    def tell_end(self, seen: str, cpu: int) -> str:
        """Why there is no answer, as one sentence."""
        code = None if seen else self._process.wait()
        if code == -signal.SIGXCPU:
            return f"could not be parsed within {cpu} s of CPU time"
        return f"could not be parsed: {seen or 'the parser crashed'}"

    def _limit(self, until: float) -> None:
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def _receive(self, size: int, until: float) -> bytes:
        pieces = []
        while size:
            self._limit(until)
            piece = self._socket.recv(min(size, 1024 * 1024))
            if not piece:
                raise ConnectionError
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)


def _read_answer(answer: bytes, subject: str, memory: int) -> Any:
    kind, rest = answer[:1], answer[1:]
    if kind == MEMORY:
        raise SandboxError(subject, f"could not be parsed within {memory // 1024 // 1024} MiB of memory")
    if kind == ERROR:
        raise ParseError(subject, f"could not be parsed ({rest[:100].decode('ascii', 'replace')})")
    try:
        result = unpack(rest)
        if kind == RESULT:
            return result
        told, what, permanent = result
    except (ParcelError, TypeError, ValueError) as error:
        raise SandboxError(subject, "the parser gave a result that is not accepted") from error
    raise ParseError(str(told), str(what), permanent=bool(permanent))
