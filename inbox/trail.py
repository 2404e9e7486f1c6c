"""The audit trail of what a person does to sources."""

from __future__ import annotations

from inbox.request import StaffRequest
from storage.audit import write_event


def note(
    request: StaffRequest, action: str, subject: str, *, before: object = None, after: object = None, why: str = ""
) -> None:
    """Append one event in the name of who asked, with where they asked from."""
    origin = str(request.META.get("REMOTE_ADDR", ""))
    write_event(request.user.get_username(), action, subject, before=before, after=after, why=why, origin=origin)
