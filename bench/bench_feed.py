"""Feed entries per CPU second: `parse_feed` beside feedparser's default parse, on the same feeds in the same run.

python bench/bench_feed.py [--feeds N] [--entries N] [--rounds N]     target: at least 3 times feedparser
fastfeedparser is measured too where it is installed; it cleans no markup.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import feedparser

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.feed_server import make_feed  # noqa: E402
from collectors.feed import parse_feed  # noqa: E402
from collectors.feeds.document import parse_document  # noqa: E402

URL = "http://kabar.test/feed"
Read = Callable[[bytes], object]
TARGET = 3.0


def read_plainly(body: bytes) -> object:
    """feedparser without its sanitising and link resolving: what a slow feed costs us."""
    return feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)


def time_feeds(read: Read, bodies: list[bytes]) -> float:
    """CPU seconds for all feeds once."""
    start = time.process_time()
    for body in bodies:
        read(body)
    return time.process_time() - start


def get_readers(bodies: list[bytes]) -> dict[str, Read]:
    """What is measured, by name; the first is the peer that all others are compared with."""
    known = {body: parse_document(body, URL).digests for body in bodies}
    readers: dict[str, Read] = {
        "feedparser.parse, its default": feedparser.parse,
        "feedparser.parse, nothing sanitised": read_plainly,
        "collectors.feed.parse_feed": lambda body: parse_feed(body, URL),
        "the same, all entries known": lambda body: parse_document(body, URL, known=known[body]),
    }
    if find_spec("fastfeedparser") is not None:
        readers["fastfeedparser.parse"] = import_module("fastfeedparser").parse
    return readers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=20)
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    bodies = [make_feed(number, arguments.entries, extra=False) for number in range(arguments.feeds)]
    readers = get_readers(bodies)
    for read in readers.values():
        time_feeds(read, bodies[:2])  # imports and caches
    # Rounds alternate, and the best of each counts: the machine's other work hits all alike.
    rounds = [[time_feeds(read, bodies) for read in readers.values()] for _ in range(arguments.rounds)]
    count = arguments.feeds * arguments.entries
    rates = [count / min(column) for column in zip(*rounds, strict=True)]
    print(f"{arguments.feeds} feeds of {arguments.entries} entries, best of {arguments.rounds} rounds")
    print(f"{'':38} {'entries/s CPU':>14} {'us/entry':>9} {'ratio':>7}")
    for name, rate in zip(readers, rates, strict=True):
        print(f"{name:38} {rate:14.0f} {1e6 / rate:9.1f} {rate / rates[0]:7.2f}")
    print(f"parse_feed / feedparser default: {rates[2] / rates[0]:.2f} (target {TARGET:.1f})")


if __name__ == "__main__":
    main()
