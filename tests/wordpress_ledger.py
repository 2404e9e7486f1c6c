"""Drives the WordPress collector as a run does, and keeps what it gave, as the store would: by identity."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.fetcher import Fetcher, FetchSettings
from collectors.item import Item
from collectors.options import WordPressOptions
from collectors.sandbox import Sandbox
from collectors.wordpress import WordPressCollector

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass
class Outcome:
    """What one run changed."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0
    bad: int = 0
    batches: int = 0
    requests: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass
class Ledger:
    """One source: its cursor and its items, over several runs."""

    url: str
    sandbox: Sandbox
    spec: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    now: datetime = NOW
    wanted: tuple[str, ...] = ()
    cursor: Cursor = field(default_factory=Cursor)
    items: dict[str, Item] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)

    def run(self, batches: int | None = None, later: timedelta = timedelta(minutes=15)) -> Outcome:
        """One run, killed after so many batches; the next one is `later`."""
        self.now += later
        outcome = Outcome()
        settings = FetchSettings(
            contact="uji@dinas.test", pause=timedelta(0), allow_hosts=(urlsplit(self.url).netloc,)
        )
        fetcher = Fetcher(settings)
        try:
            visit = fetcher.visit("situs", timedelta(minutes=2))
            context = Context(
                visit=visit, sandbox=self.sandbox, now=lambda: self.now, wanted=self._is_wanted, held=self._get_held
            )
            for collected in WordPressCollector().collect(self.get_spec(), self.cursor, context):
                self._save(collected, outcome)
                if outcome.batches == batches:
                    break
        finally:
            fetcher.close()
        outcome.requests = visit.requests
        return outcome

    def get_spec(self) -> SourceSpec:
        """The source as configured."""
        fields = {"name": "situs", "kind": "wordpress", "url": self.url + "/", "zone": ZoneInfo("Asia/Jakarta")}
        return SourceSpec(**{**fields, "options": WordPressOptions(**self.options), **self.spec})

    def _save(self, collected: Collected, outcome: Outcome) -> None:
        for item in collected.items:
            known = self.items.get(item.external_id)
            if known is None or item.external_id in self.deleted:
                outcome.new.append(item.external_id)
            elif (known.title, known.text) != (item.title, item.text):
                outcome.updated.append(item.external_id)
            else:
                outcome.unchanged += 1
            self.items[item.external_id] = item
            self.deleted.discard(item.external_id)
        outcome.gone += [name for name in collected.gone if name in self.items and name not in self.deleted]
        self.deleted.update(collected.gone)
        outcome.unchanged += collected.unchanged
        outcome.bad += len(collected.bad)
        outcome.batches += 1
        outcome.notes += [collected.note] if collected.note else []
        self.cursor = Cursor(state=json.loads(json.dumps(collected.cursor.state)))  # as the store keeps it

    def _is_wanted(self, text: str) -> bool:
        return any(word in text for word in self.wanted)

    def _get_held(self, prefix: str, since: datetime) -> frozenset[str]:
        return frozenset(
            name
            for name, item in self.items.items()
            if name.startswith(prefix)
            and name not in self.deleted
            and (item.published is None or item.published >= since)
        )
