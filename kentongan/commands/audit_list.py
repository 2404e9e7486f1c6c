"""The newest events of the audit trail, the newest last."""

from __future__ import annotations

import argparse
import json

from kentongan.output import say
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and how."""
    parser.add_argument("--last", type=int, default=50, metavar="N", help="so many (50)")
    parser.add_argument("--action", default="", metavar="A", help="only those whose action begins so: mention.reveal")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with before and after")


def run(args: argparse.Namespace) -> int:
    """A line for each event."""
    open_store()
    from storage.audit import read_events

    for event in read_events(max(args.last, 0), args.action):
        if args.json:
            say(json.dumps(event, ensure_ascii=False))
        else:
            words = (event["at"], event["actor"], event["origin"], event["action"], event["subject"], event["why"])
            say("  ".join(" ".join(str(word).split()) for word in words if word))
    return 0
