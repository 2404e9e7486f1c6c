"""The bytes of one news page to its article and its reader comments; runs in the sandbox, opens nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from collectors.article_block import split_blocks
from collectors.article_byline import find_author, find_title
from collectors.article_date import find_dates
from collectors.article_head import Head, read_head, words
from collectors.article_text import Statement, extract_text, find_heading
from collectors.collector import ParseError
from collectors.item import MAX_AUTHOR, MAX_TITLE, Author, Item
from collectors.jsonld import get_string
from collectors.markup import clean, decode
from collectors.webpage import read_comments

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAG = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|main|section|h1|table|span)\b", re.IGNORECASE
)
# libxml2 is quadratic in the attributes of one tag (50,000: 50 s), and what follows is slow with 100,000 elements.
_LONG_TAG = re.compile(r"<[^<>]{20000,}>")
# A pattern that may begin with spaces is quadratic in their number, and we do not know every pattern that follows.
_LONG_SPACE = re.compile(r"\s(?<!\s\s)\s{999,}")
_MAX_TAGS = 60_000
_FEED = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.DOTALL
)


def parse_document(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[Item]:
    """The article of a page, then each reader comment in the page; ParseError when the bytes hold no article.

    The article's external_id is its canonical address, and the comments' thread is that id.
    """
    tree = _read_tree(body, url, headers or {})
    head = read_head(tree, url)
    blocks = split_blocks(tree)
    title = find_title(tree, head)
    author = find_author(tree, head)
    comments = read_comments(tree, url)
    text = clean(extract_text(tree, blocks, _get_statement(head, title, comments)))
    if not text:
        raise ParseError(url, "no article was found in this page")
    dates = find_dates(tree, head, blocks, find_heading(blocks, title), text, headers or {})
    article = Item(
        external_id=head.canonical,
        kind="article",
        url=head.canonical,
        title=clean(title, MAX_TITLE) if title else None,
        text=text,
        author=Author(name=clean(author, MAX_AUTHOR) if author else None),
        published=dates.published.at if dates.published else None,
        published_precision=dates.published.precision if dates.published else None,
        edited=dates.edited,
        language=head.language,
        publisher=clean(head.site, MAX_AUTHOR) if head.site else None,
    )
    return [article, *(_put_under(article.external_id, comment) for comment in comments)]


def _put_under(thread: str, comment: Item) -> Item:
    """A comment as the article's own: the page's other names for its thread mean the same."""
    parent = thread if comment.parent is not None and comment.parent == comment.thread else comment.parent
    return replace(comment, thread=thread, parent=parent)


def _get_statement(head: Head, title: str | None, comments: list[Item]) -> Statement:
    return Statement(
        title=title,
        body=get_string(head.article, "articleBody"),
        description=head.get("og:description", "description"),
        comments=frozenset(words(line) for comment in comments for line in comment.text.split("\n")),
    )


def _bound(markup: str) -> str:
    """Markup without tags of absurd length, and no more tags than a page can need: both cost far too much."""
    markup = _LONG_SPACE.sub(" ", _LONG_TAG.sub("", markup.replace("\0", "")))
    if markup.count("<") <= _MAX_TAGS:
        return markup
    end = 0
    for _ in range(_MAX_TAGS):
        end = markup.index("<", end + 1)
    return markup[:end]


def _read_tree(body: bytes, url: str, headers: Mapping[str, str]) -> HtmlElement:
    """The page's tree; lxml keeps 256 levels of it, expands no entity of a DOCTYPE and loads nothing."""
    if not body.strip():
        raise ParseError(url, "the answer is empty where a web page was expected")
    markup = decode(body, headers)
    if _FEED.match(markup[:4096]):
        raise ParseError(url, "the answer is a feed or a sitemap where a web page was expected")
    if not _TAG.search(markup):
        raise ParseError(url, "the answer is not a web page")
    try:
        parser = HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True)
        return document_fromstring(_bound(markup).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        raise ParseError(url, "the web page has no content") from None
