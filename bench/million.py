"""Every command on a store of a million mentions, each run as the installed command runs: seconds, memory, answers.

python bench/million.py [--mentions N] [--folder F] [--postgresql] [--large] [--only REGEX]

The store is made first (minutes) and kept where --folder names a place. Each answer is checked against what was put
in; exit code 1 when one is wrong, took longer than 5 minutes (xlsx: 3) or more than 300 MB.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from http.server import ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.feed_server import make_handler  # noqa: E402
from bench.million_command import LONGEST, Done, print_head, print_row, run_command  # noqa: E402
from bench.million_file import count_rows, write_table  # noqa: E402
from bench.million_place import FilePlace, Place, ServerPlace  # noqa: E402
from bench.million_store import COMMON, KINDS, RARE, Facts, digest, fill  # noqa: E402

T = TypeVar("T")
XLSX_LONGEST = 180.0  # seconds
NEW = 50  # items of the small feed
MEMORY = 300.0  # MB, of the largest process
AGGREGATE = "SELECT source, count(*) AS n, count(DISTINCT thread) FROM mentions GROUP BY source ORDER BY n DESC"
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
CONFIG = """[agency]
name = "Bangku"
contact = "a@bangku.test"
[storage]
url = "{url}"
data_dir = "{folder}/data"
[collecting]
allow_hosts = ["127.0.0.1:{port}"]
pause = "0s"
[[terms]]
name = "Dinas"
any = ["dinas"]
[[sources]]
name = "umpan kecil"
kind = "feed"
url = "http://127.0.0.1:{port}/feed/0"
full_text = "never"
comments = false
keep = "all"
"""


@dataclass(kw_only=True, slots=True)
class Bench:
    """A store, its configuration and what was run on it."""

    folder: Path
    config: Path
    facts: Facts
    only: str = ""  # of the commands, by their labels
    done: list[Done] = field(default_factory=list)

    def run(
        self,
        label: str,
        *arguments: str,
        code: int = 0,
        says: str = "",
        count: Callable[[], int] | None = None,
        rows: int | None = None,
        limit: float = LONGEST,
        config: Path | None = None,
    ) -> None:
        """Run one command and hold it against what it must do."""
        if not re.search(rf"{self.only}|^collect a", label):
            return
        ended = run_command(label, config or self.config, arguments, self.folder / "said")
        found = count() if count is not None and ended.code == 0 else None
        wrongs = [
            f"exit code {ended.code}: {ended.said[-300:].strip()}" if ended.code != code else "",
            f"says {ended.said[-300:].strip()!r}, not {says!r}" if not re.search(says, ended.said) else "",
            f"{found:,} rows, not {rows:,}" if found is not None and rows is not None and found != rows else "",
            f"{ended.seconds:.0f} s" if ended.seconds > limit else "",
            f"{ended.memory:.0f} MB" if ended.memory > MEMORY else "",
        ]
        done = replace(ended, rows=found, wrong="; ".join(filter(None, wrongs)))
        self.done.append(done)
        print_row(done)


def apart(work: Callable[..., T], *arguments: Any) -> T:
    """Do it in a process of its own: a child's peak memory begins with that of the process that starts it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def run_exports(bench: Bench) -> None:
    """Each format whole, then searches of each sort."""
    everything = bench.facts.mentions
    for form in ("csv", "jsonl", "xlsx", "parquet"):
        limit = XLSX_LONGEST if form == "xlsx" else LONGEST
        run_export(bench, f"export {form}", form, everything, limit=limit)
    run_export(bench, "export jsonl --raw", "jsonl", everything, "--raw", "--reveal", "--why", "bench")
    month = "after:2026-06-01 before:2026-07-01"
    searches = (
        ("common word", COMMON, bench.facts.common),
        ("rare word", RARE, bench.facts.rare),
        ("common and rare word", f"{COMMON} {RARE}", None),
        ("everything but a common word", f"-{COMMON}", everything - bench.facts.common),
        ("articles", "kind:article", bench.facts.articles),
        ("one source", f'source:"{KINDS[-1].name}"', None),
        ("one month", month, bench.facts.month),
        ("common word in a month", f"{COMMON} {month}", None),
        ("a term", "term:Dinas", None),
        ("edits", "has:edit", bench.facts.edits),
        ("rare word or a term in a month", f"({RARE} OR term:Dinas) {month}", None),
    )
    for name, query, rows in searches:
        run_export(bench, f"export csv, {name}", "csv", rows, "--query", query)


def run_export(bench: Bench, label: str, form: str, rows: int | None, *more: str, limit: float = LONGEST) -> None:
    file = bench.folder / f"export.{form}"
    # With "=": a search may begin with a hyphen.
    options = [f"--query={more[1]}"] if more[:1] == ("--query",) else list(more)
    arguments = ("export", "--format", form, "-o", str(file), *options)
    bench.run(label, *arguments, rows=rows, limit=limit, count=lambda: apart(count_rows, file, form))
    file.unlink(missing_ok=True)


def run_queries(bench: Bench) -> None:
    """Counts, limits, and answers as large as the store."""
    bench.run("query, counts of a view", "query", AGGREGATE, says=KINDS[0].name)
    everything = "SELECT * FROM mentions"
    for form in ("table", "csv", "json", "parquet"):
        file = str(bench.folder / "answer")
        bench.run(
            f"query {form}, cut", "query", everything, "--format", form, "-o", file, says="only the first 10,000"
        )
    rows = str(bench.facts.mentions * 2)
    for form in ("csv", "json", "parquet"):
        answer = bench.folder / f"all.{form}"
        arguments = ("query", everything, "--rows", rows, "--seconds", "600", "--format", form, "-o", str(answer))
        bench.run(f"query {form}, every row", *arguments)
        answer.unlink(missing_ok=True)
    bench.run("query without end", "query", ENDLESS, "--seconds", "5", code=2, says="longer than 5 seconds", limit=15)
    bench.run("query that would write", "query", "DELETE FROM mention", code=2)


def run_imports(bench: Bench, *, large: bool) -> None:
    """A file twice: the second time nothing is new."""
    for rows in (100_000, 1_000_000) if large else (100_000,):
        file = bench.folder / f"aduan-{rows}.csv"
        apart(write_table, file, rows)
        for times, says in (("", f"{rows:,} new"), (" again", f": {rows:,} unchanged")):
            bench.run(f"import {rows:,} rows{times}", "import", str(file), says=says, limit=LONGEST * rows / 100_000)
        file.unlink()


def run_backup(bench: Bench, place: Place, config: Path) -> None:
    """Save, restore at a new place, and compare every table."""
    file = bench.folder / "backup"
    before = {} if bench.only else apart(digest, place.used)
    bench.run("backup", "backup", str(file), says="mentions saved")
    bench.run("restore", "restore", str(file), config=config, says="mentions are back")
    if bench.only:
        return
    after = apart(digest, place.new) if bench.done[-1].code == 0 else {}
    differ = sorted(table for table in before.keys() | after.keys() if before.get(table) != after.get(table))
    wrong = f"differ: {', '.join(differ)}" if differ else ""
    rows = sum(count for count, _ in after.values())
    done = Done(label="  every table equal", code=0, seconds=0, cpu=0, memory=0, said="", rows=rows, wrong=wrong)
    bench.done.append(done)
    print_row(done)
    file.unlink(missing_ok=True)


def run_all(bench: Bench, place: Place, other: Path, *, large: bool) -> None:
    print_head()
    bench.run("doctor", "doctor", says="mentions")
    bench.run("source list", "source", "list", says="umpan kecil")
    bench.run("collect a feed of 50", "collect", "umpan kecil", says=f"{NEW} new")
    facts = bench.facts
    bench.facts = replace(facts, mentions=facts.mentions + NEW, articles=facts.articles + NEW)
    bench.run("collect it again", "collect", "umpan kecil")
    run_backup(bench, place, other)
    bench.run("doctor of what was restored", "doctor", config=other)
    run_queries(bench)
    run_exports(bench)
    run_imports(bench, large=large)


def get_facts(folder: Path, url: str, total: int) -> Facts:
    """What is in the store, which is made where it is not there yet."""
    known = folder / "facts.json"
    if not known.exists():
        start = time.perf_counter()
        facts = apart(fill, url, folder, total)
        print(f"{total:,} mentions made in {time.perf_counter() - start:.0f} s")
        known.write_text(json.dumps(asdict(facts)), encoding="utf-8")
    return Facts(**json.loads(known.read_text(encoding="utf-8")))


@contextmanager
def serving() -> Iterator[int]:
    """A small feed on loopback; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(1, NEW))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


def measure(folder: Path, arguments: argparse.Namespace) -> list[Done]:
    place: Place = ServerPlace(folder) if arguments.postgresql else FilePlace(folder)
    try:
        facts = get_facts(folder, place.made, arguments.mentions)
        place.copy()
        configs = folder / "kentongan.toml", folder / "restored.toml"
        with serving() as port:
            for config, url in zip(configs, (place.used, place.new), strict=True):
                config.write_text(CONFIG.format(url=url, folder=folder, port=port), encoding="utf-8")
            bench = Bench(folder=folder, config=configs[0], facts=facts, only=arguments.only)
            run_all(bench, place, configs[1], large=arguments.large)
        return bench.done
    finally:
        place.clean()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="keeps the store, and takes the one that is there")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--only", default="", metavar="REGEX", help="commands by their labels; the feed always")
    parser.add_argument("--large", action="store_true", help="also import a file of a million rows")
    arguments = parser.parse_args()
    if arguments.folder is None:
        with tempfile.TemporaryDirectory(prefix="kentongan-million-") as name:
            done = measure(Path(name), arguments)
    else:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        done = measure(arguments.folder.resolve(), arguments)
    failed = [one.label.strip() for one in done if one.wrong]
    print(f"failed: {', '.join(failed)}" if failed else "nothing failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
