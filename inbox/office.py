"""What the inbox asks of the configuration, which it does not know: sources and terms, looked at and changed.

Whoever assembles the application hands an Office in (`set_office`); every act names the person who does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.db.models import QuerySet

from collectors.collector import CollectError
from pipeline.preview import Trial
from pipeline.relook import Preview
from pipeline.replay import Replayed
from storage.models import Mention


class OfficeError(Exception):
    """It could not be done; `str()` is the sentence that the person reads, and nothing was changed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured:
    """What the configuration says of a source beside what its row says."""

    keep: str  # "all" or "matching"
    cron: str | None
    polled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """One way to read a place, as the source that it would be, with its first items."""

    kind: str
    url: str
    why: str
    name: str
    channel: str
    keep: str
    trial: Trial


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How far an address, or a source, has been looked at."""

    address: str
    source: str = ""  # its name, where it is one of ours already
    done: bool = False
    offers: tuple[Offered, ...] = ()
    missing: str = ""  # a page with nothing: what is missing
    error: CollectError | None = None
    failed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One watched name, as the configuration has it."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    case: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Applying:
    """How far changed terms have been applied to what is there."""

    done: bool = False
    kept: int = 0  # of what was ignored before
    seen: int = 0  # of what is kept
    changed: int = 0
    busy: int = 0  # sources that were being collected: their next run looks itself
    failed: str = ""


class Office(Protocol):
    """The configuration's side of the sources and terms. Any method may raise OfficeError."""

    def get_stamp(self) -> str:
        """Which text of the configuration a page was made of; handed back with a change."""

    def get_configured(self) -> Mapping[str, Configured]:
        """The configured sources by name, their rows brought up to date."""

    def look_at(self, address: str) -> str:
        """Begin to look at an address; the mark under which `get_look` tells how far it is."""

    def try_source(self, name: str) -> str:
        """Begin a dry run of a source; the mark for `get_look`."""

    def get_look(self, mark: str) -> Look | None:
        """How far it is; None when nobody knows that mark any more."""

    def add_source(self, keys: Mapping[str, str], why: str, by: str, stamp: str) -> int:
        """Add a source to the configuration; its row."""

    def set_enabled(self, name: str, enabled: bool, by: str, stamp: str) -> None:
        """Switch a source on or off in the configuration."""

    def replay(self, name: str, keys: Sequence[int], by: str) -> Replayed:
        """Try refused items of a source again."""

    def get_terms(self) -> tuple[Term, ...]:
        """The watched names, in the configuration's order."""

    def preview(self, term: Term, within: QuerySet[Mention]) -> Preview:
        """What a term finds among the newest items that a person may see, and among what was ignored."""

    def save_term(self, old: str, term: Term, by: str, stamp: str) -> None:
        """Change the term that is called `old`, or add one where that is empty."""

    def remove_term(self, name: str, by: str, stamp: str) -> None:
        """Watch this name no more; what it kept stays."""

    def apply_terms(self, by: str) -> None:
        """Begin to apply the terms to what was ignored and to what is kept."""

    def get_applying(self) -> Applying | None:
        """How far that is; None when nothing was begun since the start."""


_OFFICE: list[Office] = []


def set_office(office: Office) -> None:
    """Hand the office in, once, when the application is assembled."""
    _OFFICE[:] = [office]


def get_office() -> Office:
    """The office of this process."""
    return _OFFICE[0]
