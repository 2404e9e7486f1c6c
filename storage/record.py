"""The records that the pipeline hands to the store and gets back. Plain and frozen; no model, no SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TermHit:
    """A term found in a mention's title or text, with the passage that shows why."""

    term: str
    field: str  # "title" or "text"
    start: int  # characters from the start of the field
    length: int
    passage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """One normalized mention on its way into the store; the fields are those of the table."""

    external_id: str
    kind: str
    channel: str
    url: str | None
    canonical_url: str | None
    title: str | None
    text: str
    author_name: str | None
    author_handle: str | None
    author_url: str | None
    publisher: str | None
    parent: str | None
    thread: str | None
    published: datetime | None
    published_precision: str | None
    edited: datetime | None
    language: str
    reactions: Mapping[str, int]
    raw: str | None
    content_hash: bytes  # 16 bytes over what counts as an edit: title and text
    search_words: str  # stemmed, folded, separated by spaces: what the search table holds
    terms: tuple[TermHit, ...] = ()
    story: int | None = None  # id of the first mention of the same story, where one is known
    bands: tuple[int, ...] = ()  # MinHash bands of an article; signed 64-bit


@dataclass(frozen=True, kw_only=True, slots=True)
class Poison:
    """One item that cannot be stored, with why."""

    raw: bytes
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """One item that was not kept, with why."""

    mention: Incoming
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one transaction stores: mentions, deletions, the refused, the ignored, and the cursor true for all."""

    mentions: tuple[Incoming, ...] = ()
    gone: tuple[str, ...] = ()  # external_ids deleted at the source
    poison: tuple[Poison, ...] = ()
    passed: tuple[Passed, ...] = ()
    cursor: str  # JSON
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Saved:
    """What a batch changed."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    gone: int = 0
    quarantined: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fence:
    """Proof of a lease: a write that carries it is refused once another process took the lease over."""

    lease: str
    holder: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How a run ended, for its record."""

    outcome: str  # ok | partial | failed | skipped
    ignored: int = 0
    unchanged: int = 0  # recognised by the collector without being offered to the store
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    error: str = ""
    note: str = ""  # what the collector wants said, whatever the outcome
    saved: Saved = field(default_factory=Saved)
