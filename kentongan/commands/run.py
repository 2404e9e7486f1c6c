"""Collect in the background until Ctrl-C: each source in its own time, a line for each run.

The database is brought up to date first. A change of config.toml takes effect without a restart. A second
`kentongan run` waits and takes over when the first is gone.
"""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from kentongan.log import SAID, set_up_log
from kentongan.output import say
from kentongan.sentence import write_outcome
from kentongan.start import open_store

if TYPE_CHECKING:
    from pipeline.outcome import Outcome

LOGGER = logging.getLogger(SAID)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_args: argparse.Namespace) -> int:
    """Start the scheduler; it ends within 15 s of Ctrl-C or SIGTERM."""
    config = open_store(make=True)
    folder = config.get_path(config.storage.data_dir)
    set_up_log(folder, "run")
    from kentongan.schedule import run_scheduler

    on = sum(source.enabled and source.polled for source in config.sources)
    say(f"{config.agency.name}: {on} sources; the data lives in {folder}; Ctrl-C ends this")
    return run_scheduler(_tell)


def _tell(outcome: Outcome) -> None:
    line = write_outcome(outcome)
    say(line)
    LOGGER.info(line)
