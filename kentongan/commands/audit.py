"""The audit trail: what was done on the server and who saw personal data; `verify` proves that it is whole."""

from __future__ import annotations

import argparse
from importlib import import_module

# name → (module, what it does)
ACTIONS = {
    "list": ("kentongan.commands.audit_list", "the newest events: when, who, what, why"),
    "verify": ("kentongan.commands.audit_verify", "find every event that was changed or taken away"),
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
