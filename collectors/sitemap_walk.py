"""Which sitemaps a site has, and what those of them that changed say: robots.txt, indexes, the usual places."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from collectors.collector import CollectError, Context, FetchError, HeldError, ParseError, SourceSpec
from collectors.page import Page, fetch_page
from collectors.site import is_same_site, join_address

if TYPE_CHECKING:
    from collectors.sitemap_document import Entry, Sitemap

_PLACES = ("/sitemap.xml", "/news-sitemap.xml", "/sitemap-news.xml")
_FIND_EVERY = timedelta(days=1)
_MAX_ROOTS = 10
_MAX_MAPS = 50  # files read in one run
_MAX_CHILDREN = 20  # of one index: the newest
_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is remembered of one sitemap file."""

    page: Page | None = None
    children: tuple[str, ...] = ()  # of an index: they may change while it does not

    def to_json(self) -> dict[str, object]:
        return {"page": self.page.to_json() if self.page else None, "children": list(self.children)}

    @classmethod
    def from_json(cls, document: object) -> Known:
        match document:
            case {"page": page, "children": list(children)}:
                return cls(page=Page.from_json(page), children=tuple(str(child) for child in children))
        return cls()


@dataclass(kw_only=True, slots=True)
class Walk:
    """One round over a site's sitemaps."""

    spec: SourceSpec
    context: Context
    known: Mapping[str, Known]
    roots: tuple[str, ...] = ()
    found_at: datetime | None = None
    read: dict[str, Known] = field(default_factory=dict)  # what the next round should know
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    _opened: dict[str, Sitemap | None] = field(default_factory=dict)  # read while looking for the first

    def find_entries(self) -> list[Entry]:
        """The pages named by every sitemap that changed; an error if no sitemap of the site can be read."""
        entries: list[Entry] = []
        errors: list[CollectError] = []
        queue = deque(self._find_roots())
        while queue and len(self.read) < _MAX_MAPS:
            url = queue.popleft()
            if url in self.read and url not in self._opened:
                continue  # an index that names itself, or one of its parents
            try:
                sitemap = self._opened.pop(url) if url in self._opened else self._read(url)
            except HeldError:
                raise  # the host asks us to wait
            except (FetchError, ParseError) as error:
                errors.append(error)
                self.read[url] = self.known.get(url, Known())
                continue
            entries += sitemap.entries if sitemap else ()
            queue.extend(self.read[url].children)
        if errors and len(errors) == len(self.read):
            raise errors[0]
        if errors:
            self.notes.append(f"{len(errors)} sitemap(s) could not be read, the first because {errors[0]}")
        if queue:
            self.notes.append(f"{len(queue)} further sitemaps were left out")
        return entries

    def _read(self, url: str) -> Sitemap | None:
        """One file; None if it did not change."""
        known = self.known.get(url, Known())
        reply, page = fetch_page(self.context.visit, url, known.page, self.context.now(), robots=True)
        if reply is None:
            self.unchanged += 1
            self.read[url] = Known(page=page, children=known.children)
            return None
        sitemap: Sitemap = self.context.sandbox.call(
            "collectors.sitemap_document:parse_sitemap",
            reply.body,
            reply.url,
            dict(reply.headers),
            zone=self.spec.zone,
        )
        self.read[url] = Known(page=page, children=self._choose(sitemap, url))
        return sitemap

    def _choose(self, sitemap: Sitemap, url: str) -> tuple[str, ...]:
        """The sitemaps of an index that can name something new, news first, then the newest."""
        options = self.spec.options
        since = self.context.now() - timedelta(days=getattr(options, "days", 3))
        fresh = [
            (child, changed)
            for child, changed in sitemap.maps
            if (changed is None or changed >= since) and is_same_site(child, url)
        ]
        oldest = datetime.min.replace(tzinfo=since.tzinfo)
        fresh.sort(key=lambda one: ("news" in one[0].lower(), one[1] or oldest), reverse=True)
        if len(fresh) > _MAX_CHILDREN:
            self.notes.append(f"{url} names {len(fresh)} sitemaps; the {_MAX_CHILDREN} newest are read")
        return tuple(child for child, _ in fresh[:_MAX_CHILDREN])

    def _find_roots(self) -> tuple[str, ...]:
        """The sitemaps to begin with: the source's address itself, else what its site offers."""
        parts = urlsplit(self.spec.url)
        if "sitemap" in f"{parts.path}?{parts.query}".lower() or parts.path.endswith(
            (".xml", ".xml.gz", ".txt", ".gz")
        ):
            return (self.spec.url,)
        now = self.context.now()
        if self.roots and self.found_at is not None and now - self.found_at < _FIND_EVERY:
            return self.roots
        self.roots, self.found_at = self._ask_robots() or self._try_places(), now
        return self.roots

    def _ask_robots(self) -> tuple[str, ...]:
        """What robots.txt names; where some are for news, only those."""
        address = urljoin(self.spec.url, "/robots.txt")
        try:
            body = self.context.visit.get(address).body
        except HeldError:
            raise
        except FetchError:
            return ()
        lines = _LINE.findall(body[: 512 * 1024].decode("utf-8", "replace"))
        found = list(dict.fromkeys(url for line in lines if (url := join_address(address, line))))
        news = [
            url for url in found if "news" in urlsplit(url).path.lower() or "berita" in urlsplit(url).path.lower()
        ]
        return tuple((news or found)[:_MAX_ROOTS])

    def _try_places(self) -> tuple[str, ...]:
        """The first of the usual places where there is a sitemap."""
        for place in _PLACES:
            url = urljoin(self.spec.url, place)
            try:
                self._opened[url] = self._read(url)
            except HeldError:
                raise
            except (FetchError, ParseError):
                continue
            return (url,)
        raise ParseError(self.spec.url, "no sitemap is named in its robots.txt, and none is at the usual addresses")
