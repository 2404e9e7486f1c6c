"""What an address offers, for who wants to add it: which kinds of source could read it, the best first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from collectors.collector import CollectError, ParseError
from collectors.discovery import get_common_places
from collectors.fetcher import Reply, Visit
from collectors.sandbox import Sandbox

LITTLE = 200  # characters; a page with less text of its own is no article
_HEAD = 64 * 1024  # bytes of an answer that are searched for marks
_SITEMAP = re.compile(rb"<(urlset|sitemapindex)[\s>]")
_NEWS = re.compile(r"(?im)^\s*sitemap\s*:\s*(\S+)")
_ISSO = re.compile(rb"""data-isso\s*=\s*["']([^"'<>]{1,500})["']""")
_ROOT = re.compile(r"<(https?://[^>]*?)/?(?:index\.php/)?(?:wp-json/?|\?rest_route=/)>")
_WORDPRESS = "https://api.w.org/"
_MARKUP = re.compile(rb"(?i)<(?:!doctype|html|head|body|\?xml)")

NOTHING = (
    "it answers, but there is nothing to collect: it links no feed, is not made with WordPress, its robots.txt names "
    "no sitemap, and no comments and no article stand in the page"
)
NO_PAGE = "it answers, but with something that is no web page, no feed and no sitemap"


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to read a place."""

    kind: str
    url: str
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found at an address; where nothing was, the sentence that says what is missing."""

    offers: tuple[Offer, ...]
    missing: str = ""


def complete_address(said: str) -> str:
    """An address as a person pastes it, with its scheme."""
    said = said.strip()
    return said if "://" in said else f"https://{said}"


def look_at(url: str, visit: Visit, sandbox: Sandbox) -> Looked:
    """Fetch the address and name every way to read it; CollectError when it cannot be fetched."""
    reply = visit.get(url, robots=True)
    offers = tuple({(offer.kind, offer.url): offer for offer in _find_offers(reply, visit, sandbox)}.values())
    missing = NOTHING if _MARKUP.search(reply.body[:_HEAD]) else NO_PAGE
    return Looked(offers, "" if offers else missing)


def _find_offers(reply: Reply, visit: Visit, sandbox: Sandbox) -> Iterator[Offer]:
    url, head = reply.moved or reply.url, reply.body[:_HEAD]
    if (entries := _read("collectors.feed:parse_feed", reply, sandbox)) is not None:
        yield Offer("feed", url, f"it is a feed with {len(entries)} entries")
        return
    if _SITEMAP.search(head):
        yield Offer("sitemap", url, "it is a sitemap")
        return
    if not _MARKUP.search(head):
        return
    found = [*_find_in_page(reply, url, head, sandbox), *_find_sitemaps(url, visit)]
    yield from found or _find_unlinked_feed(url, visit, sandbox)
    article = _read("collectors.article:parse_article", reply, sandbox)
    if article and len(article[0].text) >= LITTLE:
        yield Offer("article", url, "one article or page, watched for its comments")


def _find_in_page(reply: Reply, url: str, head: bytes, sandbox: Sandbox) -> Iterator[Offer]:
    """What the page itself says of the ways to read it."""
    if _WORDPRESS in reply.headers.get("link", "") or _WORDPRESS.encode() in head:
        yield Offer(
            "wordpress", _get_site(reply, url), "it is made with WordPress, which gives articles and comments"
        )
    if comments := _read("collectors.webpage:parse_comments", reply, sandbox):
        yield Offer("webpage", url, f"the page itself shows {len(comments)} comments")
    for service in _ISSO.findall(head):
        yield Offer("isso", urljoin(url, service.decode("utf-8", "replace")), "its comments come from an Isso server")
    for feed in _read("collectors.discovery:find_feeds", reply, sandbox) or ():
        yield Offer("feed", feed, "the page names this feed")


def _read(parser: str, reply: Reply, sandbox: Sandbox) -> Any:
    """What a parser finds in the answer; None where it is nothing for this parser."""
    try:
        return sandbox.call(parser, reply.body, reply.url, headers=dict(reply.headers))
    except ParseError:
        return None


def _get_site(reply: Reply, url: str) -> str:
    """The address of a WordPress site: what stands before `wp-json` in its link, else the page's host."""
    match = _ROOT.search(reply.headers.get("link", ""))
    return f"{match[1]}/" if match else urljoin(url, "/")


def _find_sitemaps(url: str, visit: Visit) -> Iterator[Offer]:
    """The sitemaps that the site's robots.txt names: those of news, else the first one."""
    try:
        robots = visit.get(urljoin(url, "/robots.txt"))
    except CollectError:
        return
    named = _NEWS.findall(robots.body[:_HEAD].decode("utf-8", "replace"))
    web = [address for address in named if urlsplit(address).scheme in {"http", "https"}]
    news = [address for address in web if "news" in address.lower()]
    for address in news[:3]:
        yield Offer("sitemap", address, "robots.txt names this news sitemap")
    for address in web[:1] if not news else ():
        yield Offer("sitemap", address, "robots.txt names this sitemap")


def _find_unlinked_feed(url: str, visit: Visit, sandbox: Sandbox) -> Iterator[Offer]:
    """The feed at one of the places where sites commonly keep one, if the page names none."""
    for place in get_common_places(url):
        try:
            reply = visit.get(place, robots=True)
        except CollectError:
            continue
        if _read("collectors.feed:parse_feed", reply, sandbox):
            yield Offer("feed", reply.url, "the page names no feed, but the site has this one")
            return
