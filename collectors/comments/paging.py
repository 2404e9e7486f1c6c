"""The other pages of a page's comments: WordPress' "comment-page-2", a guest book's "Berikutnya"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from lxml.html import HtmlElement

from collectors.site import join_address

_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?(?:#|$)|[?&]cpage=\d+")
_NUMBERED = re.compile(r"(?:/(?:comment-page-|page/|page-|hal/|halaman/|p)?\d{1,5})?/?$")
_NEXT = re.compile(
    r"^\W*(?:next|older(?: comments)?|more comments|berikutnya|selanjutnya|lebih lama|komentar (?:lama|sebelumnya)|"
    r"lanjut|"
    r"weiter|nächste(?: seite)?|ältere(?: kommentare)?|suivant|siguiente|›|»|>|>>)\W*$",
    re.IGNORECASE,
)
_FRAGMENTS = ("feed", "replytocom", "respond")


def find_pages(tree: HtmlElement, url: str) -> list[str]:
    """Addresses of further pages of the same comments, in the order of the page; without fragments."""
    found: dict[str, None] = {}
    for link, address in _iter_links(tree, url):
        numbered = _COMMENT_PAGE.search(address) is not None and not any(word in address for word in _FRAGMENTS)
        relations = (link.get("rel") or "").lower().split()
        onward = "next" in relations or (link.tag == "a" and _NEXT.match(" ".join("".join(link.itertext()).split())))
        if (numbered or onward) and is_same_list(address, url):
            found.setdefault(address.partition("#")[0])
    return [address for address in found if address != url.partition("#")[0]]


def is_same_list(one: str, other: str) -> bool:
    """Do two addresses differ by no more than the number of a page?"""
    first, second = _strip(one), _strip(other)
    return first == second


def _strip(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    place = urlunsplit(
        (parts.scheme.replace("https", "http"), parts.netloc.lower(), _NUMBERED.sub("", parts.path), "", "")
    )
    query = [
        (name, value) for name, value in parse_qsl(parts.query, True) if not value.isdigit() or name in _IDENTITIES
    ]
    return place, tuple(sorted(query))


# Numbers that say which article or thread it is, not which page of it.
_IDENTITIES = ("p", "id", "post", "t", "f", "article", "page_id", "itemid", "cid", "sid", "topic", "nid", "berita")


def _iter_links(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str]]:
    for link in tree.iter("a", "link"):
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:")):
            address = join_address(url, href)
            if address is not None:
                yield link, address
