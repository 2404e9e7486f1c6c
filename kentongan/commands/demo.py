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

from kentongan.commands.run import add_address
from kentongan.listen import get_address, serving, take_address
from kentongan.log import set_up_log
from kentongan.output import say
from kentongan.sentence import write_outcome
from kentongan.start import open_store

if TYPE_CHECKING:
    from pipeline.outcome import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the inbox answers; any free port unless told."""
    add_address(parser)


def run(args: argparse.Namespace) -> int:
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
        from kentongan.demo.people import add_people
        from kentongan.schedule import run_scheduler

        host = args.host or config.web.host
        listening = take_address(host, args.port or 0)
        say(f"The inbox: {get_address(listening)}")
        say("Log in as one of these; the passwords hold until the demo ends:")
        for role, username, password in add_people():
            say(f"    {role:10}  {username:10}  {password}")
        say(f"The sample city Tirtamarga: its office's website is {sites['office']}/")
        say("In another terminal:")
        for command in ("source list", "export --format xlsx -o tirtamarga.xlsx", "query 'SELECT * FROM runs'"):
            say(f"    kentongan --config {path} {command}")
        say("Residents go on writing for two minutes; Ctrl-C ends this and forgets everything.")
        with serving(listening, host):
            return run_scheduler(_tell)


def _tell(outcome: Outcome) -> None:
    """A line for a run that brought something or went wrong, and where the store stands then."""
    if outcome.new or outcome.updated or outcome.gone or outcome.outcome != "ok":
        from kentongan.demo.summary import summarize

        say(write_outcome(outcome))
        say(f"    {summarize()}")
