"""A page as a flat list of text blocks in reading order, each with what its place in the page says about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import XPath
from lxml.html import HtmlElement

_UNSEEN = {
    "script", "style", "noscript", "template", "iframe", "svg", "math", "object", "head", "select", "textarea",
    "button",
}  # fmt: skip
_BREAKING = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "main", "header", "footer", "aside",
    "nav", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption",
    "blockquote", "pre", "figure", "figcaption", "form", "fieldset", "address", "center", "br", "hr", "details",
    "summary", "body", "html", "option", "label",
}  # fmt: skip
# Names that sites give to what stands beside an article, in English and in Indonesian; the end of a class name
# counts, or what comes before a word such as "list": WordPress writes every tag of a post as a class "tag-…".
_PART = (
    r"(?:[\s_-]*(?:lists?|links?|box(?:es)?|wrap(?:per)?|container|area|section|block|widget|items?|inner|"
    r"buttons?|bar|title))?"
)
_SIDE = re.compile(
    r"(?:^|[\s_-])(?:"
    r"(?:related|recommend(?:ed|ations?)?|popular|trending|latest|other|more|most-?(?:read|popular|viewed|commented))"
    r"(?:-?(?:posts?|articles?|news|stories|content))?|terkait|rekomendasi|(?:ter)?populer|terkini|pilihan-?redaksi|"
    r"(?:baca|lihat|simak)-?juga|(?:artikel|berita)-?(?:lain(?:nya)?|terkait)|read-?(?:also|more|next)|also-?read|"
    r"share|sharing|shares|social|sosmed|social-?(?:media|share|icons)|sharedaddy|addthis|breadcrumbs?|tags?|tagcloud|"
    r"newsletter|subscribe|subscription|advert(?:isement)?s?|ads?|adsbygoogle|iklan|banner|sponsor(?:ed)?|promo|"
    r"paging|pagination|pager|[\w-]*caption[\w-]*|credits?|(?:photo|foto|image|img|picture)[_-]?(?:desc|text|info|title|by|source)\w*|copyright|sidebar|widget|menu|navbar|navigation|cookie|popup|"
    r"modal|byline|author-?(?:bio|info)|twitter-tweet|instagram-media|tiktok-embed|jp-relatedposts|post-?meta|"
    r"entry-?(?:meta|footer)|footer|site-?footer|site-?info)" + _PART + r"(?=$|\s)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|komentar|disqus_thread|respond|replies|guestbook)(?:-?\d+)?"
    r"(?:[\s_-]*(?:content|body|text|thread|form))?" + _PART + r"(?=$|\s)",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SIDE_TAGS = {
    "nav", "aside", "footer", "form", "figcaption", "caption", "label", "option", "dialog",
}  # fmt: skip
_MAX_BLOCKS = 20_000
_MAX_NAMES = 500  # characters of a class that are looked at


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no paragraph, cell or line break interrupts."""

    text: str  # spaces squeezed
    tag: str  # of the nearest element that breaks lines
    path: tuple[int, ...]  # the numbers of the elements round it that break lines, outermost first
    side: bool  # under a menu, a share bar, a caption, a list of other articles
    comment: bool  # under a list of comments
    linked: float  # the share of its characters that are links


def split_blocks(tree: HtmlElement) -> list[Block]:
    """The blocks of a page, at most a fixed number: a page with more is not an article."""
    walk = _Walk()
    walk.read(tree, _Place((), "html", side=False, comment=False))
    walk.flush()
    return walk.blocks


@dataclass(frozen=True, slots=True)
class _Place:
    """The nearest element that breaks lines, and what is true under it."""

    path: tuple[int, ...]
    tag: str
    side: bool
    comment: bool


class _Walk:
    """The blocks so far, and the one that is being read."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._place = _Place((), "html", side=False, comment=False)
        self._in_link = False
        self._linked = 0
        self._count = 0

    def read(self, element: HtmlElement, place: _Place) -> None:
        """Read an element and what is in it; lxml keeps no more than 256 levels, so recursion is safe."""
        self._add(element.text, place)
        for child in element:
            tag = child.tag
            if isinstance(tag, str) and tag not in _UNSEEN and len(self.blocks) < _MAX_BLOCKS:
                self._read_child(child, tag, place)
            self._add(child.tail, place)

    def _read_child(self, child: HtmlElement, tag: str, place: _Place) -> None:
        if tag == "a" and not self._in_link:
            self._in_link = True
            self.read(child, place)
            self._in_link = False
            return
        side, comment = _judge(tag, child.get("class"), child.get("id"), child.get("style"))
        if tag not in _BREAKING and not side and not comment:
            self.read(child, place)
            return
        self.flush()
        if tag not in {"br", "hr"}:
            self._count += 1
            self.read(
                child,
                _Place((*place.path, self._count), tag, place.side or side, place.comment or comment),
            )
            self.flush()

    def _add(self, text: str | None, place: _Place) -> None:
        if not text:
            return
        self._pieces.append(text)
        self._place = place
        if self._in_link:
            self._linked += len(text.strip())

    def flush(self) -> None:
        """End the open block."""
        text = " ".join("".join(self._pieces).split())
        if text:
            place = self._place
            self.blocks.append(
                Block(
                    text=text,
                    tag=place.tag,
                    path=place.path,
                    side=place.side,
                    comment=place.comment,
                    linked=min(1.0, self._linked / len(text)),
                )
            )
        self._pieces.clear()
        self._linked = 0


@lru_cache(maxsize=8192)
def _judge(tag: str, names: str | None, identity: str | None, style: str | None) -> tuple[bool, bool]:
    """Does an element hold what stands beside the article, does it hold comments?"""
    if tag in {"body", "html", "main", "article"}:
        return False, False
    both = f"{(names or '')[:_MAX_NAMES]} {(identity or '')[:_MAX_NAMES]}"
    side = tag in _SIDE_TAGS or bool(_SIDE.search(both)) or bool(style and _HIDDEN.search(style[:_MAX_NAMES]))
    return side, bool(_COMMENTS.search(both))


def find_elements(path: XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that a compiled path selects."""
    found = path(tree)
    return [one for one in found if isinstance(one, HtmlElement)] if isinstance(found, list) else []


def is_comment(element: HtmlElement) -> bool:
    """Does an element lie in a list of comments, or in a form?"""
    return any(
        isinstance(one.tag, str) and (one.tag == "form" or _judge(one.tag, one.get("class"), one.get("id"), None)[1])
        for one in (element, *element.iterancestors())
    )
