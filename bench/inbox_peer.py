"""The peers of bench_inbox: the naive forms of the same questions on the same store, and reader's own search."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

from bench.bench_save import NOW
from bench.inbox_measure import PAGE, Row, time_median, time_statements
from bench.million_store import COMMON, RARE, RARELY, Town

ENTRIES = 100_000
FEEDS = 100


def measure_naive(total: int, plain: float) -> Iterator[Row]:
    """What a first draft would write."""
    from django.db import connection

    if connection.vendor == "sqlite":
        match, key = "SELECT rowid FROM mention_search WHERE mention_search MATCH %s", f'words : "{COMMON}"'
    else:
        match, key = "SELECT mention_id FROM mention_search WHERE document @@ %s::tsquery", f"'{COMMON}'"
    depth = min(1_000 * PAGE, total // 4)
    forms: tuple[tuple[str, str, list[str]], ...] = (
        ("ORDER BY published", "SELECT * FROM mention ORDER BY published DESC LIMIT 50", []),
        (
            "LIKE, a common word",
            "SELECT * FROM mention WHERE text LIKE %s ORDER BY id DESC LIMIT 50",
            [f"%{COMMON}%"],
        ),
        ("LIKE, a rare word", "SELECT * FROM mention WHERE text LIKE %s ORDER BY id DESC LIMIT 50", [f"%{RARE}%"]),
        (
            f"OFFSET {depth:,}",
            f"SELECT * FROM mention ORDER BY published DESC LIMIT 50 OFFSET {depth}",
            [],
        ),
        (
            "tag, ORDER BY published",
            "SELECT * FROM mention WHERE tag = 'praise' ORDER BY published DESC LIMIT 50",
            [],
        ),
        (
            "full text, ORDER BY published",
            f"SELECT * FROM mention WHERE id IN ({match}) ORDER BY published DESC LIMIT 50",
            [key],
        ),
        ("COUNT(*) of all", "SELECT count(*) FROM mention", []),
        ("COUNT(*) of a common word", f"SELECT count(*) FROM ({match}) found", [key]),
    )
    for label, statement, parameters in forms:
        sql = time_statements([(statement, parameters or None)])
        yield Row(label=f"naive: {label}", sql=sql, times=sql / plain)


def measure_reader(folder: Path, plain: float) -> Iterator[Row]:
    """reader (https://github.com/lemon24/reader) with 100,000 entries of the same words."""
    warnings.simplefilter("ignore")
    from reader import make_reader

    made = folder / "reader.sqlite3"
    with make_reader(str(made), feed_root=str(folder)) as reader:
        if not reader.get_entry_counts().total:
            for number in range(FEEDS):
                _write_feed(folder / f"feed{number}.xml", number)
                reader.add_feed(f"feed{number}.xml")
            reader.enable_search()
            reader.update_feeds()
            reader.update_search()
            for path in folder.glob("feed*.xml"):
                path.unlink()
        total = reader.get_entry_counts().total
        for word in (COMMON, RARE):
            for sort in ("recent", "relevant"):
                took = time_median(partial(_search, reader, word, sort))
                label = f"reader, {total:,} entries: {word}, {sort}"
                yield Row(label=label, sql=took, whole=took, times=took / plain, note="its own call, with its rows")


def _search(reader: Any, word: str, sort: str) -> list[Any]:
    return list(reader.search_entries(word, sort=sort, limit=PAGE))


def _write_feed(path: Path, number: int) -> None:
    town = Town(ENTRIES)
    town._random = random.Random(number)
    items = []
    for at in range(ENTRIES // FEEDS):
        mentions = town.make(1)
        text = mentions[0].text + (f" {RARE}" if (number * 1_000 + at) % RARELY == 0 else "")
        date = format_datetime(NOW - timedelta(minutes=number * 1_000 + at))
        items.append(
            f"<item><guid>{number}-{at}</guid><title>{escape(text[:60])}</title>"
            f"<description>{escape(text)}</description><pubDate>{date}</pubDate></item>"
        )
    path.write_text(f'<rss version="2.0"><channel><title>{number}</title>{"".join(items)}</channel></rss>')
