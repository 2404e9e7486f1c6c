"""What the tests of the feed collector share: the feeds on disk, and items as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from pathlib import Path

from collectors.item import Author, Item

FEEDS = Path(__file__).parent / "data" / "feeds"
FOLDERS = ("gofeed", "feedparser", "feedvalidator", "id", "fastfeedparser")


def find_development_feeds() -> list[Path]:
    """The 419 feeds that others wrote."""
    found = [path for folder in FOLDERS for path in (FEEDS / folder).iterdir() if path.suffix in {".xml", ".json"}]
    return sorted(path for path in found if not path.name.endswith((".expected.json", ".items.json")))


def to_json(items: Iterable[Item]) -> list[dict[str, object]]:
    """Items as they stand in `*.items.json`: what is not said is left out, and so is the raw markup."""
    return [
        {
            field.name: _plain(value)
            for field in fields(item)
            if field.name != "raw" and (value := getattr(item, field.name)) not in (None, "", {}, Author())
        }
        for item in items
    ]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Author):
        return {field.name: said for field in fields(value) if (said := getattr(value, field.name)) is not None}
    return value
