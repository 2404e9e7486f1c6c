"""What the doctor looks at in the store: silent sources, hosts that asked us to wait, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count
from django.utils import timezone

from kentongan.config import Config, ConfigError
from kentongan.finding import Finding
from pipeline.silence import find_silent
from storage.health import examine
from storage.models import HostHold, Lease, Quarantine

NAMED = 5  # of many, so many are named


def examine_database() -> Iterator[Finding]:
    """Can the database be used, is it up to date, is it whole?"""
    health = examine()
    if health is None:
        yield Finding("warn", "database", "there is none yet; `kentongan run` or `kentongan collect` makes it")
        return
    holds = "" if health.mentions is None else f", {health.mentions:,} mentions"
    yield Finding("ok", "database", f"{health.name}: {health.engine}, {health.size / 1024**2:,.0f} MiB{holds}")
    for notice in health.notices:
        yield Finding("warn", "database", notice)
    if health.pending:
        yield Finding("warn", "database", f"{health.pending[0]} is still to come: `kentongan run` makes it")
    if health.damage:
        yield Finding("bad", "database", f"is damaged ({health.damage}); restore a backup (kentongan restore FILE)")


def examine_secrets(config: Config) -> Iterator[Finding]:
    """Is every secret there that an enabled source needs?"""
    for source in config.sources:
        if source.enabled and (source.token_env or source.token_file):
            try:
                config.get_spec(source)
            except ConfigError as error:
                yield Finding("bad", "secret", str(error))
            else:
                yield Finding("ok", "secret", f"of {source.name} is there")


def examine_scheduler() -> Iterator[Finding]:
    """Does exactly one process collect by itself?"""
    lease = Lease.objects.filter(name="scheduler").first()
    if lease is not None and lease.expires > timezone.now():
        yield Finding("ok", "scheduler", f"runs: {lease.holder}")
    else:
        yield Finding("warn", "scheduler", "does not run; `kentongan run` starts it")


def examine_sources() -> Iterator[Finding]:
    """Which sources fell silent?"""
    silent = find_silent(timezone.now())
    for one in silent[:NAMED]:
        why = one.error or "no error was recorded"
        yield Finding("warn", "silent", f"{one.name} since {one.since:%Y-%m-%d %H:%M} UTC: {why}")
    if len(silent) > NAMED:
        yield Finding("warn", "silent", f"and {len(silent) - NAMED} more; `kentongan source list` names them")
    if not silent:
        yield Finding("ok", "silent", "no source")


def examine_holds() -> Iterator[Finding]:
    """Which hosts asked us to wait?"""
    holds = HostHold.objects.filter(until__gt=timezone.now()).order_by("-until")
    for hold in holds[:NAMED]:
        yield Finding("warn", "asked to wait", f"{hold.host} until {hold.until:%Y-%m-%d %H:%M} UTC: {hold.reason}")
    if not holds:
        yield Finding("ok", "asked to wait", "by no host")


def examine_quarantine() -> Iterator[Finding]:
    """How many items could not be read?"""
    counts = Quarantine.objects.values_list("source__name").annotate(items=Count("id")).order_by("-items")
    for name, items in counts[:NAMED]:
        yield Finding("warn", "quarantine", f"{items:,} items of {name} could not be read and are kept aside")
    if not counts:
        yield Finding("ok", "quarantine", "is empty")
