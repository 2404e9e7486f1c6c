"""The inbox while sources are collected: another process saves batch after batch; what a list and a click wait."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.bench_save import NOW, start_django
from bench.inbox_measure import Row, read_page
from bench.inbox_store import OFFICER
from bench.million_store import Town

BATCH, PAUSE = 1_000, 0.3  # a batch, and a breath: seconds
ASKED = 150


def measure_busy(url: str, folder: Path) -> Iterator[Row]:
    """p95 of a list and of a saved tag, idle and while collecting."""
    idle_list, idle_tag = _get_p95(_list), _get_p95(_make_tagger())
    command = [sys.executable, "-m", "bench.inbox_busy", url, str(folder)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()  # its first batch is behind it
        busy_list, busy_tag = _get_p95(_list), _get_p95(_make_tagger())
    finally:
        said, _ = writer.communicate("\n")
    longest = max(map(float, said.split()), default=0.0)
    yield Row(
        label="list while collecting / idle, p95",
        sql=busy_list,
        times=busy_list / idle_list,
        most=2.0,
        note=f"idle {idle_list:.1f} ms",
    )
    yield Row(
        label="saved tag / longest transaction, p95",
        sql=busy_tag,
        times=busy_tag / longest if longest else None,
        most=3.0,
        note=f"idle {idle_tag:.1f} ms; the longest batch of {BATCH:,}: {longest:.0f} ms",
    )


def _get_p95(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(ASKED):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(0.02)  # somebody reads
    return statistics.quantiles(taken, n=20)[-1]


def _list() -> None:
    read_page("")


def _make_tagger() -> Callable[[], None]:
    from storage.models import Mention, User
    from storage.review import set_tag

    officer = User.objects.get(username=OFFICER)
    mentions = iter(list(Mention.objects.order_by("-pk")[: 2 * ASKED]))

    def tag() -> None:
        mention = next(mentions)
        set_tag(mention, "praise" if mention.tag != "praise" else "other", by=officer, version=mention.version)

    return tag


def write_batches(url: str, folder: Path) -> None:
    """Save until a line comes on stdin; then say how many milliseconds each transaction took."""
    import select

    start_django(url, folder)
    from storage.ingest import save
    from storage.models import Source
    from storage.record import Batch

    town = Town(10_000_000)
    town._number = 5_000_000 + int(time.time()) % 1_000_000 * 4
    source = Source.objects.order_by("pk").first()
    assert source is not None
    taken: list[float] = []
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        batch = Batch(mentions=tuple(town.make(BATCH)), poison=(), cursor="{}", now=NOW)
        start = time.perf_counter()
        save(source.pk, batch)
        taken.append((time.perf_counter() - start) * 1000)
        if len(taken) == 1:
            print("begun", flush=True)
    print(" ".join(f"{one:.1f}" for one in taken))


if __name__ == "__main__":
    write_batches(sys.argv[1], Path(sys.argv[2]))
