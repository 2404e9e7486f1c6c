"""One list of a WordPress site, its comments or its posts: read whole once, then polled, then swept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.collector import BadItem
from collectors.item import Item
from collectors.wordpress.listing import Entry
from collectors.wordpress.memory import MAX_MARKS, Stream, Walk
from collectors.wordpress.rest import Name, Rest
from collectors.wordpress.sweep import Sweep
from collectors.wordpress.walk import walk_list


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What one page gave; the memory already stands for it."""

    items: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()
    bad: tuple[BadItem, ...] = ()
    unchanged: int = 0


class Reader:
    """Reads one list and keeps its memory true page by page: a run may end after any of them."""

    def __init__(self, rest: Rest, name: Name, memory: Stream) -> None:
        self._rest = rest
        self._name = name
        self._memory = memory
        self._now = rest.context.now()

    def follow(self) -> Iterator[Found]:
        """The whole list the first time, over as many runs as it takes; from then on what moves."""
        if self._memory.swept is None or self._memory.walk is not None:
            yield from self.read()
        else:
            yield from self.poll()

    def read(self, posts: tuple[int, ...] = ()) -> Iterator[Found]:
        """The whole list, or all comments of some posts; a walk that was begun comes first."""
        if self._memory.walk is None:
            self._memory.walk = Walk(began=self._now, posts=posts)
        yield from self._go_on()

    def poll(self, posts: tuple[int, ...] = ()) -> Iterator[Found]:
        """What moved since the last poll, less the overlap. One request, and no parsing, when nothing did."""
        memory = self._memory
        after = memory.newest - self._rest.options.overlap if memory.newest else None
        page = self._rest.ask(self._name, after=after, posts=posts, orderby="id", order="desc")
        if page.reply.digest == memory.digest and page.total == memory.total:
            yield Found(unchanged=memory.shown)
            return
        listing = self._rest.parse(page, f"parse_{self._name}")
        fresh = [entry for entry in listing.entries if memory.marks.get(entry.id) != entry.mark]
        self._remember(listing.entries)
        memory.digest, memory.total, memory.shown = page.reply.digest, page.total, len(listing)
        if len(listing) >= page.size if page.total is None else page.total > page.size:
            memory.walk = Walk(began=self._now, after=after, posts=posts)
        else:
            self._advance(entry.moved for entry in listing.entries)
        yield Found(items=_items(fresh), bad=listing.bad, unchanged=len(listing.entries) - len(fresh))
        yield from self._go_on()

    def sweep(self, posts: tuple[int, ...] = ()) -> Iterator[Found]:
        """What a poll cannot see, when it is time: edits, late approvals and deletions of the last `sweep_days`."""
        memory = self._memory
        if memory.sweep is None and self._is_due():
            after = self._now - timedelta(days=self._rest.options.sweep_days)
            memory.sweep = Walk(began=self._now, after=after, posts=posts)
        walk = memory.sweep
        if walk is None or walk.after is None:
            return
        sweep = Sweep(self._rest, self._name, walk.after)
        only_ids = self._name == "posts"  # their edits show in what moved
        for step in walk_list(self._rest, self._name, walk, ids=only_ids):
            back, gone = sweep.compare(step)
            if walk.done:
                memory.sweep, memory.swept = None, walk.began
            items = () if only_ids else _items(step.listing.entries)
            yield Found(items=(*items, *back), gone=gone, bad=step.listing.bad)

    def _is_due(self) -> bool:
        swept, every = self._memory.swept, self._rest.options.sweep_every
        return swept is None or (swept != self._now and self._now - swept >= every)

    def _go_on(self) -> Iterator[Found]:
        """The walk from where it stands, if there is one."""
        memory, walk = self._memory, self._memory.walk
        if walk is None:
            return
        for step in walk_list(self._rest, self._name, walk):
            self._remember(step.listing.entries)
            if walk.done:
                memory.walk = None
                self._advance([walk.newest])
                if walk.after is None:  # it showed everything: as good as a sweep
                    memory.swept = memory.swept or walk.began
            yield Found(items=_items(step.listing.entries), bad=step.listing.bad)

    def _remember(self, entries: Iterable[Entry]) -> None:
        """Keep the marks of the newest entries, so that unchanged ones need not be offered again."""
        marks = self._memory.marks | {entry.id: entry.mark for entry in entries}
        self._memory.marks = {number: marks[number] for number in sorted(marks)[-MAX_MARKS:]}

    def _advance(self, moved: Iterable[datetime | None]) -> None:
        """Move the point from which the next poll looks; a time to come would hide what comes before it."""
        times = [min(time, self._now) for time in (*moved, self._memory.newest) if time is not None]
        self._memory.newest = max(times, default=None)


def _items(entries: Iterable[Entry]) -> tuple[Item, ...]:
    return tuple(entry.item for entry in entries)
