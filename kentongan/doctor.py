"""What `kentongan doctor` looks at, each thing one function that gives its findings."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from kentongan.config import Config
from kentongan.finding import Finding, Level

LIBRARIES = (
    "Django",
    "requests",
    "urllib3",
    "feedparser",
    "lxml",
    "trafilatura",
    "apscheduler",
    "pyarrow",
    "psycopg",
)
SCARCE = 1024**3  # bytes; below this the disk is nearly full
LAST = 200 * 1024**2  # bytes; below this collecting may fail at any moment


def examine_config(config: Config) -> Iterator[Finding]:
    """Is there something to collect, and can it match?"""
    on = [source for source in config.sources if source.enabled]
    yield Finding("ok", "configuration", f"{config.path}: {len(on)} of {len(config.sources)} sources enabled")
    if not on:
        yield Finding("warn", "configuration", "no source is enabled; `kentongan source add` adds one")
    matching = [source.name for source in on if source.keep == "matching"]
    if matching and not config.terms:
        yield Finding(
            "bad",
            "terms",
            f'{matching[0]} keeps what matches a term, and there is none; add [[terms]] or keep = "all"',
        )


def examine_disk(config: Config) -> Iterator[Finding]:
    """Is there room where the data lives?"""
    folder = config.get_path(config.storage.data_dir)
    if not folder.exists():
        yield Finding("warn", "data folder", f"{folder} does not exist yet; `kentongan run` or `collect` makes it")
    place = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(place).free
    level: Level = "bad" if free < LAST else "warn" if free < SCARCE else "ok"
    advice = "" if level == "ok" else "; make room, or collecting will stop"
    yield Finding(level, "disk", f"{free / 1024**3:.1f} GiB free at {place}{advice}")


def examine_libraries() -> Iterator[Finding]:
    """Which versions of the parts are at work."""
    for name in LIBRARIES:
        try:
            yield Finding("ok", name, version(name))
        except PackageNotFoundError:
            yield Finding("bad", name, "is not installed; install Kentongan anew (make run does)")
