"""WordPress sites: their articles and comments through REST, or through their feeds where REST is closed.

Each way gives the same identities: `post:{id}` and `comment:{id}`. What each cannot see: docs/sources/wordpress.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cached_property
from itertools import chain

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.item import Item
from collectors.options import WordPressOptions
from collectors.wordpress.feeds import FeedReader
from collectors.wordpress.memory import MAX_WATCHED, Memory, Stream
from collectors.wordpress.rest import MAX_PAGES, SIZE, Rest, RestClosedError, find_root, is_lone_list, look_at
from collectors.wordpress.stream import Found, Reader

RETRY = timedelta(days=1)  # how long a closed REST interface is left alone


class WordPressCollector:
    """One WordPress site: a batch per page, each with a cursor that goes on exactly behind it."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """Articles before comments, so that a comment's thread is known when it comes."""
        memory = Memory.from_cursor(cursor)
        now = context.now()
        if memory.closed is None or now - memory.closed >= RETRY:
            try:
                yield from _read_rest(spec, memory, context)
            except RestClosedError as error:
                memory.root, memory.closed, memory.why = None, now, str(error)
            else:
                return
        yield from _read_feeds(spec, memory, context)


def _read_rest(spec: SourceSpec, memory: Memory, context: Context) -> Iterator[Collected]:
    """Everything through REST; RestClosedError only before anything was read."""
    if memory.root is not None:
        try:
            yield from _Site(Rest(spec, context, memory.root), memory).read()
        except RestClosedError:  # it may have moved: with other permalinks it has another address
            memory.root = None
        else:
            return
    reply = look_at(spec, context)
    if is_lone_list(reply):
        listing = context.sandbox.call("collectors.wordpress.listing:parse_mixed", reply.body, spec.url)
        yield _to_batch(Found(items=tuple(entry.item for entry in listing.entries), bad=listing.bad), memory)
        return
    memory.root = find_root(spec, context, reply)
    yield from _Site(Rest(spec, context, memory.root), memory).read()


def _read_feeds(spec: SourceSpec, memory: Memory, context: Context) -> Iterator[Collected]:
    """Everything that the feeds show; the note of the run says that it is less."""
    reader = FeedReader(spec, memory, context)
    note = f"REST is closed ({memory.why}): read from the feeds, which show no deletions"
    wanted = spec.keep == "matching" or (isinstance(spec.options, WordPressOptions) and spec.options.posts)
    found = [reader.read_posts()] if wanted else []
    found += [reader.read_comments()] if spec.comments else []
    for each in chain(*found):
        yield _to_batch(each, memory, note)
    if reader.failed:
        yield _to_batch(Found(), memory, f"{note}; {reader.failed} articles' comments could not be read")


def _to_batch(found: Found, memory: Memory, note: str | None = None) -> Collected:
    return Collected(
        items=found.items,
        gone=found.gone,
        bad=found.bad,
        unchanged=found.unchanged,
        cursor=memory.to_cursor(),
        note=note,
    )


class _Site:
    """One run through a site's REST interface."""

    def __init__(self, rest: Rest, memory: Memory) -> None:
        self._rest = rest
        self._spec = rest.spec
        self._memory = memory
        self._posts = Reader(rest, "posts", memory.posts)
        self._comments = Reader(rest, "comments", memory.comments)
        self._note: str | None = None

    @cached_property
    def _feeds(self) -> FeedReader:
        return FeedReader(self._spec, self._memory, self._rest.context)

    def read(self) -> Iterator[Collected]:
        """Poll what moves, then sweep what is due."""
        for found in self._find():
            self._memory.opened, self._memory.closed = True, None
            yield _to_batch(found, self._memory, self._note)
        if self._rest.exhausted:
            note = f"{MAX_PAGES} pages were read; the next run goes on behind them"
            yield _to_batch(Found(), self._memory, note)

    def _find(self) -> Iterator[Found]:
        matching = self._spec.keep == "matching"
        with_posts = self._rest.options.posts or matching  # a matching comment needs its thread kept
        if with_posts:
            for found in self._posts.follow():
                if matching:
                    self._watch(found.items)
                if self._memory.no_comments:
                    self._feeds.watch(found.items)
                yield found
            yield from self._posts.sweep()
        if not self._spec.comments:
            return
        try:
            yield from self._find_watched() if matching else self._comments.follow()
            self._memory.no_comments = False
        except RestClosedError:
            if "posts" not in self._rest.answered:
                raise
            yield from self._find_fed()
            return
        if not matching or self._memory.watched:
            yield from self._comments.sweep(tuple(self._memory.watched) if matching else ())

    def _find_fed(self) -> Iterator[Found]:
        """Comments from the feeds, where REST shows the posts only."""
        if not self._memory.no_comments:  # read the posts once more: whose comment feeds are there?
            self._memory.no_comments, self._memory.posts = True, Stream()
        self._note = "REST shows no comments: they are read from the feeds, which show no deletions"
        yield from self._feeds.read_comments()

    def _watch(self, items: Iterable[Item]) -> None:
        """Remember the posts that are wanted, for `watch_days`, so that only their comments are asked for."""
        memory, now = self._memory, self._rest.context.now()
        for item in items:
            number = int(item.external_id.removeprefix("post:"))
            if number not in memory.watched and self._rest.context.wanted(f"{item.title or ''}\n{item.text}"):
                memory.watched[number] = now
                memory.unread.append(number)

    def _find_watched(self) -> Iterator[Found]:
        memory, now = self._memory, self._rest.context.now()
        limit = timedelta(days=self._spec.watch_days)
        alive = [number for number, since in memory.watched.items() if now - since < limit][-MAX_WATCHED:]
        memory.watched = {number: memory.watched[number] for number in alive}
        known = tuple(number for number in alive if number not in memory.unread)
        if memory.comments.walk is not None:
            yield from self._comments.read()
        while memory.unread and memory.comments.walk is None and not self._rest.exhausted:
            chunk, memory.unread = memory.unread[:SIZE], memory.unread[SIZE:]
            yield from self._comments.read(tuple(chunk))
        if known and memory.comments.walk is None and not self._rest.exhausted:
            yield from self._comments.poll(tuple(alive))
