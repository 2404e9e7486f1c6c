"""Say whether everything is in order, one line a thing: ok, warn or bad, with what to do.

Exit code 1 when something is bad.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kentongan.config import Config
from kentongan.doctor import examine_config, examine_disk, examine_libraries
from kentongan.error import FAILED, explain, get_expected_errors
from kentongan.finding import Finding
from kentongan.output import say
from kentongan.start import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_args: argparse.Namespace) -> int:
    """Print every finding; 1 when one of them is bad."""
    bad = False
    for finding in _examine(start_django()):
        say(f"{finding.level:4}  {finding.subject}: {finding.sentence}")
        bad = bad or finding.level == "bad"
    return FAILED if bad else 0


def _examine(config: Config) -> Iterator[Finding]:
    from kentongan import doctor_store as store

    yield from examine_config(config)
    yield from store.examine_secrets(config)
    yield from examine_disk(config)
    yield from examine_libraries()
    yield from _examine_store()


def _examine_store() -> Iterator[Finding]:
    """What the store says; when it cannot be used, that is the finding."""
    from kentongan import doctor_store as store

    try:
        found = list(store.examine_database())
        yield from found
        if found[0].level == "ok":
            yield from store.examine_scheduler()
            yield from store.examine_sources()
            yield from store.examine_holds()
            yield from store.examine_quarantine()
    except get_expected_errors() as error:
        yield Finding("bad", "database", explain(error)[0])
