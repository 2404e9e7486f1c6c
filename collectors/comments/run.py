"""What one run of a page source remembers: which comments stood on which page, and which are missed since when.

A comment is gone when its page, read whole, lacks it twice in a row (docs/decisions/0041). A page that suddenly
shows none at all is broken, not emptied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from collectors.collector import Collected, Cursor, ParseError
from collectors.fetcher import Reply
from collectors.item import Item
from collectors.page import Page

# When so many vanish at once it may be the site that is broken: only days later are they believed to be gone.
MANY = 3
PATIENCE = timedelta(days=2)
MAX_KNOWN = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPage:
    """A page as it was read last: for a conditional request, its comments in order, and where it goes on."""

    page: Page | None = None
    ids: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Missed:
    page: str
    since: datetime


class Reading:
    """The pages of one run; its cursors are true for the pages read so far."""

    def __init__(self, cursor: Cursor, now: datetime) -> None:
        self.now = now
        self.read: dict[str, KnownPage] = {}
        address = cursor.state.get("address")
        self.address = address if isinstance(address, str) else None  # what the comments of all pages stand under
        self._known = _pages_from_json(cursor.state.get("pages"))
        if cursor.anew:
            self._known = {url: replace(known, page=None) for url, known in self._known.items()}
        self._missed = _missed_from_json(cursor.state.get("missed"))
        self._before = {one for page in self._known.values() for one in page.ids}
        self._broken = False

    def get_known(self, url: str) -> KnownPage:
        """The page as it was read last; an empty one where it never was."""
        return self._known.get(url, KnownPage())

    def keep(self, url: str, known: KnownPage, page: Page) -> Collected:
        """The page did not change."""
        self.read[url] = KnownPage(page=page, ids=known.ids, pages=known.pages)
        return Collected(cursor=self._get_cursor(self._missed), unchanged=len(known.ids))

    def take(self, url: str, page: Page, items: Iterable[Item], pages: tuple[str, ...]) -> Collected:
        """The page came anew with these comments."""
        found = tuple(items)
        known = self.get_known(url)
        if known.ids and not found:
            self._broken = True
            # Without what a conditional request needs: the next run reads it whole again.
            self.read[url] = KnownPage(ids=known.ids, pages=known.pages)
            note = f"{url} shows none of the {len(known.ids)} comments it had; nothing was marked as gone"
            return Collected(cursor=self._get_cursor(self._missed), note=note)
        ids = tuple(item.external_id for item in found)
        self.read[url] = KnownPage(page=page, ids=ids, pages=pages)
        nothing = f"no comments were found in {url}" if not found and not self._known else None
        return Collected(items=found, cursor=self._get_cursor(self._missed), note=nothing)

    def is_loop(self, url: str) -> bool:
        """Does this page show just what another page of this run showed? Then its links lead nowhere new."""
        ids = set(self.read[url].ids)
        return any(ids == set(page.ids) for other, page in self.read.items() if other != url)

    def finish(self, complete: bool) -> Collected:
        """The end of the run: what is gone. `complete`: every page that the others named was read."""
        seen = {one for page in self.read.values() for one in page.ids}
        missed = {one: miss for one, miss in self._missed.items() if one not in seen}
        if self._broken or not complete:
            self._known = self._known | self.read
            return Collected(cursor=self._get_cursor(missed))
        lost = {one: url for url, page in self._known.items() for one in page.ids if one not in seen}
        lost = {one: url for one, url in lost.items() if one not in self._find_rolled(seen)}
        is_many = len(lost) + len(missed) > max(MANY, len(self._before) / 2)
        gone = tuple(one for one, miss in missed.items() if self._is_gone(miss, is_many))
        missed = {one: miss for one, miss in missed.items() if one not in gone}
        missed |= {one: _Missed(url, self.now) for one, url in lost.items() if one not in missed and one not in gone}
        self._known = self.read
        return Collected(gone=gone, cursor=self._get_cursor(missed))

    def _is_gone(self, miss: _Missed, is_many: bool) -> bool:
        page = self.read.get(miss.page)
        whole = page is None or (page.page is not None and page.page.full_at == self.now)
        return whole and (not is_many or self.now - miss.since >= PATIENCE)

    def _find_rolled(self, seen: set[str]) -> frozenset[str]:
        """What a page that shows only its newest entries pushed out at its end, when as many new ones came."""
        if len(self.read) != 1:
            return frozenset()
        (url, page), *_ = self.read.items()
        ids = self.get_known(url).ids
        lost = [one for one in ids if one not in seen]
        came = sum(1 for one in page.ids if one not in self._before)
        if not lost or came < len(lost) or lost[0].startswith("comment:"):
            return frozenset()
        at_end = lost in (list(ids[-len(lost) :]), list(ids[: len(lost)]))
        return frozenset(lost) if at_end else frozenset()

    def _get_cursor(self, missed: dict[str, _Missed]) -> Cursor:
        known = self._known | self.read
        state = {"address": self.address, "pages": _pages_to_json(known), "missed": _missed_to_json(missed)}
        return Cursor(state=state)


def check_page(reply: Reply, url: str) -> None:
    """ParseError when the answer is plainly no web page."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and not any(word in kind for word in ("html", "xml", "text/plain", "octet-stream")):
        raise ParseError(url, f"the answer is {kind[:60]} where a web page was expected")


def is_same_site(one: str, other: str) -> bool:
    """Do two addresses name one host? Pages of comments never go on elsewhere."""
    try:
        return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()
    except ValueError:
        return False


def _pages_to_json(pages: dict[str, KnownPage]) -> dict[str, object]:
    return {
        url: {
            "page": known.page.to_json() if known.page else None,
            "ids": list(known.ids[:MAX_KNOWN]),
            "pages": list(known.pages),
        }
        for url, known in pages.items()
    }


def _pages_from_json(value: object) -> dict[str, KnownPage]:
    """What `_pages_to_json` gave; an entry that cannot be read is forgotten, which costs one full fetch."""
    pages = {}
    for url, entry in value.items() if isinstance(value, dict) else ():
        if isinstance(entry, dict):
            pages[str(url)] = KnownPage(
                page=Page.from_json(entry.get("page")), ids=_texts(entry.get("ids")), pages=_texts(entry.get("pages"))
            )
    return pages


def _texts(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _missed_to_json(missed: dict[str, _Missed]) -> dict[str, object]:
    return {one: [miss.page, miss.since.isoformat(timespec="seconds")] for one, miss in missed.items()}


def _missed_from_json(value: object) -> dict[str, _Missed]:
    missed = {}
    for one, entry in value.items() if isinstance(value, dict) else ():
        match entry:
            case [str(page), str(since)]:
                missed[str(one)] = _Missed(page, datetime.fromisoformat(since))
    return missed
