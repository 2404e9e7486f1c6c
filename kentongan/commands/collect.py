"""Collect now: every enabled source, or those that are named; a line for each as it finishes.

Exit code 0, or 1 when a source failed. What was collected before a failure is kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from kentongan.config import Config
from kentongan.error import FAILED
from kentongan.log import set_up_log
from kentongan.output import say
from kentongan.progress import show_progress
from kentongan.roster import choose_sources, sync
from kentongan.sentence import write_outcome
from kentongan.start import open_store, start_django

if TYPE_CHECKING:
    from pipeline.outcome import Outcome
    from pipeline.run import Job, Means


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which sources, and how to print."""
    parser.add_argument("sources", nargs="*", metavar="SOURCE", help="names; none: all that are enabled")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(args: argparse.Namespace) -> int:
    """Poll the sources in threads and print each outcome."""
    config = start_django()
    chosen = choose_sources(config, args.sources)
    specs = [config.get_spec(source) for source in chosen]  # a missing secret is said before anything is done
    open_store(make=True)
    set_up_log(config.get_path(config.storage.data_dir), "collect", quiet=True)
    from collectors import get_collector
    from kentongan.assembly import open_means
    from pipeline.holds import StoredHolds
    from pipeline.run import Job

    ids = sync(config)
    jobs = [Job(source_id=ids[spec.name], spec=spec, collector=get_collector(spec.kind)) for spec in specs]
    failed = False
    with open_means(config, StoredHolds()) as means, show_progress("collect", len(jobs)) as advance:
        for outcome in _run_all(jobs, means, config):
            say(json.dumps(outcome.to_json(), ensure_ascii=False) if args.json else write_outcome(outcome))
            advance(1)
            failed = failed or outcome.outcome in {"failed", "partial"}
    if not jobs:
        say(f"{config.path.name} names no source to collect; `kentongan source add ADDRESS` adds one")
    return FAILED if failed else 0


def _run_all(jobs: Sequence[Job], means: Means, config: Config) -> Iterator[Outcome]:
    """The outcome of each run as it ends. Interrupted, nothing new is begun and what runs is ended."""
    with ThreadPoolExecutor(config.collecting.threads) as pool:
        try:
            running: list[Future[Outcome]] = [pool.submit(_run_one, job, means) for job in jobs]
            for future in as_completed(running):
                yield future.result()
        except BaseException:
            means.stopping.set()
            pool.shutdown(wait=False, cancel_futures=True)
            means.fetcher.close()
            raise


def _run_one(job: Job, means: Means) -> Outcome:
    from pipeline.outcome import Outcome
    from pipeline.run import run_source
    from storage.connection import closing_connection
    from storage.models import Source

    with closing_connection():
        why = Source.objects.filter(pk=job.source_id, paused=True).values_list("paused_why", flat=True).first()
        if why is not None:
            error = f"{job.spec.name}: is paused{f' ({why})' if why else ''}; kentongan source resume {job.spec.name}"
            return Outcome(source=job.spec.name, kind=job.spec.kind, outcome="skipped", error=error)
        return run_source(job, means)
