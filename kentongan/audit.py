"""The audit trail of what is done on the server's own command line."""

from __future__ import annotations

import getpass


def record_event(
    action: str, subject: str, *, before: object = None, after: object = None, why: str = "", actor: str = ""
) -> None:
    """Append one event; without an actor it is the operating system's user who ran the command."""
    from storage.audit import write_event

    write_event(actor or f"command line: {get_user()}", action, subject, before=before, after=after, why=why)


def get_user() -> str:
    """The name of the operating system's user; a user without a name has a number."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no entry in the password file, as in many containers
        import os

        return f"uid {os.getuid()}"
