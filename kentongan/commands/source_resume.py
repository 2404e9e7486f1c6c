"""Poll a paused source again.

A running Kentongan obeys without a restart; the audit trail keeps who did it.
"""

from __future__ import annotations

import argparse

from kentongan.audit import record_event
from kentongan.output import say
from kentongan.roster import find_row


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which source."""
    parser.add_argument("name", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """Resume it."""
    row = find_row(args.name)
    from django.db import transaction

    from pipeline.source import resume_source

    before = {"paused": row.paused, "why": row.paused_why}
    with transaction.atomic():
        resume_source(row.pk)
        record_event("source.resume", row.name, before=before, after={"paused": False, "why": ""})
    disabled = "" if row.enabled else ", as soon as config.toml says enabled = true"
    say(f"{row.name} is polled again{disabled}")
    return 0
