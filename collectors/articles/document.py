"""The bytes of one news page to its article and its reader comments; runs in the sandbox, opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from collectors.articles.block import split_blocks
from collectors.articles.byline import find_author, find_title
from collectors.articles.date import find_dates
from collectors.articles.head import Head, read_head, words
from collectors.articles.text import Statement, extract_text, find_heading
from collectors.collector import ParseError
from collectors.item import MAX_AUTHOR, MAX_TITLE, Author, Item
from collectors.jsonld import get_string
from collectors.markup import clean
from collectors.tree import parse_tree
from collectors.webpage import read_comments

# What a page can need; with 100,000 elements all that follows is slow.
_MAX_TAGS = 60_000


def parse_document(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[Item]:
    """The article of a page, then each reader comment in the page; ParseError when the bytes hold no article.

    The article's external_id is its canonical address, and the comments' thread is that id.
    """
    tree = parse_tree(body, url, headers, most=_MAX_TAGS)
    head = read_head(tree, url)
    blocks = split_blocks(tree)
    title = find_title(tree, head)
    heading = find_heading(blocks, title)
    near = [block.text for block in blocks[max(0, heading - 4) : heading + 8] if heading and not block.comment]
    author = find_author(tree, head, near)
    comments = read_comments(tree, url)
    text = clean(extract_text(tree, blocks, _get_statement(head, title, comments)))
    if not text:
        raise ParseError(url, "no article was found in this page")
    dates = find_dates(tree, head, blocks, heading, text, headers or {})
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
