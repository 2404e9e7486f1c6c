"""What the scheduler is to do, as the configuration says it, carried out by scheduler.py."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from collectors.collector import Collector, SourceSpec
from collectors.fetcher import FetchSettings
from pipeline.source import Configured
from pipeline.terms import Terms

LOGGER = logging.getLogger("kentongan.pipeline")


class PlanError(Exception):
    """The changed configuration cannot be used; `str()` says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A source that is polled, and when: every so often, or by a cron line in the plan's zone."""

    spec: SourceSpec
    collector: Collector
    every: timedelta
    cron: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that the scheduler takes from the configuration."""

    sources: tuple[Planned, ...]
    tables: tuple[Configured, ...]  # also of those that are not polled
    terms: Terms
    fetching: FetchSettings
    limit: timedelta  # of one run
    threads: int
    zone: tzinfo  # of cron lines


class Plans:
    """The plan in force: read anew when there is another, kept when that one is wrong."""

    def __init__(self, read: Callable[[], Plan], get_stamp: Callable[[], object]) -> None:
        """`read` raises PlanError, also here; `get_stamp` gives something else when there is another plan to read."""
        self._read, self._get_stamp = read, get_stamp
        self._stamp = get_stamp()
        self.now = read()

    def reread(self) -> bool:
        """Is there another plan? A wrong one is said once."""
        stamp = self._get_stamp()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.now = self._read()
        except PlanError as error:
            LOGGER.error("%s; what was in force before stays in force", error)
            return False
        LOGGER.info("the configuration changed: %d sources", len(self.now.sources))
        return True
