"""Try again what was refused of a source: what this program can read is stored once, the rest stays with why.

With --drop nothing is tried: what was refused is thrown away, and the audit trail keeps who did it and why.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kentongan.assembly import open_means
from kentongan.audit import record_event
from kentongan.config import Config
from kentongan.error import CommandError, UsageError
from kentongan.output import say
from kentongan.roster import find_source, sync
from kentongan.start import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.replay import Replayed
    from storage.models import Quarantine


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which source, and whether to give up."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--drop", action="store_true", help="throw it away, with --why")
    parser.add_argument("--why", default="", help="one sentence for the audit trail")


def run(args: argparse.Namespace) -> int:
    """Replay, or drop; exit code 1 while something is refused still."""
    if args.drop and not args.why:
        raise UsageError("kentongan source replay: --drop needs --why and a reason")
    config = open_store(make=True)
    from storage.models import Quarantine

    find_source(config, args.name)
    rows = Quarantine.objects.filter(source__name=args.name).order_by("id")
    if args.drop:
        count = rows.delete()[0]
        record_event("quarantine.drop", args.name, before={"items": count}, why=args.why)
        say(f"{args.name}: {count} refused items were dropped")
        return 0
    done = replay_rows(config, args.name, rows)
    if done.busy:
        raise CommandError(f"{args.name}: it is being collected just now; try again")
    say(
        f"{args.name}: {done.stored} stored, {done.known} known already, {done.ignored} matched no term, "
        f"{done.refused} refused still"
    )
    return 1 if done.refused else 0


def replay_rows(config: Config, name: str, rows: Iterable[Quarantine]) -> Replayed:
    """Try the rows of a configured source again."""
    from collectors import get_collector
    from pipeline.replay import replay
    from pipeline.run import Job

    source = find_source(config, name)
    if not source.polled:
        raise CommandError(f'"{name}" is not polled: hand its file in again with `kentongan import`')
    job = Job(source_id=sync(config)[name], spec=config.get_spec(source), collector=get_collector(source.kind))
    with open_means(config) as means:
        return replay(job, means, rows)
