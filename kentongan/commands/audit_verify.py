"""Look through the whole audit trail; a line for each event that was changed or taken away.

It prints the head of the trail. Write it down outside of this machine and give it to `--head` the next time: then
nobody who can write the database can write the whole trail anew unseen. Exit code 1 when something is wrong.
"""

from __future__ import annotations

import argparse

from kentongan.error import FAILED
from kentongan.output import say, warn
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is known from before."""
    parser.add_argument("--head", default="", metavar="HASH", help="a head that an earlier verify printed")


def run(args: argparse.Namespace) -> int:
    """Say every break, then how many events there are and their head."""
    open_store()
    from storage.audit import verify

    verdict = verify(args.head.strip().lower())
    for found in verdict.breaks:
        warn(f"event {found.event}: {found.sentence}")
    state = "broken" if verdict.breaks else "whole"
    say(f"{verdict.events:,} events, the trail is {state}; head {verdict.head or '-'}")
    return FAILED if verdict.breaks else 0
