"""What a feed gave when it was read: the one thing that its parser, in the sandbox, and its collector both know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.collector import BadItem
from collectors.item import Item


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed as read: its new or changed items, and what the next poll wants to know."""

    items: tuple[Item, ...] = ()
    bad: tuple[BadItem, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)  # of all entries of the document, by external_id
    unchanged: int = 0
    left_out: int = 0  # entries of a very long document that were not read
    next: str | None = None  # the page of older entries, absolute
