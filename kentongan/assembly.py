"""What the configuration makes of the lower rooms: the one door to the network, and what a run is lent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from collectors.fetcher import Fetcher, FetchSettings
from collectors.network.politeness import Holds
from collectors.sandbox import Sandbox
from kentongan.config import Config

if TYPE_CHECKING:
    from pipeline.run import Means
    from storage.record import Fence


def make_fetch_settings(config: Config) -> FetchSettings:
    """How the network is used, as [agency] and [collecting] say."""
    return FetchSettings(
        contact=config.agency.contact,
        deadline=config.collecting.deadline,
        pause=config.collecting.pause,
        allow_hosts=config.collecting.allow_hosts,
    )


def make_fetcher(config: Config, holds: Holds | None = None) -> Fetcher:
    """A fetcher on these settings; `holds` are kept in memory unless given."""
    return Fetcher(make_fetch_settings(config), holds)


@contextmanager
def open_means(config: Config, holds: Holds | None = None, fence: Fence | None = None) -> Iterator[Means]:
    """What this process lends to its runs, closed afterwards."""
    from django.utils import timezone

    from pipeline.run import Means
    from pipeline.terms import compile_terms
    from pipeline.turn import Turns

    fetcher, sandbox, turns = make_fetcher(config, holds), Sandbox(), Turns(timezone.now)
    try:
        yield Means(
            fetcher=fetcher,
            sandbox=sandbox,
            terms=compile_terms(config.terms),
            turns=turns,
            now=timezone.now,
            limit=config.collecting.limit,
            fence=fence,
        )
    finally:
        fetcher.close()
        sandbox.close()
        turns.close()
