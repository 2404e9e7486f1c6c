"""Write the collected mentions to a file, or to the terminal: CSV, Excel, JSON lines or Parquet.

The columns and their order are those of docs/commands.md; times are UTC. A text that a spreadsheet would take for
a formula is written so that it stays a text.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kentongan.output import open_output, warn
from kentongan.progress import show_progress
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to write, and where to."""
    parser.add_argument("--format", required=True, choices=("csv", "jsonl", "xlsx", "parquet"))
    parser.add_argument("--query", default="", metavar="Q", help="only what this search finds (docs/store.md)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="else stdout; appears when it is complete")
    parser.add_argument("--raw", action="store_true", help="also what the source itself sent (one more column)")


def run(args: argparse.Namespace) -> int:
    """Stream the mentions through the writer of the format."""
    config = open_store()
    from reports.export import find_keys, get_columns, stream_mentions
    from reports.writer import WRITERS
    from storage.query import parse_query

    keys = find_keys(parse_query(args.query, config.agency.timezone))
    bar = args.output is not None or not sys.stdout.isatty()
    with open_output(args.output, args.format) as file, show_progress("export", len(keys), bar=bar) as advance:
        writer = WRITERS[args.format](file, get_columns(raw=args.raw))
        for batch in stream_mentions(keys, raw=args.raw):
            writer.write(batch)
            advance(len(batch))
        notes = writer.close()
    for note in notes:
        warn(f"note: {note}")
    return 0
