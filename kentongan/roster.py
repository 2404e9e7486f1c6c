"""The sources of the configuration beside their rows in the store: found by name, brought up to date."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kentongan.config import Config, SourceConfig
from kentongan.error import UsageError
from kentongan.start import open_store

if TYPE_CHECKING:
    from pipeline.source import Configured
    from storage.models import Source


def find_source(config: Config, name: str) -> SourceConfig:
    """The source of that name; UsageError names the likely one."""
    by_name = {source.name: source for source in config.sources}
    if name not in by_name:
        raise UsageError(f'{config.path.name}: no source is called "{name}"{_hint(name, by_name)}')
    return by_name[name]


def choose_sources(config: Config, names: Iterable[str]) -> list[SourceConfig]:
    """The named sources, or all enabled ones that are polled; UsageError where one is not polled."""
    chosen = [find_source(config, name) for name in dict.fromkeys(names)]
    for source in chosen:
        if not source.polled:
            raise UsageError(f'"{source.name}" is not polled: its files are handed in with `kentongan import`')
    return chosen or [source for source in config.sources if source.enabled and source.polled]


def _hint(name: str, known: Iterable[str]) -> str:
    names = list(known)
    likely = [one for one in names if name.casefold() in one.casefold()] or get_close_matches(name, names, 1)
    return f' (did you mean "{likely[0]}"?)' if likely else " (kentongan source list names them)"


def make_tables(config: Config) -> tuple[Configured, ...]:
    """What the configuration says of each source, as far as its row shows it."""
    from pipeline.source import Configured

    return tuple(
        Configured(
            name=source.name,
            kind=source.kind,
            url=source.url,
            channel=source.channel,
            every=config.get_every(source),
            enabled=source.enabled,
        )
        for source in config.sources
    )


def sync(config: Config) -> dict[str, int]:
    """Make the store's rows say what the configuration says; the row of each source by its name."""
    from django.utils import timezone

    from pipeline.source import sync_sources

    return sync_sources(make_tables(config), timezone.now())


def find_row(name: str) -> Source:
    """The row of a configured source in the opened store."""
    config = open_store(make=True)
    choose_sources(config, [name])
    from storage.models import Source

    return Source.objects.get(pk=sync(config)[name])
