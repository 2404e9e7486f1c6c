"""The inbox on a large store: every target of finding, listing and acting, beside naive forms and reader's search.

python bench/bench_inbox.py [--mentions N | --million] [--postgresql] [--folder F] [--without-reader]

The store is made first and kept where --folder names a place. "x" is how often the plain list of the newest 50 (its
keys and its rows) fits into the time; exit code 1 when a line takes longer than it may.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.bench_save import start_django  # noqa: E402
from bench.inbox_busy import measure_busy  # noqa: E402
from bench.inbox_measure import Row, measure_counts, measure_paging, measure_searches  # noqa: E402
from bench.inbox_page import measure_pages  # noqa: E402
from bench.inbox_peer import measure_naive, measure_reader  # noqa: E402
from bench.inbox_store import open_store  # noqa: E402
from bench.million_place import FilePlace, Place, ServerPlace  # noqa: E402


def measure(arguments: argparse.Namespace, place: Place, folder: Path) -> Iterator[Row]:
    """Every line of the table."""
    open_store(place.made, folder, arguments.mentions)
    place.copy()
    start_django(place.used, folder)
    plain = 0.0
    for row in measure_searches(arguments.postgresql):
        plain = plain or row.sql
        yield row
    yield from measure_paging(arguments.mentions)
    yield from measure_counts(plain)
    yield from measure_pages()
    yield from measure_busy(place.used, folder)
    yield from measure_naive(arguments.mentions, plain)
    if not arguments.without_reader:
        yield from measure_reader(folder, plain)


def print_row(row: Row) -> None:
    """One line; "<-" where it takes longer than it may."""
    whole = "" if row.whole is None else f"{row.whole:.2f}"
    times = "" if row.times is None else f"{row.times:.1f}"
    most = "" if row.most is None else f"{row.most:g}"
    slow = "  <-" if _is_slow(row) else ""
    print(f"{row.label:40}{row.sql:11.3f}{whole:>10}{times:>10}{most:>7}{slow}  {row.note}", flush=True)


def _is_slow(row: Row) -> bool:
    return row.most is not None and row.times is not None and row.times > row.most


def main() -> int:
    """Make the store, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=100_000)
    parser.add_argument("--million", dest="mentions", action="store_const", const=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--folder", type=Path, help="keeps the store, and takes the one that is there")
    parser.add_argument("--without-reader", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kentongan-inbox-") as name:
        folder = (arguments.folder or Path(name)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        place: Place = ServerPlace(folder) if arguments.postgresql else FilePlace(folder)
        try:
            print(f"{arguments.mentions:,} mentions, {'PostgreSQL' if arguments.postgresql else 'SQLite'}")
            print(f"{'':40}{'SQL ms':>11}{'whole ms':>10}{'x':>10}{'most':>7}")
            rows = []
            for row in measure(arguments, place, folder):
                print_row(row)
                rows.append(row)
        finally:
            from django.db import connection

            connection.close()  # a database that is still asked cannot be dropped
            place.clean()
    slow = [row.label for row in rows if _is_slow(row)]
    print(f"slower than it may be: {', '.join(slow)}" if slow else "every line is within its target")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
