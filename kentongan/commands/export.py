"""Write the collected mentions to a file, or to the terminal: CSV, Excel, JSON lines or Parquet.

The columns and their order are those of docs/commands.md; times are UTC. Personal data is masked unless --reveal asks
for it, with a reason (docs/privacy.md). A text that a spreadsheet would take for a formula is written so that it
stays a text.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kentongan.audit import record_event
from kentongan.error import UsageError
from kentongan.output import open_output, warn
from kentongan.progress import show_progress
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to write, and where to."""
    parser.add_argument("--format", required=True, choices=("csv", "jsonl", "xlsx", "parquet"))
    parser.add_argument("--query", default="", metavar="Q", help="only what this search finds (docs/search.md)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="else stdout; appears when it is complete")
    parser.add_argument("--reveal", action="store_true", help="with personal data; it is written down who and why")
    parser.add_argument("--why", default="", metavar="TEXT", help="the reason of --reveal; asked for on a terminal")
    parser.add_argument("--raw", action="store_true", help="also what the source itself sent; needs --reveal")


def run(args: argparse.Namespace) -> int:
    """Stream the mentions through the writer of the format."""
    why = _take_reason(args)
    config = open_store()
    from reports.export import find_keys, get_columns, stream_mentions
    from reports.writer import WRITERS
    from storage.query import parse_query

    keys = find_keys(parse_query(args.query, config.agency.timezone))
    _write_down(args, len(keys), why)
    bar = args.output is not None or not sys.stdout.isatty()
    with open_output(args.output, args.format) as file, show_progress("export", len(keys), bar=bar) as advance:
        writer = WRITERS[args.format](file, get_columns(raw=args.raw))
        for batch in stream_mentions(keys, raw=args.raw, revealed=args.reveal):
            writer.write(batch)
            advance(len(batch))
        notes = writer.close()
    for note in notes:
        warn(f"note: {note}")
    return 0


def _take_reason(args: argparse.Namespace) -> str:
    """Why personal data leaves the store; UsageError when nobody says it."""
    if args.raw and not args.reveal:
        raise UsageError("kentongan export: --raw is what the source itself sent and cannot be masked; add --reveal")
    if not args.reveal:
        return ""
    why = str(args.why).strip()
    if not why and sys.stdin.isatty():
        sys.stderr.write("why is personal data needed (it is written down)? ")
        sys.stderr.flush()
        why = sys.stdin.readline().strip()
    if not why:
        raise UsageError('kentongan export: --reveal needs a reason: --why "…"')
    return why


def _write_down(args: argparse.Namespace, count: int, why: str) -> None:
    """Before the first row leaves: who took what, and why."""
    taken = {"query": args.query, "mentions": count, "format": args.format, "raw": args.raw}
    target = "stdout" if args.output is None else str(args.output.absolute())
    record_event("export.reveal" if args.reveal else "export", target, after=taken, why=why)
