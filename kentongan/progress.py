"""How far long work has come: a bar on a terminal, a plain line every ten seconds elsewhere; always on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from kentongan.output import warn

EVERY = 10.0  # seconds between two plain lines

Advance = Callable[[int], None]


@contextmanager
def show_progress(what: str, total: int | None = None, *, bar: bool = True) -> Iterator[Advance]:
    """Give a function that is told how much more was done, of a total where that is known.

    `bar`: False where the result itself goes to the terminal.
    """
    if bar and sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        # A line that is printed meanwhile goes above the bar; but a pipe or file behind stdout stays what it is.
        shown = Progress(console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty())
        with shown as progress:
            task = progress.add_task(what, total=total)
            yield lambda amount: progress.advance(task, amount)
    else:
        yield _Lines(what, total).advance


class _Lines:
    def __init__(self, what: str, total: int | None) -> None:
        self._what, self._total, self._done, self._told = what, total, 0, monotonic()

    def advance(self, amount: int) -> None:
        self._done += amount
        if monotonic() - self._told >= EVERY:
            self._told = monotonic()
            of_all = "" if self._total is None else f" of {self._total:,}"
            warn(f"{self._what}: {self._done:,}{of_all}")
