"""Start the inbox and collect in the background until Ctrl-C: each source in its own time, a line for each run.

The database is brought up to date first. A change of config.toml takes effect without a restart ([web] needs one). A
second `kentongan run` at another port shows the same inbox, and collects when the first is gone.
"""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING

from kentongan.listen import get_address, serving, take_address
from kentongan.log import SAID, set_up_log
from kentongan.output import say
from kentongan.sentence import write_outcome
from kentongan.start import open_store

if TYPE_CHECKING:
    from pipeline.outcome import Outcome

LOGGER = logging.getLogger(SAID)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the inbox answers."""
    add_address(parser)


def add_address(parser: argparse.ArgumentParser) -> None:
    """The options that every command has which starts the inbox."""
    parser.add_argument("--host", metavar="H", help="the address to listen on; else [web] host")
    parser.add_argument("--port", metavar="P", type=read_port, help="the port; else [web] port; 0: any free one")


def read_port(text: str) -> int:
    """A port's number; argparse makes a sentence of the error."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f'"{text}" is no port: write a number from 0 to 65535')
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Start inbox and scheduler; both end within 15 s of Ctrl-C or SIGTERM."""
    config = open_store(make=True)
    folder = config.get_path(config.storage.data_dir)
    set_up_log(folder, "run")
    from kentongan.schedule import run_scheduler
    from storage.models import User

    host, port = args.host or config.web.host, config.web.port if args.port is None else args.port
    listening = take_address(host, port)
    on = sum(source.enabled and source.polled for source in config.sources)
    say(f"{config.agency.name}: {on} sources; the data lives in {folder}; Ctrl-C ends this")
    say(f"The inbox: {get_address(listening)}")
    if not User.objects.exists():
        say(f"Nobody can log in yet. In another terminal: kentongan --config {config.path} user add NAME --admin")
    with serving(listening, host):
        return run_scheduler(_tell)


def _tell(outcome: Outcome) -> None:
    line = write_outcome(outcome)
    say(line)
    LOGGER.info(line)
