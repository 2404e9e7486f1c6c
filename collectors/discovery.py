"""The feeds of a web page: what it links as its alternates, and where sites commonly keep one."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from collectors.collector import ParseError
from collectors.site import join_address

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml")
_PLACES = ("feed/", "rss", "atom.xml", "feed.xml", "rss.xml")
_HEAD = 512 * 1024  # bytes of a page that are looked through
MAX_FEEDS = 5


def find_feeds(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[str]:
    """Absolute addresses of the feeds that a page links, in its order, those of its comments last."""
    from collectors.tree import parse_tree  # in the sandbox only

    try:
        tree = parse_tree(body[:_HEAD], url, headers)
    except ParseError:  # what is no page links nothing
        return []
    base = next((tag.get("href") for tag in tree.iter("base") if tag.get("href")), "")
    start = join_address(url, base) or url
    found: dict[str, bool] = {}
    for link in tree.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower().strip()
        address = join_address(start, link.get("href") or "") if link.get("href") else None
        if address and (("alternate" in rel and kind in _TYPES) or "feed" in rel):
            found.setdefault(address, "comment" in f"{address} {link.get('title') or ''}".lower())
    web = [address for address in found if urlsplit(address).scheme in {"http", "https"}]
    return sorted(web, key=lambda address: found[address])[:MAX_FEEDS]


def get_common_places(url: str) -> list[str]:
    """Where a site's feed commonly is, when its page names none."""
    return [urljoin(urljoin(url, "/"), place) for place in _PLACES]
