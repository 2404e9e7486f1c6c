"""WordPress sites: their articles and comments through REST, or through their feeds where REST is closed.

Each way gives the same identities: `post:{id}` and `comment:{id}`. What each cannot see: docs/sources/wordpress.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from collectors.collector import Collected, Context, Cursor, ParseError, SourceSpec
from collectors.item import Item
from collectors.wordpress_memory import MAX_WATCHED, Memory
from collectors.wordpress_rest import MAX_PAGES, SIZE, Rest, RestClosedError, find_root
from collectors.wordpress_stream import Found, Reader

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
        raise ParseError(spec.url, f"its REST interface is closed ({memory.why})")


def _read_rest(spec: SourceSpec, memory: Memory, context: Context) -> Iterator[Collected]:
    """Everything through REST; RestClosedError only before anything was read."""
    if memory.root is not None:
        try:
            yield from _Site(Rest(spec, context, memory.root), memory).read()
        except RestClosedError:  # it may have moved: with other permalinks it has another address
            memory.root = None
        else:
            return
    memory.root = find_root(spec, context)
    yield from _Site(Rest(spec, context, memory.root), memory).read()


class _Site:
    """One run through a site's REST interface."""

    def __init__(self, rest: Rest, memory: Memory) -> None:
        self._rest = rest
        self._spec = rest.spec
        self._memory = memory
        self._posts = Reader(rest, "posts", memory.posts)
        self._comments = Reader(rest, "comments", memory.comments)

    def read(self) -> Iterator[Collected]:
        """Poll what moves, then sweep what is due."""
        for found in self._find():
            self._memory.opened, self._memory.closed = True, None
            yield Collected(
                items=found.items,
                gone=found.gone,
                bad=found.bad,
                unchanged=found.unchanged,
                cursor=self._memory.to_cursor(),
            )
        if self._rest.exhausted:
            note = f"{MAX_PAGES} pages were read; the next run goes on behind them"
            yield Collected(cursor=self._memory.to_cursor(), note=note)

    def _find(self) -> Iterator[Found]:
        matching = self._spec.keep == "matching"
        with_posts = self._rest.options.posts or matching  # a matching comment needs its thread kept
        if with_posts:
            for found in self._posts.follow():
                if matching:
                    self._watch(found.items)
                yield found
        if self._spec.comments:
            yield from self._find_watched() if matching else self._comments.follow()
        if with_posts:
            yield from self._posts.sweep()
        if self._spec.comments and (not matching or self._memory.watched):
            yield from self._comments.sweep(tuple(self._memory.watched) if matching else ())

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
