"""The records that pass between a collector and whoever asked it: what a source said, and nothing we think of it.

Frozen, keyword-only, free of Django. Atom's words for the fields; the store's own columns are in storage/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["comment", "post", "article", "review", "message"]
Precision = Literal["second", "minute", "day"]

# What is kept of one item; the rest is cut with MARK, so that a reader sees that something is missing (F10).
MAX_TEXT = 64 * 1024  # characters
MAX_TITLE = 1_000
MAX_AUTHOR = 200
MAX_RAW = 256 * 1024  # characters of the source's own markup or JSON
MARK = " […]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """Who wrote an item, as far as the source says."""

    name: str | None = None
    handle: str | None = None  # the source's own identity of a person: user id, e-mail hash, @name
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing a source said: a comment, a post, an article, a review or a message.

    `published` is aware UTC by the source's clock, or None if it gives none; with precision "day" it is
    12:00 UTC of the calendar day the source stated. `text` and `title` are plain text, never markup.
    """

    external_id: str  # the source's own identity, never rewritten
    kind: Kind
    url: str | None = None
    title: str | None = None
    text: str = ""
    author: Author = Author()
    parent: str | None = None  # external_id of what this answers directly; it may arrive later
    thread: str | None = None  # external_id of what the whole conversation stands under
    published: datetime | None = None
    published_precision: Precision | None = None
    edited: datetime | None = None
    language: str | None = None  # as the source declares it
    reactions: Mapping[str, int] = field(default_factory=dict)
    publisher: str | None = None  # the outlet an article names; None where the source is its own publisher
    raw: str | None = None  # the source's own markup or JSON of this item, at most MAX_RAW characters


def cut(text: str, limit: int) -> str:
    """The text itself, or its first `limit` characters with a mark where the rest was cut off."""
    return text if len(text) <= limit else text[: limit - len(MARK)].rstrip() + MARK
