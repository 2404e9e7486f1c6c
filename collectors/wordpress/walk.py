"""Reads a whole list of a WordPress site page by page, and can go on in another run exactly where it was left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.collector import ParseError
from collectors.wordpress.listing import Listing
from collectors.wordpress.memory import Walk
from collectors.wordpress.rest import Name, Page, Rest


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One page of a walk: every entry of the list with an id above `above`, up to `upto`."""

    listing: Listing
    above: int
    upto: int | None  # None: to the end of the list


def walk_list(rest: Rest, name: Name, walk: Walk, *, ids: bool = False) -> Iterator[Step]:
    """The pages from where the walk stands, until its end or the end of what one run may read.

    Oldest id first, since only that order stays while new entries come. The walk stands behind a page
    when the page is given out.
    """
    resumed = walk.offset > 0
    again = False
    while not walk.done and not rest.exhausted:
        page = rest.ask(
            name, ids=ids, after=walk.after, posts=walk.posts, orderby="id", order="asc", offset=walk.offset
        )
        if not again and _has_slid(walk, page, resumed):
            walk.offset = max(0, walk.offset - page.size)
            again, resumed = True, False
            continue
        listing = rest.parse(page, "parse_ids" if ids else f"parse_{name}")
        yield _advance(rest, walk, page, listing, again)
        again = resumed = False


def _has_slid(walk: Walk, page: Page, resumed: bool) -> bool:
    """Did entries before our place vanish, so that unread ones slid past it? Between runs, new ones can hide that."""
    if page.total is None or walk.total is None or walk.offset == 0:
        return False
    return page.total < walk.total or (resumed and page.total != walk.total)


def _advance(rest: Rest, walk: Walk, page: Page, listing: Listing, again: bool) -> Step:
    highest = max((entry.id for entry in listing.entries), default=walk.last)
    if listing.entries and highest <= walk.last and not again:
        raise ParseError(rest.spec.url, "its REST interface gives the same page again and again")
    above = walk.last
    walk.last = max(walk.last, highest)
    walk.offset += page.size
    walk.total = page.total
    # A page may be shorter than its size in the middle: WordPress counts comments of posts that it does not show.
    walk.done = walk.offset >= page.total if page.total is not None else len(listing) == 0
    moved = [entry.moved for entry in listing.entries if entry.moved]
    walk.newest = max([*moved, *([walk.newest] if walk.newest else [])], default=None)
    return Step(listing=listing, above=above, upto=None if walk.done else walk.last)
