"""Poll a source no more until it is resumed.

A running Kentongan obeys without a restart; the audit trail keeps who did it.
"""

from __future__ import annotations

import argparse

from kentongan.audit import record_event
from kentongan.output import say
from kentongan.roster import find_row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which source, and why."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--why", default="", help="one sentence that the list will show")


def run(args: argparse.Namespace) -> int:
    """Pause it; pausing it twice keeps the first reason unless another is given."""
    row = find_row(args.name)
    from django.db import transaction

    from pipeline.source import pause_source

    before = {"paused": row.paused, "why": row.paused_why}
    why = args.why or row.paused_why
    with transaction.atomic():
        pause_source(row.pk, why)
        record_event("source.pause", row.name, before=before, after={"paused": True, "why": why}, why=why)
    say(f"{row.name} is paused; `kentongan source resume {row.name}` ends that")
    return 0
