"""The scheduler on this configuration: what of it becomes a plan, and how the process is asked to end."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING

from kentongan.config import Config, ConfigError, find_config, load_config
from kentongan.roster import make_tables

if TYPE_CHECKING:
    from pipeline.outcome import Outcome
    from pipeline.plan import Plan


def make_plan(config: Config) -> Plan:
    """What the scheduler is to do; ConfigError when a source's secret is missing."""
    from collectors import get_collector
    from kentongan.assembly import make_fetch_settings
    from pipeline.plan import Plan, Planned
    from pipeline.terms import compile_terms

    polled = [source for source in config.sources if source.enabled and source.polled]
    return Plan(
        sources=tuple(
            Planned(
                spec=config.get_spec(source),
                collector=get_collector(source.kind),
                every=config.get_every(source),
                cron=source.cron,
            )
            for source in polled
        ),
        tables=make_tables(config),
        terms=compile_terms(config.terms),
        fetching=make_fetch_settings(config),
        limit=config.collecting.limit,
        threads=config.collecting.threads,
        zone=config.agency.timezone,
    )


_ARENA_MAX = -8  # glibc's name for it in mallopt()


def use_few_arenas() -> None:
    """Let threads share what malloc holds: else each keeps an arena as large as the largest body it ever met.

    With 300 bad sources the process took 350 MB, and takes 224 (docs/decisions/0091).
    """
    with suppress(OSError, AttributeError):  # a libc that is not glibc
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def run_scheduler(tell: Callable[[Outcome], None], lease_seconds: float = 30.0) -> int:
    """Schedule until SIGTERM or Ctrl-C; Django and the store are ready. PlanError when the configuration is wrong."""
    from pipeline.plan import PlanError, Plans
    from scheduler import Scheduler

    use_few_arenas()
    path = find_config()

    def read_plan() -> Plan:
        try:
            return make_plan(load_config(path))
        except (ConfigError, OSError) as error:
            raise PlanError("; ".join(str(error).splitlines())) from error

    def get_stamp() -> object:
        try:
            found = path.stat()
        except OSError:
            return None  # an editor may be replacing it just now
        return found.st_mtime_ns, found.st_size, found.st_ino

    scheduler = Scheduler(Plans(read_plan, get_stamp), tell, lease_seconds=lease_seconds)

    def stop(_number: int, _frame: FrameType | None) -> None:
        scheduler.stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if not scheduler.run():
        os._exit(0)  # a run hangs in a thread that Python would wait for; its transaction is rolled back
    return 0
