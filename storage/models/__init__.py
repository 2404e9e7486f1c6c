"""The tables, one topic a file."""

from storage.models.audit import AuditEvent
from storage.models.mention import Mention, RawPayload, Revision, StoryBand, TermMatch
from storage.models.quarantine import Quarantine
from storage.models.run import Lease, Run
from storage.models.source import Cursor, HostHold, Source

__all__ = [
    "AuditEvent",
    "Cursor",
    "HostHold",
    "Lease",
    "Mention",
    "Quarantine",
    "RawPayload",
    "Revision",
    "Run",
    "Source",
    "StoryBand",
    "TermMatch",
]
