"""RSS, Atom, RDF and JSON feeds: one item an entry, with the article behind it and its comments where wanted.

This module knows what is asked when; the bytes are read in feeds/document.py, in the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.collector import Collected, Context, Cursor, FetchError, HeldError, ParseError, SourceSpec
from collectors.discovery import get_common_places
from collectors.feeds.page import Reading, has_page, read_page, read_watch
from collectors.feeds.record import Feed
from collectors.feeds.state import FeedState, Older
from collectors.options import FeedOptions
from collectors.page import Page, fetch_page
from collectors.watch import due, prune

if TYPE_CHECKING:
    from collectors.fetcher import Reply
    from collectors.item import Item

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_PAGES_A_BATCH = 10  # article pages read before what they gave is handed on
_RETRY = "!"  # before the digest of an entry whose page failed: it is read again at the next poll
_BARE = "-"  # before the digest of an entry whose page was never read: we hold what the feed itself says


def parse_feed(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[Item]:
    """The items of a feed, in its order; ParseError says what came instead of one."""
    from collectors.feeds.document import parse_document

    return list(parse_document(body, url, headers).items)


class FeedCollector:
    """Feeds of every dialect; a site's address will do, its feed is looked for and remembered."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        run = _Run(spec, context, FeedState.from_cursor(cursor, spec))
        yield from run.read_newest()
        yield from run.read_older()
        yield from run.read_watches()


class _Run:
    """One poll of one feed: every batch it gives carries the state that is true once that batch is stored."""

    def __init__(self, spec: SourceSpec, context: Context, state: FeedState) -> None:
        self._spec = spec
        self._context = context
        self._state = state
        self._pages = spec.options.pages if isinstance(spec.options, FeedOptions) else FeedOptions().pages

    def read_newest(self) -> Iterator[Collected]:
        """The feed itself: nothing if it is unchanged, else its new and changed entries."""
        first = not self._state.is_feed
        feed, page = self._open()
        if feed is None:
            self._state = replace(self._state, page=page)
            yield Collected(unchanged=len(self._state.digests), cursor=self._state.to_cursor())
            return
        older = Older(url=feed.next, left=self._pages - 1) if first and feed.next and self._pages > 1 else None
        self._state = replace(self._state, is_feed=True, older=older or self._state.older)
        yield from self._give(feed, page)

    def read_older(self) -> Iterator[Collected]:
        """The pages of older entries, on the first run; what a run does not reach, the next one goes on with."""
        seen = {self._state.url}
        held = set(self._state.digests)
        while (older := self._state.older) is not None:
            following, note = None, None
            seen.add(older.url)
            try:
                reply = self._context.visit.get(older.url, accept=ACCEPT)
                feed = self._parse(reply, {})
            except (FetchError, ParseError) as error:
                note = f"older entries could not be read: {error}"
                following = None if error.permanent or isinstance(error, ParseError) else older.url
                self._state = replace(self._state, older=_shorten(older, following))
                yield Collected(cursor=self._state.to_cursor(), note=note)
                return
            if feed.next and feed.next not in seen and not held.issuperset(feed.digests):
                following = feed.next
            held.update(feed.digests)
            yield from self._give(feed, self._state.page, newest=False, older=_shorten(older, following))

    def read_watches(self) -> Iterator[Collected]:
        """The comments under the articles whose time has come."""
        now = self._context.now()
        self._state = replace(self._state, watches=prune(self._state.watches, now, self._spec.watch_days))
        waiting = [watch for watch in self._state.watches if due(watch, now)]
        for start in range(0, len(waiting), _PAGES_A_BATCH):
            reading = Reading(watches=self._state.watches)
            for watch in waiting[start : start + _PAGES_A_BATCH]:
                read_watch(watch, self._context, reading)
            self._state = replace(self._state, watches=reading.watches)
            yield Collected(items=tuple(reading.items), cursor=self._state.to_cursor(), note=reading.note)

    def _open(self) -> tuple[Feed | None, Page | None]:
        """The feed, if it changed; found anew where its remembered address is no more."""
        try:
            reply, page = self._fetch(self._state.url, self._state.page)
        except FetchError as error:
            if self._state.url == self._spec.url or error.status not in {404, 410}:
                raise
            self._state = replace(self._state, url=self._spec.url, is_feed=False, page=None)
            reply, page = self._fetch(self._spec.url, None)
        if reply is None:
            return None, page
        try:
            return self._read(self._state.url, reply), page
        except ParseError:
            if self._state.is_feed or not _is_page(reply):
                raise
        return self._discover(reply)

    def _discover(self, page: Reply) -> tuple[Feed, Page]:
        """The first feed that a web page links, or that answers where sites commonly keep one."""
        links = self._context.sandbox.call("collectors.discovery:find_feeds", page.body, page.url, dict(page.headers))
        for address in dict.fromkeys([*links, *get_common_places(page.url)]):
            try:
                reply, found = self._fetch(address, None)
                if reply is not None:
                    return self._read(address, reply), found
            except HeldError:
                raise  # the host asks us to wait: nothing is known of its other addresses
            except (FetchError, ParseError):
                continue
        raise ParseError(
            self._spec.url, "the answer is a web page that links no feed, and none answers at the usual addresses"
        )

    def _fetch(self, url: str, page: Page | None) -> tuple[Reply | None, Page]:
        return fetch_page(self._context.visit, url, page, self._context.now(), accept=ACCEPT)

    def _read(self, url: str, reply: Reply) -> Feed:
        feed = self._parse(reply, self._state.digests)
        self._state = replace(self._state, url=reply.moved or url)
        return feed

    def _parse(self, reply: Reply, known: Mapping[str, str]) -> Feed:
        feed: Feed = self._context.sandbox.call(
            "collectors.feeds.document:parse_document",
            reply.body,
            reply.url,
            dict(reply.headers),
            zone=self._spec.zone,
            known={name: digest.removeprefix(_BARE) for name, digest in known.items()},
        )
        return feed

    def _give(
        self, feed: Feed, page: Page | None, *, newest: bool = True, older: Older | None = None
    ) -> Iterator[Collected]:
        """The items of a document with what their pages say, a few pages a batch.

        What the document was (page, digests) and where the older ones go on is remembered only with its last batch,
        so that a run which ends in between reads the rest again.
        """
        known = self._state.digests
        fresh = {item.external_id for item in feed.items}
        settled = {name: digest for name, digest in feed.digests.items() if name not in fresh}
        reading, pages = Reading(watches=self._state.watches), 0
        for item in feed.items:
            if pages == _PAGES_A_BATCH:
                yield self._close(reading, {**known, **settled} if newest else known)
                reading, pages = Reading(watches=self._state.watches), 0
            if not has_page(item, self._spec, self._context):
                settled[item.external_id] = feed.digests[item.external_id]
                reading.items.append(item)
                continue
            pages += 1
            settled[item.external_id] = self._read_page(item, feed.digests[item.external_id], reading)
        if not newest:
            self._state = replace(self._state, older=older)
        else:
            waits = any(digest.startswith(_RETRY) for digest in settled.values())
            self._state = replace(self._state, page=None if waits else page)
        yield self._close(reading, settled if newest else known, feed)

    def _read_page(self, item: Item, digest: str, reading: Reading) -> str:
        """Add an entry with what its page says; the digest to remember it by."""
        name, before = item.external_id, self._state.digests.get(item.external_id, _BARE)
        bare = before.removeprefix(_RETRY).startswith(_BARE)
        read_page(item, self._spec, self._context, reading, known=not bare)
        digest = _BARE + digest if bare and name in reading.failed else digest
        waits = name in reading.held or (name in reading.temporary and before != _RETRY + digest)
        return _RETRY + digest if waits else digest

    def _close(self, reading: Reading, digests: Mapping[str, str], feed: Feed | None = None) -> Collected:
        """One batch, with the state that is true once it is stored."""
        self._state = replace(self._state, watches=reading.watches, digests=digests)
        notes = [reading.note]
        if feed is not None and feed.left_out:
            notes.append(f"{feed.left_out} entries of this very long feed were left out")
        return Collected(
            items=tuple(reading.items),
            bad=feed.bad if feed else (),
            unchanged=feed.unchanged if feed else 0,
            cursor=self._state.to_cursor(),
            note="; ".join(filter(None, notes)) or None,
        )


_PAGE = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)


def _is_page(reply: Reply) -> bool:
    return "html" in reply.headers.get("content-type", "") or _PAGE.search(reply.body[:4096]) is not None


def _shorten(older: Older, following: str | None) -> Older | None:
    return Older(url=following, left=older.left - 1) if following and older.left > 1 else None
