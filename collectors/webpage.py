"""Reader comments and guest books in a page: what the page's own markup says of each comment."""

from __future__ import annotations

from datetime import tzinfo

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from collectors.collector import ParseError
from collectors.comment_find import Node, find_nodes, iter_nodes
from collectors.comment_item import make_items, read_place
from collectors.comment_read import Draft, read_draft
from collectors.item import Item
from collectors.markup import decode
from collectors.options import Recipe


def parse_comments(body: bytes, url: str, recipe: Recipe | None = None, *, zone: tzinfo | None = None) -> list[Item]:
    """The reader comments of a page, in its order; an empty list where it has none, ParseError for no page at all.

    `zone` is that of times which name none; without it, it is Jakarta's on an Indonesian page, and elsewhere only
    the day is taken.
    """
    return read_comments(parse_page(body, url), url, recipe, zone=zone)


def parse_page(body: bytes, url: str) -> HtmlElement:
    """The tree of a page's bytes."""
    if not body.strip():
        raise ParseError(url, "the answer is empty where a web page was expected")
    text = decode(body).replace("\0", "")
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except ParserError:
        raise ParseError(url, "no web page was found in the answer") from None


def read_comments(
    tree: HtmlElement, url: str, recipe: Recipe | None = None, *, zone: tzinfo | None = None
) -> list[Item]:
    """The reader comments of a page that is parsed already; the tree is left as it is."""
    if recipe is not None:
        return []
    place = read_place(tree, url, zone)
    return make_items(_read_drafts(find_nodes(tree), url), place)


def _read_drafts(top: list[Node], url: str) -> list[Draft]:
    drafts: dict[int, Draft] = {}
    for node in iter_nodes(top):
        draft = read_draft(node, url)
        above = node.parent
        while above is not None and id(above) not in drafts:
            above = above.parent
        if draft is not None:
            draft.parent = drafts[id(above)] if above is not None else None
            drafts[id(node)] = draft
    return list(drafts.values())
