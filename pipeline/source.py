"""The rows of the sources: made from the configuration, paused and resumed; and the runs that are remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from storage.dialect import lock_sources
from storage.models import Run, Source

RUNS_KEPT = timedelta(days=90)
LAST_RUNS_KEPT = 50  # of each source, however old


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured:
    """One `[[sources]]` table, as far as its row shows it."""

    name: str
    kind: str
    url: str
    channel: str
    every: timedelta  # the longest time between two runs
    enabled: bool = True


def sync_sources(wanted: Iterable[Configured], now: datetime) -> dict[str, int]:
    """Make the rows say what the configuration says; the id of each by name. Only what differs is written."""
    tables = {table.name: table for table in wanted}
    if any(_find_different(tables, now)):  # else nobody has to wait for whoever writes
        with transaction.atomic():
            lock_sources()
            for row in list(_find_different(tables, now)):
                row.save()
    rows = dict(Source.objects.values_list("name", "pk"))
    return {name: rows[name] for name in tables}


def add_source(table: Configured, now: datetime) -> int:
    """The row of a source that stands in no configuration, made on its first use; those that do are left alone."""
    known = Source.objects.filter(name=table.name).values_list("pk", flat=True).first()
    if known is not None:
        return known
    with transaction.atomic():
        lock_sources()
        row, _ = Source.objects.get_or_create(
            name=table.name,
            defaults={
                "kind": table.kind,
                "url": table.url,
                "channel": table.channel,
                "every": table.every,
                "added": now,
                "configured": False,
            },
        )
    return row.pk


def _find_different(tables: Mapping[str, Configured], now: datetime) -> Iterator[Source]:
    """The rows that do not say what the configuration says, as they should be."""
    rows = {row.name: row for row in Source.objects.all()}
    rows |= {name: Source(name=name, added=now) for name in tables if name not in rows}
    for name, row in rows.items():
        table = tables.get(name)
        said: dict[str, object] = {"configured": table is not None}
        if table is not None:
            said |= {"kind": table.kind, "url": table.url, "channel": table.channel, "every": table.every}
            said["enabled"] = table.enabled
        if row.pk is None or any(getattr(row, field) != value for field, value in said.items()):
            for field, value in said.items():
                setattr(row, field, value)
            yield row


def pause_source(source_id: int, why: str) -> None:
    """Poll it no more until somebody resumes it."""
    Source.objects.filter(pk=source_id).update(paused=True, paused_why=why)


def resume_source(source_id: int) -> None:
    """Poll it again."""
    Source.objects.filter(pk=source_id).update(paused=False, paused_why="")


def find_paused() -> frozenset[str]:
    """The names of the sources that are not to be polled now."""
    return frozenset(Source.objects.filter(paused=True).values_list("name", flat=True))


def want_source(source_id: int, now: datetime) -> None:
    """Ask that it be polled now; the scheduler looks every second."""
    Source.objects.filter(pk=source_id, wanted=None).update(wanted=now)


def take_wanted() -> list[str]:
    """The names of the sources that somebody wants polled now; each is asked for once."""
    wanted = dict(Source.objects.filter(wanted__isnull=False).values_list("name", "wanted"))
    for name, since in wanted.items():
        Source.objects.filter(name=name, wanted=since).update(wanted=None)
    return list(wanted)


def get_last_runs() -> dict[str, datetime | None]:
    """When each source was last polled, by its name."""
    return dict(Source.objects.values_list("name", "last_run"))


def get_failures() -> dict[str, int]:
    """How many runs of each source failed since its last success, by its name."""
    return dict(Source.objects.values_list("name", "failures"))


def prune_runs(now: datetime) -> int:
    """Forget old runs, but never the last ones of a source; how many were forgotten."""
    forgotten = 0
    for source_id in Source.objects.values_list("pk", flat=True):
        last = Run.objects.filter(source=source_id).order_by("-id").values_list("id", flat=True)
        edge = last[LAST_RUNS_KEPT : LAST_RUNS_KEPT + 1].first()
        if edge is not None:
            old = Run.objects.filter(source=source_id, id__lte=edge, started__lt=now - RUNS_KEPT)
            forgotten += old.delete()[0]
    return forgotten
