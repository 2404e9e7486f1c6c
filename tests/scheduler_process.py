"""A scheduler in a process of its own, for tests that start, stop, halt and kill it: PLAN.json LEASE_SECONDS.

Its plan is read anew when the file changes. Its one fake, the collector, takes its time and gives one new item.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collectors.collector import Collected, Context, Cursor, SourceSpec
    from pipeline.outcome import Outcome
    from pipeline.plan import Plan


@dataclass(frozen=True)
class SlowCollector:
    """Waits, then gives one item that was never given before, with how often it was run in its cursor."""

    seconds: float
    fails: bool

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:  # noqa: ARG002
        from collectors.collector import Collected, Cursor, FetchError
        from collectors.item import Item

        say({"began": spec.name})
        Event().wait(self.seconds)
        if self.fails:
            raise FetchError(spec.name, "did not answer")
        count = cursor.state.get("count", 0)
        assert isinstance(count, int)
        item = Item(external_id=f"{os.getpid()}-{count}", kind="comment", text="Antrean lama sekali")
        yield Collected(items=(item,), cursor=Cursor(state={"count": count + 1}))


def main(path: Path, lease_seconds: float) -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    use_test_database()
    from pipeline.plan import PlanError, Plans
    from scheduler import Scheduler

    def read_plan() -> Plan:
        try:
            return make_plan(json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            raise PlanError(f"{path.name}: {error}") from error

    def tell(outcome: Outcome) -> None:
        say(outcome.to_json())

    scheduler = Scheduler(
        Plans(read_plan, lambda: path.stat().st_mtime_ns),
        tell,
        lease_seconds=lease_seconds,
        tick=0.1,
        look_for_silence=0.5,
    )
    signal.signal(signal.SIGTERM, lambda *_: scheduler.stopping.set())
    if not scheduler.run():
        os._exit(0)


def say(record: dict[str, object]) -> None:
    """One line in one piece: several threads speak."""
    os.write(1, f"{json.dumps(record)}\n".encode())


def use_test_database() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.DATABASES["default"]["NAME"] = os.environ["KENTONGAN_TEST_DATABASE"]


def make_plan(said: dict[str, Any]) -> Plan:
    from collectors.collector import SourceSpec
    from collectors.fetcher import FetchSettings
    from collectors.options import Options
    from pipeline.plan import Plan, Planned
    from pipeline.source import Configured
    from pipeline.terms import compile_terms

    planned, tables = [], []
    for name, source in said["sources"].items():
        every = timedelta(seconds=source["every"])
        spec = SourceSpec(name=name, kind="feed", url=f"https://{name}.test/", options=Options(), zone=UTC)
        tables.append(Configured(name=name, kind="feed", url=spec.url, channel=spec.channel, every=every))
        collector = SlowCollector(source.get("seconds", 0), source.get("fails", False))
        planned.append(Planned(spec=spec, collector=collector, every=every, cron=source.get("cron")))
    return Plan(
        sources=tuple(planned),
        tables=tuple(tables),
        terms=compile_terms([]),
        fetching=FetchSettings(contact="uji@dinas.test"),
        limit=timedelta(minutes=1),
        threads=said.get("threads", 4),
        zone=ZoneInfo("Asia/Jakarta"),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
