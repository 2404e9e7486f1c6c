"""A WordPress site through its feeds, where REST is closed: the same identities, but no deletions.

What `/feed/` and `/comments/feed/` hold is a window of ten or so; each article's own comment feed reaches further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from collectors.collector import Context, FetchError, HeldError, ParseError, SourceSpec
from collectors.feed import ACCEPT
from collectors.feeds.document import Feed
from collectors.fetcher import Reply
from collectors.item import Item
from collectors.options import WordPressOptions
from collectors.page import Page, fetch_page
from collectors.wordpress.memory import MAX_KEPT, MAX_QUEUE, FeedMemory, Memory
from collectors.wordpress.place import PlaceFinder, get_article, get_article_feed, get_site_feed
from collectors.wordpress.rest import MAX_PAGES
from collectors.wordpress.stream import Found

SWEEP = timedelta(days=1)
_NONE = (401, 403, 404)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_T = TypeVar("_T")


class FeedReader:
    """One run through a site's feeds."""

    def __init__(self, spec: SourceSpec, memory: Memory, context: Context) -> None:
        assert isinstance(spec.options, WordPressOptions)
        self._spec = spec
        self._context = context
        self._memory: FeedMemory = memory.feeds
        self._places = PlaceFinder(memory.feeds, context)
        self._now = context.now()
        # Through REST we had the whole text; a feed may hold an excerpt, which would look like an edit.
        self._known = context.held("post:", _EPOCH) if memory.opened else frozenset()
        self._asked = 0
        self.failed = 0  # articles whose comment feed could not be read

    def read_posts(self) -> Iterator[Found]:
        """The articles: page by page the first time, then the newest when they changed."""
        if self._memory.paged is None:
            yield from self._poll("posts", self._take_posts)
        while self._memory.paged is not None and not self.exhausted:
            reply = self._get(self._memory.paged)
            feed = self._parse(reply, {}) if reply is not None else Feed()
            new = [name for name in feed.digests if name not in self._memory.digests]
            self._memory.paged = self._memory.paged + 1 if new else None
            yield self._take_posts(feed)

    def read_comments(self) -> Iterator[Found]:
        """The site's newest comments; then those of single articles, where that window cannot be enough."""
        yield from self._poll("comments", self._take_comments)
        if self._memory.swept is None or self._now - self._memory.swept >= SWEEP:
            self._memory.swept = self._now
            self._enqueue(self._memory.recent)
        while self._memory.queue and not self.exhausted:
            article = self._memory.queue.pop(0)
            yield self._read_article(article)

    @property
    def exhausted(self) -> bool:
        """Has this run asked as much as one run may?"""
        return self._asked + self._places.asked >= MAX_PAGES

    def _get(self, number: int) -> Reply | None:
        """A page of the posts' feed; None behind the last one. A site without pretty permalinks is found out here."""
        styles = [self._memory.plain] if number > 1 else [False, True]
        for plain in styles:
            self._asked += 1
            address = get_site_feed(self._spec.url, "posts", plain=plain, number=number)
            reply = self._context.visit.get(address, accept=ACCEPT, statuses=_NONE)
            if reply.status == 200:
                self._memory.plain = plain
                return reply
        if number > 1:
            return None
        raise ParseError(self._spec.url, f"neither its REST interface nor its feed is open (HTTP {reply.status})")

    def _poll(self, name: str, take: Callable[[Feed], Found]) -> Iterator[Found]:
        """One of the site's two feeds, if it changed; nothing where the site has none."""
        address = get_site_feed(self._spec.url, name, plain=self._memory.plain)
        reply, page = self._fetch(address)
        if reply is None:
            self._remember(address, page)
            yield Found(unchanged=sum(key.startswith(name[:-1]) for key in self._memory.digests))
        elif reply.status == 200:
            feed = self._parse(reply, self._memory.digests)
            found = take(feed)
            if not self._places.waiting:
                self._remember(address, page)
            yield found

    def _fetch(self, address: str) -> tuple[Reply | None, Page]:
        self._asked += 1
        known = Page.from_json(self._memory.pages.get(address))
        return fetch_page(self._context.visit, address, known, self._now, accept=ACCEPT, statuses=_NONE)

    def _parse(self, reply: Reply, known: dict[str, str]) -> Feed:
        feed = self._context.sandbox.call(
            "collectors.feeds.document:parse_document",
            reply.body,
            reply.url,
            dict(reply.headers),
            zone=self._spec.zone,
            known=dict(known),
            wordpress_posts=True,
        )
        assert isinstance(feed, Feed)
        return feed

    def _take_posts(self, feed: Feed) -> Found:
        items, waiting = [], set()
        for item in feed.items:
            named = self._name_post(item)
            if named is None:
                waiting.add(item.external_id)
            elif named.external_id not in self._known:
                items.append(named)
        self.watch(feed.items)
        self._keep_digests(feed, waiting)
        return Found(items=tuple(items), bad=feed.bad, unchanged=feed.unchanged)

    def _take_comments(self, feed: Feed) -> Found:
        times = [item.published for item in feed.items if item.published]
        missed = self._memory.newest is not None and not feed.unchanged and times and min(times) > self._memory.newest
        if missed:  # more came than the window holds
            self._enqueue([*self._memory.recent, *(get_article(item.url) for item in feed.items if item.url)])
        named = {item.external_id: self._name_comment(item) for item in feed.items}
        self._keep_digests(feed, {name for name, item in named.items() if item is None})
        latest = [min(time, self._now) for time in times]
        self._memory.newest = max([*latest, self._memory.newest or _EPOCH])
        items = tuple(item for item in named.values() if item is not None)
        return Found(items=items, bad=feed.bad, unchanged=feed.unchanged)

    def _read_article(self, article: str) -> Found:
        """The comments of one article; what cannot be read is read again when all that is watched is."""
        address = get_article_feed(article)
        try:
            reply, page = self._fetch(address)
            feed = self._parse(reply, {}) if reply is not None and reply.status == 200 else Feed()
        except HeldError:
            raise
        except (FetchError, ParseError):
            self.failed += 1
            return Found()
        named = [self._name_comment(item) for item in feed.items]
        items = tuple(item for item in named if item is not None)
        if len(items) == len(named):
            self._remember(address, page)
        return Found(items=items, bad=feed.bad)

    def watch(self, posts: Iterable[Item]) -> None:
        """Read the comments of these articles now, and again while the articles are young."""
        wanted = [post for post in posts if post.url and self._spec.comments and self._is_wanted(post)]
        self._enqueue(post.url or "" for post in wanted)
        recent = self._memory.recent | {post.url or "": post.published or self._now for post in wanted}
        limit = self._now - timedelta(days=self._spec.watch_days)
        self._memory.recent = _keep({url: at for url, at in recent.items() if at >= limit})

    def _is_wanted(self, post: Item) -> bool:
        return self._spec.keep == "all" or self._context.wanted(f"{post.title or ''}\n{post.text}")

    def _enqueue(self, articles: Iterable[str]) -> None:
        self._memory.queue = list(dict.fromkeys([*self._memory.queue, *articles]))[:MAX_QUEUE]

    def _name_post(self, item: Item) -> Item | None:
        """The post under its own id; None when that cannot be known at the moment."""
        if item.external_id.startswith("post:") or not item.url:
            return item
        number = self._places.find(item.url)
        if self._places.failed:
            return None
        return replace(item, external_id=f"post:{number}") if number else item

    def _name_comment(self, item: Item) -> Item | None:
        """The comment under its post's id; None when that cannot be known at the moment."""
        if (item.thread or "").startswith("post:") or not item.url:
            return item
        number = self._places.find(get_article(item.url))
        if self._places.failed:
            return None
        return replace(item, thread=f"post:{number}") if number else item

    def _remember(self, address: str, page: Page) -> None:
        self._memory.pages.pop(address, None)
        self._memory.pages = _keep({**self._memory.pages, address: page.to_json()})

    def _keep_digests(self, feed: Feed, waiting: set[str]) -> None:
        fresh = {name: digest for name, digest in feed.digests.items() if name not in waiting}
        others = {name: digest for name, digest in self._memory.digests.items() if name not in feed.digests}
        self._memory.digests = _keep({**others, **fresh})


def _keep(entries: dict[str, _T]) -> dict[str, _T]:
    """The last of many: a cursor stays small."""
    return dict(list(entries.items())[-MAX_KEPT:])
