"""Collecting beside `reader` (update and search): the same loopback server, the same 200 feeds of 50 entries.

CPU seconds of the whole process with its parser children, without their start; the server is a process of its own.
Each program runs in a process of its own, several rounds; the median of each phase is printed, with the ratio.

    python bench/bench_collect.py [--feeds 200 --entries 50 --rounds 3]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.cpu import OTHERS, get_cpu_seconds, get_memory_mb

# phase of the server, what it measures, target as a share of reader's CPU
PHASES = (
    ("304", "first poll", 0.5),
    ("304", "unchanged, 304", 1.1),
    ("new", "5 % have one new entry", 0.7),
    ("200", "", 0),  # the servers stop saying 304; what that changes once is not what is measured
    ("200", "the same bodies without 304", 1 / 15),
)
CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[storage]
url = "sqlite:///store.sqlite3"
[collecting]
threads = 8
pause = "0s"
allow_hosts = ["{host}"]
"""
SOURCE = """
[[sources]]
name = "kabar-{number}"
kind = "feed"
url = "http://{host}/feed/{number}"
channel = "news"
keep = "all"
full_text = "never"
comments = false
"""


@contextmanager
def serve(feeds: int, entries: int) -> Iterator[str]:
    """The feed server in a process of its own; gives host:port."""
    command = [sys.executable, str(Path(__file__).parent / "feed_server.py")]
    server = subprocess.Popen(
        [*command, "--feeds", str(feeds), "--entries", str(entries)], stdout=subprocess.PIPE, text=True
    )
    OTHERS.add(server.pid)
    try:
        assert server.stdout is not None
        yield f"127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.kill()
        server.wait()


def poll_with_kentongan(host: str, feeds: int, folder: Path) -> Iterator[Callable[[], int]]:
    """Kentongan as its scheduler runs it: a pool of threads over run_source()."""
    text = CONFIG.format(host=host) + "".join(SOURCE.format(host=host, number=n) for n in range(feeds))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    os.environ["KENTONGAN_CONFIG"] = str(folder / "config.toml")
    from concurrent.futures import ThreadPoolExecutor

    from kentongan.start import open_store

    config = open_store(make=True)
    from collectors import get_collector
    from kentongan.assembly import open_means
    from kentongan.roster import sync
    from pipeline.holds import StoredHolds
    from pipeline.run import Job, run_source

    ids = sync(config)
    specs = [config.get_spec(source) for source in config.sources]
    jobs = [Job(source_id=ids[spec.name], spec=spec, collector=get_collector(spec.kind)) for spec in specs]
    with open_means(config, StoredHolds()) as means, ThreadPoolExecutor(config.collecting.threads) as pool:

        def poll() -> int:
            outcomes = list(pool.map(lambda job: run_source(job, means), jobs))
            bad = [outcome for outcome in outcomes if outcome.outcome != "ok"]
            assert not bad, bad[0]
            return sum(outcome.new + outcome.unchanged for outcome in outcomes)

        yield poll


def poll_with_reader(host: str, feeds: int, folder: Path) -> Iterator[Callable[[], int]]:
    """reader (https://github.com/lemon24/reader), its defaults with the same number of workers, and its search."""
    warnings.simplefilter("ignore")
    from reader import make_reader

    reader = make_reader(str(folder / "reader.sqlite3"))
    reader.enable_search()
    for number in range(feeds):
        reader.add_feed(f"http://{host}/feed/{number}")

    def poll() -> int:
        reader.update_feeds(workers=8, scheduled=False)
        reader.update_search()
        return int(reader.get_entry_counts().total or 0)

    yield poll
    reader.close()


PROGRAMS = {"kentongan": poll_with_kentongan, "reader": poll_with_reader}


def measure(program: str, feeds: int, entries: int) -> None:
    """Run every phase once and print its CPU seconds, wall seconds and memory as JSON."""
    with serve(feeds, entries) as host, tempfile.TemporaryDirectory() as folder:
        for poll in PROGRAMS[program](host, feeds, Path(folder)):
            rows = []
            for phase, _, _ in PHASES:
                urlopen(f"http://{host}/phase/{phase}").close()
                cpu, wall = get_cpu_seconds(), perf_counter()
                count = poll()
                rows.append([get_cpu_seconds() - cpu, perf_counter() - wall, get_memory_mb(), count])
            print(json.dumps(rows))


def main() -> None:
    """Measure both programs in turn and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PROGRAMS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.only:
        measure(args.only, args.feeds, args.entries)
        return
    results: dict[str, list[list[list[float]]]] = {name: [] for name in PROGRAMS}
    for _ in range(args.rounds):
        for name in PROGRAMS:
            command = [sys.executable, __file__, "--only", name, "--feeds", str(args.feeds)]
            done = subprocess.run(
                [*command, "--entries", str(args.entries)], check=True, stdout=subprocess.PIPE, text=True
            )
            results[name].append(json.loads(done.stdout.splitlines()[-1]))
    print(f"{args.feeds} feeds x {args.entries} entries, CPU seconds, median of {args.rounds}")
    print(f"{'':30}{'kentongan':>10}{'reader':>10}{'ratio':>8}{'target':>8}{'MB':>7}")
    for place, (_, label, target) in enumerate(PHASES):
        if not label:
            continue
        ours, theirs = (statistics.median(run[place][0] for run in results[name]) for name in PROGRAMS)
        memory = statistics.median(run[place][2] for run in results["kentongan"])
        print(f"{label:30}{ours:10.2f}{theirs:10.2f}{ours / theirs:8.3f}{target:8.3f}{memory:7.0f}")


if __name__ == "__main__":
    main()
