"""How a command fails: one sentence on stderr and an exit code, never a trace."""

from __future__ import annotations

import sys

FAILED = 1
BAD_USAGE = 2
INTERRUPTED = 130  # as shells count Ctrl-C

# The error tree of this room.
#
#   CommandError      a command could not do its work         exit code 1
#   ├── UsageError    it was asked for something it cannot do  exit code 2
#   └── ConfigError   config.toml cannot be used               exit code 2


class CommandError(Exception):
    """A command failed; `str()` is the sentence that a person reads, `code` what a script reads."""

    code = FAILED


class UsageError(CommandError):
    """What was typed cannot be done; the sentence says what can."""

    code = BAD_USAGE


class ConfigError(CommandError):
    """The configuration cannot be used: a line for each problem, with the file, the key, the value, what is right."""

    code = BAD_USAGE


def get_expected_errors() -> tuple[type[Exception], ...]:
    """The errors of the rooms below that are nobody's bug. Asked for when one was raised, for it imports them."""
    from collectors.collector import CollectError

    if not _is_store_open():
        return (OSError, CollectError)
    from django.db import Error as DatabaseError

    from pipeline.plan import PlanError
    from storage.error import StoreError

    return (OSError, CollectError, PlanError, StoreError, DatabaseError)


def explain(error: Exception) -> tuple[str, int]:
    """An expected error as one sentence and an exit code."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'kentongan'}: {error.strerror}", FAILED
    return _explain_store(error) if _is_store_open() else (" ".join(str(error).split()), FAILED)


def _is_store_open() -> bool:
    """Is Django set up? Only then can the store have raised anything, and only then can it be imported."""
    apps = sys.modules.get("django.apps")
    return apps is not None and apps.apps.ready


def _explain_store(error: Exception) -> tuple[str, int]:
    from django.db import Error as DatabaseError

    from pipeline.plan import PlanError
    from storage.connection import explain_error, get_name
    from storage.readonly import StatementError
    from storage.refusal import QueryError

    if isinstance(error, DatabaseError):
        # Only the first line of an unknown one: PostgreSQL's further lines quote the values of a row.
        first = str(error).partition("\n")[0]
        return str(explain_error(error) or f"{get_name()}: {first}"), FAILED
    code = BAD_USAGE if isinstance(error, QueryError | StatementError | PlanError) else FAILED
    return " ".join(str(error).split()), code
