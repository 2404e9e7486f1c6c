"""News sitemaps: new pages whose title names the agency are read as articles, all others are passed by unread.

This module knows what is asked when; which files there are is known by sitemap_walk.py, their bytes are read in
sitemap_document.py, in the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.feeds.page import Reading, read_page, read_watch
from collectors.item import Item
from collectors.options import SitemapOptions
from collectors.site import is_same_site
from collectors.sitemap_walk import Known, Walk
from collectors.watch import Watch, due, prune, watches_from_json, watches_to_json

if TYPE_CHECKING:
    from collectors.sitemap_document import Entry

_PAGES_A_BATCH = 10
_MAX_SEEN = 20_000
_RETRY = "!"  # before the day of an entry whose page failed: it is read once more at the next poll
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_NO_WORD = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """What the cursor keeps."""

    source: str  # the address in the configuration: another one starts anew
    roots: tuple[str, ...] = ()
    found_at: datetime | None = None
    maps: dict[str, Known] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)  # hash of an address: its day, "" if the sitemap names none
    watches: tuple[Watch, ...] = ()

    def to_cursor(self) -> Cursor:
        sitemap = {
            "source": self.source,
            "roots": list(self.roots),
            "found_at": self.found_at.isoformat() if self.found_at else None,
            "maps": {url: known.to_json() for url, known in self.maps.items()},
            "seen": self.seen,
        }
        return Cursor(state={"sitemap": sitemap, "watches": watches_to_json(self.watches)})

    @classmethod
    def from_cursor(cls, cursor: Cursor, spec: SourceSpec) -> _State:
        match cursor.state.get("sitemap"):
            case {"source": spec.url, "roots": list(roots), "maps": dict(maps), "seen": dict(seen), **rest}:
                found_at = rest.get("found_at")
            case _:
                return cls(source=spec.url)
        return cls(
            source=spec.url,
            roots=tuple(str(root) for root in roots),
            found_at=datetime.fromisoformat(found_at) if isinstance(found_at, str) else None,
            maps={} if cursor.anew else {str(url): Known.from_json(known) for url, known in maps.items()},
            seen={} if cursor.anew else {str(name): str(day) for name, day in seen.items()},
            watches=watches_from_json(cursor.state.get("watches")),
        )


class SitemapCollector:
    """A site's news by its sitemaps; a site's address will do, robots.txt says where they are."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """New articles, oldest first, a few pages a batch; then the comments that are due to be read again."""
        run = _Run(spec, context, _State.from_cursor(cursor, spec))
        yield from run.read_new()
        yield from run.read_watches()


class _Run:
    """One poll; its state is always true for what was given so far."""

    def __init__(self, spec: SourceSpec, context: Context, state: _State) -> None:
        self._spec = spec
        self._context = context
        self._options = spec.options if isinstance(spec.options, SitemapOptions) else SitemapOptions()
        self._state = replace(state, watches=prune(state.watches, context.now(), spec.watch_days))
        self._since = context.now() - timedelta(days=self._options.days)

    def read_new(self) -> Iterator[Collected]:
        """What the sitemaps name and we do not know yet."""
        state = self._state
        walk = Walk(
            spec=self._spec, context=self._context, known=state.maps, roots=state.roots, found_at=state.found_at
        )
        entries = walk.find_entries()
        self._state = replace(state, roots=walk.roots, found_at=walk.found_at)
        todo, known = self._choose(entries)
        chosen, left = todo[: self._options.articles], len(todo) - self._options.articles
        position = 0
        while position < len(chosen):
            reading = Reading(watches=self._state.watches)
            batch = chosen[position : position + _PAGES_A_BATCH]
            read = self._read_batch(batch, reading)
            position += read
            if read < len(batch):
                left += len(chosen) - position
                walk.notes.append("the host asked to wait")
                chosen = chosen[:position]
            yield Collected(items=tuple(reading.items), cursor=self._state.to_cursor(), note=reading.note)
        if left > 0:
            walk.notes.append(f"{left} article(s) wait for the next poll")
        waits = left > 0 or any(day.startswith(_RETRY) for day in self._state.seen.values())
        # What a file was is remembered only when all it names is read: an unchanged file is not read again.
        maps = {url: replace(one, page=None) if waits else one for url, one in walk.read.items()}
        self._state = replace(self._state, maps=maps, seen=self._forget(self._state.seen))
        yield Collected(unchanged=known, cursor=self._state.to_cursor(), note="; ".join(walk.notes) or None)

    def read_watches(self) -> Iterator[Collected]:
        """The comments under the articles of earlier polls."""
        waiting = [watch for watch in self._state.watches if due(watch, self._context.now())]
        for start in range(0, len(waiting), _PAGES_A_BATCH):
            reading = Reading(watches=self._state.watches)
            for watch in waiting[start : start + _PAGES_A_BATCH]:
                read_watch(watch, self._context, reading)
            self._state = replace(self._state, watches=reading.watches)
            yield Collected(items=tuple(reading.items), cursor=self._state.to_cursor(), note=reading.note)

    def _choose(self, entries: list[Entry]) -> tuple[list[Entry], int]:
        """The entries to be read now, oldest first, and how many are known already."""
        seen, known = self._state.seen, 0
        fresh: dict[str, Entry] = {}
        for entry in entries:
            when = entry.published or entry.changed
            if (when is not None and when < self._since) or not is_same_site(entry.url, self._spec.url):
                continue
            day = seen.get(_hash(entry.url))
            if day is not None and not day.startswith(_RETRY):
                known += 1
            elif self._spec.keep == "all" or self._spec.full_text == "always" or self._is_named(entry):
                fresh.setdefault(entry.url, entry)
        latest = datetime.max.replace(tzinfo=UTC)
        return sorted(fresh.values(), key=lambda one: one.published or one.changed or latest), known

    def _is_named(self, entry: Entry) -> bool:
        return self._context.wanted(entry.title or get_slug_words(entry.url))

    def _read_batch(self, batch: list[Entry], reading: Reading) -> int:
        """Read entries into the reading; how many, since a host that asks to wait is asked no further."""
        seen = dict(self._state.seen)
        for count, entry in enumerate(batch):
            item, name = _make_item(entry), _hash(entry.url)
            when = entry.published or entry.changed
            day = when.date().isoformat() if when else ""
            if self._spec.full_text == "never" and not self._spec.comments:
                reading.items.append(item)
            else:
                # One that we hold has its page's text: a page that fails now must not take that away.
                held = item.external_id in self._context.held(item.external_id, _EVER)
                read_page(item, self._spec, self._context, reading, known=held)
                if item.external_id in reading.held:
                    reading.items = [one for one in reading.items if one is not item]
                    self._state = replace(self._state, seen=seen, watches=reading.watches)
                    return count
                if item.external_id in reading.temporary and name not in seen:
                    day = _RETRY + day
            seen[name] = day
        self._state = replace(self._state, seen=seen, watches=reading.watches)
        return len(batch)

    def _forget(self, seen: dict[str, str]) -> dict[str, str]:
        """What was seen, without the days that no sitemap may bring up again; bounded."""
        first = (self._since - timedelta(days=1)).date().isoformat()
        kept = [(name, day) for name, day in seen.items() if not day.strip(_RETRY) or day.strip(_RETRY) >= first]
        return dict(kept[-_MAX_SEEN:])


def get_slug_words(url: str) -> str:
    """The words of an address: "/berita/123/izin-usaha-di-malang.html" says "izin usaha di malang"."""
    segments = [_NO_WORD.sub(" ", unquote(one).rsplit(".", 1)[0]).strip() for one in urlsplit(url).path.split("/")]
    return max(segments, key=len, default="")


def _make_item(entry: Entry) -> Item:
    """What the sitemap says of an article."""
    return Item(
        external_id=entry.url,
        kind="article",
        url=entry.url,
        title=entry.title,
        published=entry.published,
        published_precision=entry.precision,
        language=entry.language,
        publisher=entry.publisher,
    )


def _hash(url: str) -> str:
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()
