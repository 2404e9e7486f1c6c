"""What a collector is given, what it gives back, and how it fails.

The seam between the network (floor 1) and the pipeline (floor 2); no collector stores, schedules or tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal, Protocol

from collectors.item import Item

if TYPE_CHECKING:
    from collectors.fetcher import Visit
    from collectors.options import Options
    from collectors.sandbox import Sandbox

# The error tree of this room. Every error names its subject (a source's address, file or name) and says
# whether trying again can help; its text is the one sentence an officer reads.
#
#   CollectError
#   ├── FetchError        the network or the server said no           (collectors/fetcher.py)
#   │   ├── HeldError     we may not ask yet: Retry-After, robots.txt
#   │   └── GoneError     410: the source is no more
#   ├── ParseError        bytes came, but they are not what was expected
#   │   └── SandboxError  the parser was ended: time, memory, crash   (collectors/sandbox.py)
#   └── OverrunError      the run reached its limit


def _make_printable(text: str) -> str:
    """A text without what would move a terminal's cursor or forge a line of a log: sentences quote servers."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "�" for sign in text)


def _hide_query(subject: str) -> str:
    """An address as errors and logs may show it: its query can hold a secret or a citizen's words."""
    bare, query, _ = subject.partition("?")
    return f"{bare}?…" if query and bare.startswith(("http://", "https://")) else subject


class CollectError(Exception):
    """A source could not be collected; `str()` is one sentence that names it."""

    def __init__(self, subject: str, what: str, *, permanent: bool = False) -> None:
        subject, what = _hide_query(_make_printable(subject)), _make_printable(what)
        super().__init__(f"{subject}: {what}")
        self.subject = subject
        self.what = what
        self.permanent = permanent  # True: trying again will not help until somebody changes something


class FetchError(CollectError):
    """No complete, permitted answer came from the network; `status` and the beginning of its `body`, if one came."""

    def __init__(
        self, subject: str, what: str, *, permanent: bool = False, status: int | None = None, body: bytes = b""
    ) -> None:
        super().__init__(subject, what, permanent=permanent)
        self.status = status
        self.body = body


class HeldError(FetchError):
    """No request was sent: the host asked us to wait, or its robots.txt does not permit this address."""

    def __init__(self, subject: str, what: str, *, until: datetime | None = None, permanent: bool = False) -> None:
        super().__init__(subject, what, permanent=permanent)
        self.until = until


class GoneError(FetchError):
    """The server says the address is gone for good (410)."""


class ParseError(CollectError):
    """A complete answer came, but it is not what this kind of source sends."""


class SandboxError(ParseError):
    """The parsing child was ended because the bytes cost too much time or memory, or crashed it."""


class OverrunError(CollectError):
    """The run reached its time limit; what was collected before is kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceSpec:
    """What a collector needs to know of its source; made from the configuration, never read from the store."""

    name: str
    kind: str
    url: str
    channel: str = "website"
    options: Options
    zone: tzinfo  # of times that name no zone
    keep: Literal["all", "matching"] = "all"
    full_text: Literal["always", "matched", "never"] = "matched"
    comments: bool = True
    watch_days: int = 14
    token: str | None = None  # a secret; never logged, never in an error


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """Where the next poll resumes: small JSON documents by name, one name for each thing a collector remembers.

    Returned, not kept: it is stored in the transaction of the items it stands for.
    """

    state: Mapping[str, object] = field(default_factory=dict)
    # Other terms are watched now: what the collector would pass over as seen is offered again, watches go on.
    anew: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class BadItem:
    """One item that could not be read; it is quarantined and its neighbours are kept."""

    raw: bytes
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Collected:
    """One batch of a run: it is stored whole, together with its cursor, or not at all."""

    items: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()  # external_ids that the source confirmed as deleted
    bad: tuple[BadItem, ...] = ()
    unchanged: int = 0  # items recognised as known without being read again
    cursor: Cursor
    note: str | None = None  # one sentence for the run's record, e.g. that REST is closed and feeds were used


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a run lends to its collector."""

    visit: Visit  # the one door to the network, for this run
    sandbox: Sandbox  # where foreign bytes are parsed
    now: Callable[[], datetime]
    wanted: Callable[[str], bool]  # does a term of the agency occur in this text?
    held: Callable[[str, datetime], frozenset[str]]  # (prefix, since): external_ids we hold that are not gone


class Collector(Protocol):
    """Turns one kind of source into items, batch by batch, resuming at a cursor.

    A batch's cursor must be true for everything up to and including that batch: the run may end after any of them.
    """

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]: ...
