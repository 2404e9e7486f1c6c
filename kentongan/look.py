"""What an address offers, for who wants to add it: which kinds of source could read it, the best first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from collectors.collector import CollectError, ParseError
from collectors.discovery import find_feeds
from collectors.fetcher import Reply, Visit
from collectors.sandbox import Sandbox

_HEAD = 64 * 1024  # bytes of an answer that are searched for marks
_SITEMAP = re.compile(rb"<(urlset|sitemapindex)[\s>]")
_NEWS = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S*news\S*)")
_ISSO = re.compile(rb"""data-isso\s*=\s*["']([^"'<>]{1,500})["']""")
_ROOT = re.compile(r"<(https?://[^>]*?)/?(?:index\.php/)?(?:wp-json/?|\?rest_route=/)>")
_WORDPRESS = "https://api.w.org/"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to read a place."""

    kind: str
    url: str
    why: str


def look_at(url: str, visit: Visit, sandbox: Sandbox) -> list[Offer]:
    """Fetch the address and name every way to read it; CollectError when it cannot be fetched."""
    reply = visit.get(url, robots=True)
    return list(dict.fromkeys(_find_offers(reply, visit, sandbox)))


def _find_offers(reply: Reply, visit: Visit, sandbox: Sandbox) -> Iterator[Offer]:
    url, head = reply.moved or reply.url, reply.body[:_HEAD]
    if (entries := _count("collectors.feed:parse_feed", reply, sandbox)) is not None:
        yield Offer("feed", url, f"it is a feed with {entries} entries")
        return
    if _SITEMAP.search(head):
        yield Offer("sitemap", url, "it is a sitemap")
        return
    if _WORDPRESS in reply.headers.get("link", "") or _WORDPRESS.encode() in head:
        yield Offer(
            "wordpress", _get_site(reply, url), "it is made with WordPress, which gives articles and comments"
        )
    if comments := _count("collectors.webpage:parse_comments", reply, sandbox):
        yield Offer("webpage", url, f"the page itself shows {comments} comments")
    for service in _ISSO.findall(head):
        yield Offer("isso", urljoin(url, service.decode("utf-8", "replace")), "its comments come from an Isso server")
    for feed in find_feeds(reply.body, url, reply.headers):
        yield Offer("feed", feed, "the page names this feed")
    yield from _find_sitemaps(url, visit)
    yield Offer("article", url, "one article or page, watched for its comments")


def _count(parser: str, reply: Reply, sandbox: Sandbox) -> int | None:
    """How many items a parser finds in the answer; None where it is nothing for this parser."""
    try:
        return len(sandbox.call(parser, reply.body, reply.url))
    except ParseError:
        return None


def _get_site(reply: Reply, url: str) -> str:
    """The address of a WordPress site: what stands before `wp-json` in its link, else the page's host."""
    match = _ROOT.search(reply.headers.get("link", ""))
    return f"{match[1]}/" if match else urljoin(url, "/")


def _find_sitemaps(url: str, visit: Visit) -> Iterator[Offer]:
    """The news sitemaps that the site's robots.txt names."""
    try:
        robots = visit.get(urljoin(url, "/robots.txt"))
    except CollectError:
        return
    for address in _NEWS.findall(robots.body[:_HEAD].decode("utf-8", "replace"))[:3]:
        if urlsplit(address).scheme in {"http", "https"}:
            yield Offer("sitemap", address, "robots.txt names this news sitemap")
