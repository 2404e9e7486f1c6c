"""The feeds of a web page: what it links as its alternates, and where sites commonly keep one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml")
_PLACES = ("feed/", "rss", "atom.xml", "feed.xml", "rss.xml")
_HEAD = 512 * 1024  # bytes of a page that are looked through
MAX_FEEDS = 5


def find_feeds(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """Absolute addresses of the feeds that a page links, in its order, those of its comments last."""
    from selectolax.lexbor import LexborHTMLParser  # in the sandbox only

    from collectors.markup import decode

    tree = LexborHTMLParser(decode(body[:_HEAD], headers))
    base = tree.css_first("base[href]")
    start = urljoin(url, (base.attributes.get("href") or "") if base is not None else "")
    found: dict[str, bool] = {}
    for link in tree.css("link[href][rel]"):
        said = link.attributes
        rel, kind = (said.get("rel") or "").lower().split(), (said.get("type") or "").lower().strip()
        if ("alternate" in rel and kind in _TYPES) or "feed" in rel:
            address = urljoin(start, (said.get("href") or "").strip())
            found.setdefault(address, "comment" in f"{address} {said.get('title') or ''}".lower())
    web = [address for address in found if urlsplit(address).scheme in {"http", "https"}]
    return sorted(web, key=lambda address: found[address])[:MAX_FEEDS]


def get_common_places(url: str) -> list[str]:
    """Where a site's feed commonly is, when its page names none."""
    return [urljoin(urljoin(url, "/"), place) for place in _PLACES]
