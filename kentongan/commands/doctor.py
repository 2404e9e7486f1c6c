"""Say whether everything is in order, one line a thing: ok, warn or bad, with what to do.

Exit code 1 when something is bad.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kentongan.config import Config
from kentongan.doctor import examine_config, examine_disk, examine_libraries
from kentongan.error import FAILED
from kentongan.finding import Finding
from kentongan.output import say
from kentongan.start import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(args: argparse.Namespace) -> int:  # noqa: ARG001
    """Print every finding; 1 when one of them is bad."""
    bad = False
    for finding in _examine(start_django()):
        say(f"{finding.level:4}  {finding.subject}: {finding.sentence}")
        bad = bad or finding.level == "bad"
    return FAILED if bad else 0


def _examine(config: Config) -> Iterator[Finding]:
    yield from examine_config(config)
    yield from examine_disk(config)
    yield from examine_libraries()
