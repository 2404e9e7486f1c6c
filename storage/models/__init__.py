"""The tables, one topic a file."""

from storage.models.attachment import Attachment
from storage.models.audit import AuditEvent, AuditHead
from storage.models.ignored import Ignored
from storage.models.mention import Mention, RawPayload, Revision, Status, StoryBand, Tag, TermMatch
from storage.models.note import Draft, Note
from storage.models.person import Role, User
from storage.models.presence import Presence
from storage.models.quarantine import Quarantine
from storage.models.review import BulkAct, BulkList, ReviewEvent
from storage.models.run import Lease, Run
from storage.models.source import Cursor, HostHold, Source
from storage.models.topic import MentionTopic, Topic
from storage.models.view import SavedView

__all__ = [
    "Attachment",
    "AuditEvent",
    "AuditHead",
    "BulkAct",
    "BulkList",
    "Cursor",
    "Draft",
    "HostHold",
    "Ignored",
    "Lease",
    "Mention",
    "MentionTopic",
    "Note",
    "Presence",
    "Quarantine",
    "RawPayload",
    "ReviewEvent",
    "Revision",
    "Role",
    "Run",
    "SavedView",
    "Source",
    "Status",
    "StoryBand",
    "Tag",
    "TermMatch",
    "Topic",
    "User",
]
