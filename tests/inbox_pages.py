"""Every page of the inbox that a person can open by its address, and who opens it: for axe and for the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """One page: what it is called in a file name, the role that opens it, and where it is."""

    name: str
    role: str  # empty: nobody is logged in
    address: str


def list_pages() -> Iterator[Sheet]:
    """The pages of the office as its store is filled now."""
    yield Sheet("log-in", "", "/account/login/")
    yield Sheet("stream", "agent", "/")
    yield Sheet("entry", "agent", "/entry")
    yield Sheet("import", "agent", "/import")
    yield Sheet("topics", "supervisor", "/topics")
    yield Sheet("topics-archived", "supervisor", "/topics/archived")
    yield Sheet("second-factor", "admin", "/account/2fa/totp/activate/")
    yield Sheet("sessions", "agent", "/account/sessions/")
    yield Sheet("password", "agent", "/account/password/change/")
    yield Sheet("not-found", "agent", "/tidak-ada")
