"""The one command `kentongan`. Thin: it finds the command's own file and turns its errors into one sentence.

Nothing heavy is imported here, so that `kentongan --help` answers at once; Django's own commands pass through.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from kentongan import __version__
from kentongan.error import BAD_USAGE, FAILED, INTERRUPTED, CommandError, UsageError, explain, get_expected_errors
from kentongan.output import warn

# name → (module, what it does); one file each, imported only when it is asked for
COMMANDS = {
    "run": ("kentongan.commands.run", "start the inbox, and collect in the background until Ctrl-C"),
    "demo": ("kentongan.commands.demo", "show all of it on a sample city, offline, until Ctrl-C"),
    "collect": ("kentongan.commands.collect", "collect now: a line for each source as it finishes"),
    "source": ("kentongan.commands.source", "list the sources, check or add one, pause or resume one"),
    "import": ("kentongan.commands.import_file", "store the rows of a CSV, XLSX or JSONL file that was handed in"),
    "backup": ("kentongan.commands.backup", "save the whole store as one file, while it is used"),
    "restore": ("kentongan.commands.restore", "put a backup in place of the store"),
    "query": ("kentongan.commands.query", "ask the store by SQL, read-only"),
    "export": ("kentongan.commands.export", "write the collected mentions as CSV, Excel, JSON lines or Parquet"),
    "audit": ("kentongan.commands.audit", "list who did what, and prove that nobody changed that list"),
    "user": ("kentongan.commands.user", "add, list or disable who may log in; give a new password"),
    "doctor": ("kentongan.commands.doctor", "say whether everything is in order, and what to do where it is not"),
}


class Parser(argparse.ArgumentParser):
    """argparse, with its errors as one sentence."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message} (see {self.prog} --help)")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0, 1 (something failed) or 2 (bad usage)."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # by either signal, what is half done is taken back
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except CommandError as error:
        warn(str(error))
        return error.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except get_expected_errors() as error:
        sentence, code = explain(error)
        warn(sentence)
        return code


def _run(argv: list[str]) -> int:
    parser = _make_top_parser()
    chosen = parser.parse_args(argv)
    if chosen.command is None:
        parser.print_help(sys.stderr)
        return BAD_USAGE
    arguments = _take_config(chosen.arguments, chosen.config)
    if chosen.command not in COMMANDS:
        return _pass_to_django(chosen.command, arguments)
    args = make_parser(chosen.command).parse_args(arguments)
    code: int = args.run(args)
    return code


def make_parser(command: str) -> Parser:
    """What one command takes; imports its module."""
    module = import_module(COMMANDS[command][0])
    parser = Parser(prog=f"kentongan {command}", description=module.__doc__, allow_abbrev=False)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--config", metavar="FILE", help="else $KENTONGAN_CONFIG, else ./config.toml")
    parser.set_defaults(run=getattr(module, "run", None))  # a command with actions gets it from the action
    module.add_arguments(parser)
    return parser


def _make_top_parser() -> Parser:
    width = max(map(len, COMMANDS)) + 2
    listing = "\n".join(f"  {name:{width}}{summary}" for name, (_, summary) in COMMANDS.items())
    parser = Parser(
        prog="kentongan",
        description="A public agency hears what citizens say about it, and acts on it.",
        epilog=f"commands:\n{listing}\n\nkentongan COMMAND --help says what a command takes. Django's own commands "
        "(migrate, shell, dbshell, …) work too.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="kentongan [--config FILE] COMMAND …",
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="else $KENTONGAN_CONFIG, else ./config.toml")
    parser.add_argument("--version", action="version", version=f"kentongan {__version__}")
    parser.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    return parser


def _take_config(arguments: list[str], before: str | None) -> list[str]:
    """Take `--config FILE` out of a command's arguments; every later reader finds it in the environment."""
    parser = Parser(prog="kentongan", add_help=False, allow_abbrev=False)
    parser.add_argument("--config", default=before)
    taken, rest = parser.parse_known_args(arguments)
    if taken.config is not None:
        os.environ["KENTONGAN_CONFIG"] = str(Path(taken.config))
    return rest


def _pass_to_django(name: str, arguments: list[str]) -> int:
    """Run one of Django's commands on our settings; a name nobody knows is a UsageError."""
    from django.core import management

    likely = get_close_matches(name, COMMANDS, 1)
    if likely and name not in management.find_commands(management.__path__[0]):
        raise UsageError(f'kentongan: unknown command "{name}" (did you mean "{likely[0]}"?)')
    from kentongan.start import prepare_folder, start_django

    prepare_folder(start_django())
    if name not in management.get_commands():
        raise UsageError(f'kentongan: unknown command "{name}" (kentongan --help lists them)')
    from storage.schema import check_database

    check_database()
    management.ManagementUtility(["kentongan", name, *arguments]).execute()
    return 0
