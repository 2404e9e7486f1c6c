"""A small news site on a shelf, and a poller that runs one collector again and again as the pipeline does."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from collectors.collector import Collected, Collector, Context, Cursor, SourceSpec
from collectors.fetcher import Fetcher
from collectors.item import Item
from collectors.options import OPTIONS
from collectors.sandbox import Sandbox
from tests.servers.shelf import Shelf

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PARAGRAPH = "Dinas mulai membuka layanan izin usaha pada hari Senin, dan warga boleh datang tanpa membuat janji. "


def page(path: str, *comments: str, title: str = "Kabar kota", published: str = "2026-11-24T08:00:00+07:00") -> str:
    """An article page as WordPress draws it, with its comments."""
    listed = "".join(
        f'<li class="comment" id="comment-{number}"><article class="comment-body"><footer class="comment-meta">'
        f'<div class="comment-author vcard"><b class="fn">Warga {number}</b></div></footer>'
        f'<div class="comment-content"><p>{comment}</p></div></article></li>'
        for number, comment in enumerate(comments, 1)
    )
    stated = f'<meta property="article:published_time" content="{published}">' if published else ""
    return (
        f'<!DOCTYPE html><html lang="id"><head><title>{title} - Kabar Malang</title>{stated}'
        f'<link rel="canonical" href="HERE{path}"><meta name="author" content="Rini">'
        f'<meta property="og:site_name" content="Kabar Malang"></head><body><article><h1>{title}</h1>'
        f"<p>{PARAGRAPH * 3}</p><p>{PARAGRAPH * 2}</p></article>"
        f'<div id="comments" class="comments-area"><ol class="comment-list">{listed}</ol></div></body></html>'
    )


@dataclass
class Poller:
    """Polls one source; the cursor travels through JSON."""

    collector: Collector
    kind: str
    shelf: Shelf
    fetcher: Fetcher
    sandbox: Sandbox
    now: datetime = START
    cursor: Cursor = field(default_factory=Cursor)
    batches: list[Collected] = field(default_factory=list)

    def poll(self, path: str, *, stop_after: int = 99, term: str = "izin", **spec: object) -> list[Item]:
        """One run; the items of its batches, of which only the first `stop_after` are stored."""
        self.batches = []
        context = Context(
            visit=self.fetcher.visit("uji", timedelta(seconds=30)),
            sandbox=self.sandbox,
            now=lambda: self.now,
            wanted=lambda text: term in text.lower(),
            held=lambda _prefix, _since: frozenset(),
        )
        for batch in self.collector.collect(self._spec(path, **spec), self.cursor, context):
            self.batches.append(batch)
            self.cursor = Cursor(state=json.loads(json.dumps(batch.cursor.state)))
            if len(self.batches) == stop_after:
                break
        return [item for batch in self.batches for item in batch.items]

    def _spec(self, path: str, **spec: object) -> SourceSpec:
        options = OPTIONS[self.kind](**{name: spec.pop(name) for name in ("days", "articles") if name in spec})
        known: dict[str, object] = {"keep": "matching", "options": options, "zone": ZoneInfo("Asia/Jakarta")}
        url = path if path.startswith("http") else self.shelf.url(path)
        return SourceSpec(name="uji", kind=self.kind, url=url, **{**known, **spec})  # type: ignore[arg-type]

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @property
    def notes(self) -> list[str]:
        return [batch.note for batch in self.batches if batch.note]
