"""The bytes of a web page to its tree: one door for articles, comments and feed links; runs in the sandbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lxml.etree import ParserError
from lxml.html import HTMLParser, document_fromstring

from collectors.collector import ParseError
from collectors.markup import decode
from collectors.markup_bound import bound_markup, cut_tags

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAG = re.compile(r"<[a-zA-Z!]")
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->|<\?.*?\?>)\s*)*+"
    r"<(?:!doctype\s+(?:rss|feed|urlset|sitemapindex)|rss|feed|rdf:RDF|urlset|sitemapindex)\b",
    re.DOTALL | re.IGNORECASE,
)


def parse_tree(
    body: bytes, url: str, headers: Mapping[str, str] | None = None, *, most: int | None = None
) -> HtmlElement:
    """The page's tree, of at most so many tags; ParseError for what is no web page.

    lxml keeps 256 levels of it, expands no entity of a DOCTYPE and loads nothing.
    """
    if not body.strip(b" \t\r\n\0"):
        raise ParseError(url, "the answer is empty where a web page was expected")
    markup = decode(body, headers)
    if _FEED.match(markup[:4096]):
        raise ParseError(url, "the answer is a feed or a sitemap where a web page was expected")
    if not _TAG.search(markup):
        raise ParseError(url, "the answer is not a web page")
    markup = bound_markup(markup)
    try:
        parser = HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
        return document_fromstring(
            (markup if most is None else cut_tags(markup, most)).encode("utf-8", "replace"), parser=parser
        )
    except ParserError:
        raise ParseError(url, "the web page has no content") from None
