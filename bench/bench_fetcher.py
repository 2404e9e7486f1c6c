"""CPU of fetching alone: `Visit.get` beside `requests`, and of a parsing child beside a plain call.

python bench/bench_fetcher.py [--feeds N] [--rounds N]     target: an unchanged poll at most 1.1 of requests.get
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from collectors.fetcher import Fetcher, FetchSettings  # noqa: E402
from collectors.page import Page, fetch_page  # noqa: E402
from collectors.sandbox import Sandbox  # noqa: E402
from tests.data.sandbox.jobs import get_made  # noqa: E402

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@contextmanager
def serve(feeds: int) -> Iterator[str]:
    """The feed server in a process of its own; gives its place."""
    command = [sys.executable, str(ROOT / "bench" / "feed_server.py"), "--feeds", str(feeds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


def time_cpu(work: Callable[[], object], rounds: int) -> float:
    """The least CPU of this process over so many rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with serve(arguments.feeds) as place:
        compare_fetching(place, arguments.feeds, arguments.rounds)
    compare_parsing(arguments.rounds)


def compare_fetching(place: str, feeds: int, rounds: int) -> None:
    """Print what an unchanged poll and a full one cost, three ways."""
    urls = [f"http://{place}/feed/{number}" for number in range(feeds)]
    fetcher = Fetcher(FetchSettings(contact="bench@kota.test", pause=timedelta(0), allow_hosts=(place,)))
    visit = fetcher.visit("bench", timedelta(minutes=10))
    session = requests.Session()
    pages = {url: fetch_page(visit, url, None, NOW)[1] for url in urls}
    conditions = {url: {"If-None-Match": page.etag or ""} for url, page in pages.items()}

    def poll(known: dict[str, Page]) -> None:
        for url in urls:
            fetch_page(visit, url, known.get(url), NOW)

    def ask(get: Callable[..., object], *, conditional: bool) -> None:
        for url in urls:
            get(url, headers=conditions[url] if conditional else {}, timeout=9)

    ways: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "requests.get": (lambda: ask(requests.get, conditional=True), lambda: ask(requests.get, conditional=False)),
        "requests.Session": (lambda: ask(session.get, conditional=True), lambda: ask(session.get, conditional=False)),
        "collectors.page.fetch_page": (lambda: poll(pages), lambda: poll({})),
    }
    print(f"{feeds} feeds, least CPU of {rounds} rounds{'unchanged (304)':>34}{'whole':>14}")
    first = None
    for name, (unchanged, whole) in ways.items():
        times = time_cpu(unchanged, rounds), time_cpu(whole, rounds)
        first = first or times
        shown = "".join(
            f"{1000 * each / feeds:8.3f} ms {each / of:5.2f} x" for each, of in zip(times, first, strict=True)
        )
        print(f"  {name:32}{shown}")
    fetcher.close()
    session.close()


def compare_parsing(rounds: int) -> None:
    """Print what the way through a child costs."""
    sandbox = Sandbox(size=1)
    start = time.perf_counter()
    sandbox.call("tests.data.sandbox.jobs:get_made", 50, "http://kota.test/")
    print(f"  first job of a child, with its start: {1000 * (time.perf_counter() - start):.1f} ms")
    calls = 100
    start = time.perf_counter()
    cpu = time_cpu(lambda: [sandbox.call("tests.data.sandbox.jobs:get_made", 50, "u") for _ in range(calls)], rounds)
    wall = (time.perf_counter() - start) / calls / rounds
    print(f"  50 items from a child: {1000 * wall:.2f} ms, of which {1000 * cpu / calls:.2f} ms CPU of the parent")
    sandbox.close()
    assert len(get_made(50, "u")) == 50


if __name__ == "__main__":
    main()
