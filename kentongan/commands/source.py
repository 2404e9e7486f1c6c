"""The sources: what they are doing, what one would give, one more, a pause.

`list` is for every day; `check` and `add` are for a new place; `pause`, `resume` and `replay`
take effect without a restart.
"""

from __future__ import annotations

import argparse
from importlib import import_module

# name → (module, what it does)
ACTIONS = {
    "list": ("kentongan.commands.source_list", "each source: state, last success, last error, next run"),
    "check": ("kentongan.commands.source_check", "dry run: what would be stored; stores nothing"),
    "add": ("kentongan.commands.source_add", "look at an address and add it to config.toml"),
    "pause": ("kentongan.commands.source_pause", "poll a source no more until it is resumed"),
    "resume": ("kentongan.commands.source_resume", "poll a paused source again"),
    "replay": ("kentongan.commands.source_replay", "try again what could not be read, or drop it"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One parser for each action."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, (place, summary) in ACTIONS.items():
        module = import_module(place)
        own = actions.add_parser(name, help=summary, description=module.__doc__, allow_abbrev=False)
        own.formatter_class = argparse.RawDescriptionHelpFormatter
        module.add_arguments(own)
        own.set_defaults(run=module.run)
