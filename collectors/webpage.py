"""Reader comments and guest books in a page: what the page's own markup says of each comment.

How comments are found and read stands in the comment_*.py beside this; here they are fetched, paged and missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from lxml.html import HtmlElement

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.comments.find import Node, find_nodes, iter_nodes
from collectors.comments.item import make_items, read_place
from collectors.comments.paging import find_pages
from collectors.comments.preset import PRESETS
from collectors.comments.read import Draft, read_draft
from collectors.comments.recipe import RecipeReader
from collectors.comments.repeat import find_flat, find_repeated, split_section
from collectors.comments.role import is_loose_token
from collectors.comments.run import Reading, check_page, is_same_site
from collectors.comments.table import read_tables
from collectors.item import Item
from collectors.options import Recipe, WebpageOptions
from collectors.page import fetch_page
from collectors.schema_org import read_json_ld
from collectors.tree import parse_tree


def parse_comments(
    body: bytes,
    url: str,
    recipe: Recipe | None = None,
    *,
    preset: str | None = None,
    zone: tzinfo | None = None,
    headers: Mapping[str, str] | None = None,
) -> list[Item]:
    """The reader comments of a page, in its order; an empty list where it has none, ParseError for no page at all.

    `zone` is that of times which name none; without it, it is Jakarta's on an Indonesian page, and elsewhere only
    the day is taken.
    """
    return read_comments(parse_tree(body, url, headers), url, recipe, preset=preset, zone=zone)


def read_comments(
    tree: HtmlElement,
    url: str,
    recipe: Recipe | None = None,
    *,
    preset: str | None = None,
    zone: tzinfo | None = None,
) -> list[Item]:
    """The reader comments of a page that is parsed already; the tree is left as it is."""
    return make_items(_find_drafts(tree, url, recipe, preset), read_place(tree, url, zone))


def _find_drafts(tree: HtmlElement, url: str, recipe: Recipe | None, preset: str | None) -> list[Draft]:
    if recipe is not None:
        return list(RecipeReader(recipe, url).find_drafts(tree))
    if preset in PRESETS:
        return _read_drafts(find_nodes(tree, PRESETS[preset]), url)
    drafts = (
        _drop_lonely(_read_drafts(find_nodes(tree), url))
        or read_tables(tree)
        or _read_drafts(find_repeated(tree), url)
        or _read_drafts(find_flat(tree), url)
    )
    return drafts if preset else _join(drafts, read_json_ld(tree))


def _read_drafts(top: list[Node], url: str) -> list[Draft]:
    drafts: dict[int, Draft] = {}
    found: list[Draft] = []
    for node in iter_nodes(top):
        inner = _read_section(node, url) if node.marker.number is None and not node.children else []
        draft = None if inner else read_draft(node, url)
        if draft is not None:
            draft.parent = _find_above(node, drafts)
            drafts[id(node)] = draft
            found.append(draft)
        found += inner
    return found


def _drop_lonely(drafts: list[Draft]) -> list[Draft]:
    """Without a single "review" or "testimonial": visitors' own come in numbers, an editor's stands alone."""
    loose = [
        draft for draft in drafts if draft.number is None and draft.node and is_loose_token(draft.node.marker.token)
    ]
    return [draft for draft in drafts if draft not in loose] if len(loose) == 1 else drafts


def _read_section(node: Node, url: str) -> list[Draft]:
    """The comments in a box that is named as one comment and holds several: "div.komentar"."""
    boxes = split_section(node.root)
    return _read_drafts(boxes, url) if len(boxes) > 1 else []


def _find_above(node: Node, drafts: dict[int, Draft]) -> Draft | None:
    """The comment a node stands under; boxes that turned out to be none are passed over."""
    above = node.under or node.parent
    while above is not None and id(above) not in drafts:
        above = above.under or above.parent
    return drafts[id(above)] if above is not None else None


def _join(seen: list[Draft], stated: list[Draft]) -> list[Draft]:
    """One list of what the page shows and what it states for machines: the fuller of both, its gaps filled."""
    if len(stated) > len(seen):
        seen, stated = stated, seen
    by_text = {_squeeze(draft.text): draft for draft in stated}
    for draft in seen:
        twin = by_text.get(_squeeze(draft.text))
        if twin is not None:
            draft.author = draft.author or twin.author
            draft.author_url = draft.author_url or twin.author_url
            draft.moments = [*(moment for moment in twin.moments if moment[1]), *draft.moments]
            draft.reactions = draft.reactions or twin.reactions
            draft.link = draft.link or twin.link
    return seen


def _squeeze(text: str) -> str:
    return "".join(text.split())[:200]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentPage:
    """The comments of one page, the address they stand under, and the addresses of pages that go on with them."""

    items: tuple[Item, ...]
    address: str
    pages: tuple[str, ...]


def parse_comment_page(
    body: bytes,
    url: str,
    options: WebpageOptions,
    zone: tzinfo,
    address: str | None,
    headers: Mapping[str, str],
) -> CommentPage:
    """The comments of a page and where they go on; `address` is that of the first page, once it is known."""
    tree = parse_tree(body, url, headers)
    place = read_place(tree, url, zone, address)
    items = make_items(_find_drafts(tree, url, options.recipe, options.preset), place)
    if options.recipe is not None and options.recipe.next:
        following = RecipeReader(options.recipe, url).find_next(tree)
        pages = [following] if following else []
    else:
        pages = find_pages(tree, url)
    return CommentPage(items=tuple(items), address=place.address, pages=tuple(pages))


class WebpageCollector:
    """The comments of a page and of the pages that go on with them; one batch a page."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """Read the pages from `spec.url` on, at most `options.pages`; then tell which comments are gone."""
        options = spec.options
        if not isinstance(options, WebpageOptions):
            raise TypeError(f"{spec.name}: a webpage source needs WebpageOptions")
        reading = Reading(cursor, context.now())
        waiting = [spec.url]
        while waiting and len(reading.read) < options.pages:
            url = waiting.pop(0)
            yield self._read(url, spec, options, context, reading)
            if not reading.is_loop(url):
                fresh = (one for one in reading.read[url].pages if one not in reading.read and one not in waiting)
                waiting += [one for one in fresh if is_same_site(one, spec.url)]
        yield reading.finish(complete=not waiting)

    def _read(
        self, url: str, spec: SourceSpec, options: WebpageOptions, context: Context, reading: Reading
    ) -> Collected:
        known = reading.get_known(url)
        reply, page = fetch_page(
            context.visit, url, known.page, reading.now, robots=True, accept="text/html,application/xhtml+xml;q=0.9"
        )
        if reply is None:
            return reading.keep(url, known, page)
        check_page(reply, url)
        parsed: CommentPage = context.sandbox.call(
            "collectors.webpage:parse_comment_page",
            reply.body,
            reply.url,
            options,
            spec.zone,
            reading.address,
            dict(reply.headers),
        )
        reading.address = reading.address or parsed.address
        return reading.take(url, page, parsed.items, parsed.pages)
