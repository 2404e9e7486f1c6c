"""Each source: its state, its last success, its last error in one sentence, its next run.

States: ok, waiting (never polled yet), failing (the last run failed), silent (no success for three periods),
paused, disabled.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kentongan.config import Config, SourceConfig
from kentongan.output import say
from kentongan.roster import sync
from kentongan.start import open_store

if TYPE_CHECKING:
    from storage.models import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How to print it."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What is said of one source."""

    name: str
    kind: str
    channel: str
    url: str
    state: str
    last_success: str | None
    next_run: str | None
    why: str | None  # of a pause, a failure or a silence


def run(args: argparse.Namespace) -> int:
    """Print a line for each configured source."""
    config = open_store(make=True)
    lines = list(_read_lines(config))
    if args.json:
        for line in lines:
            say(json.dumps(asdict(line), ensure_ascii=False))
    elif lines:
        say("\n".join(_lay_out(lines)))
    else:
        say(f"{config.path.name} names no source; `kentongan source add ADDRESS` adds one")
    return 0


def _read_lines(config: Config) -> Iterator[Line]:
    from django.utils import timezone

    from pipeline.silence import find_silent
    from storage.models import Source

    sync(config)
    rows = {row.name: row for row in Source.objects.filter(configured=True)}
    silent = {one.name for one in find_silent(timezone.now())}
    for source in config.sources:
        row = rows[source.name]
        state = _get_state(row, silent)
        yield Line(
            name=source.name,
            kind=source.kind,
            channel=source.channel,
            url=source.url,
            state=state,
            last_success=_tell(row.last_success, config),
            next_run=_get_next_run(source, row, state, config),
            why=_get_why(row, state),
        )


def _get_state(row: Source, silent: set[str]) -> str:
    if not row.enabled:
        return "disabled"
    if row.paused:
        return "paused"
    if row.name in silent:
        return "silent"
    if row.failures:
        return "failing"
    return "ok" if row.last_run or row.kind == "import" else "waiting"


def _get_why(row: Source, state: str) -> str | None:
    return row.paused_why or None if state == "paused" else row.last_error or None


def _get_next_run(source: SourceConfig, row: Source, state: str, config: Config) -> str | None:
    """When it is due; None for what is not polled. A cron line is given as it is."""
    if state in {"disabled", "paused"} or not source.polled:
        return None
    if source.cron:
        return f"cron {source.cron}"
    return _tell(row.last_run + row.every, config) if row.last_run else "now"


def _tell(moment: datetime | None, config: Config) -> str | None:
    return moment.astimezone(config.agency.timezone).isoformat(timespec="seconds") if moment else None


def _lay_out(lines: list[Line]) -> Iterator[str]:
    """A table, and under a source what is wrong with it."""
    head = ("SOURCE", "KIND", "STATE", "LAST SUCCESS", "NEXT RUN")
    rows = [(n.name, n.kind, n.state, _shorten(n.last_success or "never"), _shorten(n.next_run)) for n in lines]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row, line in zip((head, *rows), (None, *lines), strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if line is not None and line.why:
            yield f"    {line.why}"


def _shorten(moment: str | None) -> str:
    """`2026-11-24T10:15:00+07:00` as `2026-11-24 10:15`; other words as they are."""
    if moment and moment[4:5] == "-" and moment[10:11] == "T":
        return moment[:16].replace("T", " ")
    return moment or "-"
