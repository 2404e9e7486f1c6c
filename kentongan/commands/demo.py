"""The whole product on a sample city, offline, until Ctrl-C.

An office's website, two newspapers and a residents' comment service answer on this machine only, and are collected
as real ones would be. While it runs, residents write, change and delete comments. Nothing is kept afterwards.
"""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kentongan.log import set_up_log
from kentongan.output import say
from kentongan.sentence import write_outcome
from kentongan.start import open_store

if TYPE_CHECKING:
    from pipeline.outcome import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none: the inbox, which will have an address, joins later."""


def run(_args: argparse.Namespace) -> int:
    """Serve the city and collect it; it ends within 15 s of Ctrl-C or SIGTERM."""
    from kentongan.demo import SITES
    from kentongan.demo.city import build_city
    from kentongan.demo.config import write_config
    from kentongan.demo.server import serve_city

    with (
        TemporaryDirectory(prefix="kentongan-demo-") as name,
        serve_city(build_city(datetime.now(UTC)), SITES) as sites,
    ):
        path = write_config(Path(name), sites)
        os.environ["KENTONGAN_CONFIG"] = str(path)
        config = open_store(make=True)
        set_up_log(config.get_path(config.storage.data_dir), "demo")
        from kentongan.schedule import run_scheduler

        say(f"The sample city Tirtamarga: its office's website is {sites['office']}/")
        say("In another terminal:")
        for command in ("source list", "export --format xlsx -o tirtamarga.xlsx", "query 'SELECT * FROM runs'"):
            say(f"    kentongan --config {path} {command}")
        say("Residents go on writing for two minutes; Ctrl-C ends this and forgets everything.")
        return run_scheduler(_tell)


def _tell(outcome: Outcome) -> None:
    """A line for a run that brought something or went wrong, and where the store stands then."""
    if outcome.new or outcome.updated or outcome.gone or outcome.outcome != "ok":
        from kentongan.demo.summary import summarize

        say(write_outcome(outcome))
        say(f"    {summarize()}")
