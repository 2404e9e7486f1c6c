"""The bad sources, each on a loopback address of its own, in a process of their own.

`python -m tests.torture.bad_server COUNT` prints its port.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack

from tests.servers.hostile import Hostile


def get_bad_address(number: int) -> str:
    """The address of a bad source; numbers begin at 0."""
    return f"127.0.{2 + number // 250}.{1 + number % 250}"


def main(count: int) -> None:
    """Serve until whoever started it closes its standard input."""
    with ExitStack() as stack:
        port = 0
        for number in range(count):
            port = stack.enter_context(Hostile(port, get_bad_address(number))).port
        print(port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(int(sys.argv[1]))
