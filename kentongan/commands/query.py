"""Ask the store by SQL. The statement can only read; its views and columns are described in docs/store.md.

It is ended after --seconds, and gives --rows rows at the most.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kentongan.output import open_output, warn
from kentongan.start import open_store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The statement, its limits, and how to write the answer."""
    parser.add_argument("sql", metavar="SELECT", help='one statement, in quotes: "SELECT …"')
    parser.add_argument("--format", default="table", choices=("table", "csv", "json", "parquet"))
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="else stdout; appears when it is complete")
    parser.add_argument("--rows", type=int, default=10_000, help="at the most (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=30, help="it may take (default: %(default)s)")


def run(args: argparse.Namespace) -> int:
    """Write the answer; a note says when it was cut."""
    open_store()
    from reports.query import write_answer

    with open_output(args.output, args.format) as file:
        cut = write_answer(args.sql, args.format, file, seconds=args.seconds, rows=args.rows)
    if cut:
        warn(f"note: only the first {args.rows:,} rows; --rows allows more")
    return 0
