"""Finds the comments of a page: which elements are one comment each, and which of them stands under which.

Nothing here reads what a comment says; that is read.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

from lxml.etree import XPath
from lxml.html import HtmlElement

from collectors.comments.role import (
    Marker,
    is_noun,
    is_section_token,
    is_somewhere_else,
    rate_token,
    read_id,
    read_roles,
    split_words,
)

MAX_DEPTH = 256
MAX_NODES = 5_000
_UNSEEN = frozenset(
    (
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "iframe",
        "nav",
        "head",
        "select",
        "option",
        "textarea",
        "button",
    )
)
_ANCHORS = frozenset({"a", "textarea", "input", "span", "p", "h2", "h3", "h4"})
_LISTS = frozenset({"ul", "ol", "dl"})
_SCHEMA = ("/Comment", "/UserComments", "/Answer", "/Review", "/UserReview")
_NUMBER_NAMES = ("data-comment-id", "data-commentid", "data-comment", "data-comment_id", "data-cid", "data-review-id")
_NAMED = XPath("descendant::*[@id or @class or @itemtype]")
_BOARD_ID = re.compile(r"^(?:p|pid|msg|post_)\d{1,18}$")
_NEAR = 3  # how many boxes up the section of the comments may be
_MARGIN = re.compile(r"(?:padding|margin)-left:\s*(\d{1,4})(?:\.\d+)?(?:px|em|%)", re.IGNORECASE)


@dataclass(eq=False, slots=True)
class Node:
    """An element that seems to be one comment, with those inside it that seem to be answers."""

    parts: list[HtmlElement]  # one element, or several siblings where the page has no box around a comment
    marker: Marker
    between: bool = False  # a list or a box for replies stands between it and the node around it
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    level: int = 0  # how deep a class, a box or a margin says it stands, where the markup is flat
    under: Node | None = None  # what it therefore answers

    @property
    def root(self) -> HtmlElement:
        """The element that stands for it."""
        return self.parts[0]


Accept = Callable[[HtmlElement], Marker | None]


def find_nodes(tree: HtmlElement, accept: Accept | None = None) -> list[Node]:
    """The nodes at the top of each conversation, in the order of the page; their answers are their children."""
    nodes: dict[HtmlElement, Node] = {}
    # Ids and classes are looked for by libxml2: a walk in Python over a page without comments costs ten times more.
    for element in tree.iter() if accept else select(_NAMED, tree):
        if len(nodes) < MAX_NODES and isinstance(element.tag, str) and not _is_refused(element):
            marker = (accept or mark)(element)
            node = None if marker is None or is_unseen(element) else _place(element, marker, nodes, tree)
            if node is not None:
                nodes[element] = node
    top = _merge([node for node in nodes.values() if node.parent is None])
    for node in iter_nodes(top):
        _read_depths(node.children)
    _read_depths(top)
    return top


def select(path: XPath, tree: HtmlElement) -> list[HtmlElement]:
    """The elements that a path finds under an element."""
    return cast("list[HtmlElement]", path(tree))


def iter_nodes(nodes: list[Node]) -> Iterator[Node]:
    """Every node, each before its answers."""
    stack = list(reversed(nodes))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def iter_own(node: Node) -> Iterator[HtmlElement]:
    """The elements of a comment without those of its answers, of forms and of what no reader sees."""
    children = {part for child in node.children for part in child.parts}
    stack = list(reversed(node.parts))
    while stack:
        element = stack.pop()
        if element in children or is_unseen(element):
            continue
        yield element
        stack.extend(reversed(element))


def is_unseen(element: HtmlElement) -> bool:
    """Is this no element (a comment of HTML), or one whose inside no reader sees, or a form for writing?"""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    classes, identity = element.get("class") or "", element.get("id") or ""
    if element.tag == "form" and _is_small_form(element):
        return True
    return bool(classes or identity) and is_somewhere_else(classes, identity)


def mark(element: HtmlElement) -> Marker | None:
    """Why an element may be one comment; None where nothing says so."""
    if not element.attrib or element.tag == "dd":
        return None
    identity = element.get("id") or ""
    number, strength = read_id(identity) if identity else (None, 0)
    number = number or next((element.get(name) for name in _NUMBER_NAMES if element.get(name)), None)
    rate, token = max(((rate_token(name), name) for name in (element.get("class") or "").split()), default=(0, None))
    is_schema = (element.get("itemtype") or "").rstrip("/").endswith(_SCHEMA)
    if is_schema or (strength == 3 and element.tag not in _ANCHORS):
        rate = 3
    elif (rate and number and strength) or (number and _is_numbered_post(element, identity)):
        rate = 2
    return Marker(rate, number, identity or None, token) if rate else None


def _is_numbered_post(element: HtmlElement, identity: str) -> bool:
    """A number, and a name with it: a post of a board ("p12", Wikidot's "post-12"), or what stands among comments."""
    around = element.getparent()
    if around is None or element.tag in _ANCHORS:
        return False
    if "post" in (element.get("class") or "").split():
        return "post-container" in (around.get("class") or "").split() or _BOARD_ID.match(identity) is not None
    return any(_is_section(box) for box, _ in zip(element.iterancestors(), range(_NEAR), strict=False))


def _is_section(element: HtmlElement) -> bool:
    names = [*(element.get("class") or "").split(), element.get("id") or ""]
    return element.tag not in ("html", "body") and any(name and is_section_token(name) for name in names)


def _place(element: HtmlElement, marker: Marker, nodes: dict[HtmlElement, Node], tree: HtmlElement) -> Node | None:
    """The node of an element, under the one around it; None inside a form, a widget or what no reader sees."""
    between, boxes = False, 0
    outer: Node | None = None
    for depth, around in enumerate(element.iterancestors() if element is not tree else ()):
        outer = nodes.get(around)
        if outer is not None or around is tree:
            break
        if depth > MAX_DEPTH or is_unseen(around):
            return None
        if not between and _is_ping(around):
            return None
        is_box = _is_box_of_replies(around)
        between = between or is_box or around.tag in _LISTS
        boxes += is_box
    node = Node(_get_parts(element), marker, between, outer, level=_read_level(element) or 100 * boxes)
    if outer is not None:
        outer.children.append(node)
    return node


def _get_parts(element: HtmlElement) -> list[HtmlElement]:
    """The element, and what belongs to it although it stands behind it: the <dd> of a <dt>."""
    parts = [element]
    if element.tag == "dt":
        for sibling in element.itersiblings():
            if sibling.tag == "dt":
                break
            if sibling.tag == "dd":
                parts.append(sibling)
    return parts


def _read_depths(siblings: list[Node]) -> None:
    """What each of some nodes on one level of markup answers, by the depths that they state."""
    if len({node.level for node in siblings}) < 2:
        return
    path: list[Node] = []
    for node in siblings:
        while path and path[-1].level >= node.level:
            path.pop()
        node.under = path[-1] if path else None
        path.append(node)


def _is_refused(element: HtmlElement) -> bool:
    """What is never one comment: the page itself, a link, a heading, a ping."""
    return element.tag in ("html", "body", "a", "h1", "h2", "time", "img", "input", "label") or _is_ping(element)


def _is_ping(element: HtmlElement) -> bool:
    """A ping of another site: a "trackback" or "pingback" is no reader's words."""
    tokens = (element.get("class") or "").split()
    return "pingback" in tokens or "trackback" in tokens


def _is_box_of_replies(element: HtmlElement) -> bool:
    return any(role == "replies" for role, _ in read_roles(element.tag, element.get("class") or ""))


def _read_level(element: HtmlElement) -> int:
    """The depth that a class ("depth-2") or a margin states; 0 for none."""
    for token in (element.get("class") or "").split():
        words = split_words(token)
        if (
            len(words) > 1
            and words[-2] in ("depth", "level", "indent")
            and words[-1].isdigit()
            and len(words[-1]) < 4
        ):
            return int(words[-1])
    margin = _MARGIN.search(element.get("style") or "")
    return int(margin[1]) if margin else 0


def _is_small_form(form: HtmlElement) -> bool:
    """A form to write with; not the one that some systems put round the whole page."""
    names = f"{form.get('id') or ''} {form.get('class') or ''} {form.get('action') or ''}"
    if any(is_noun(word) for word in split_words(names)):
        return True
    return sum(1 for _ in form.iter()) < 60


def _merge(nodes: list[Node]) -> list[Node]:
    """One node a comment: wrappers of the same comment become one, and what only holds comments gives them up."""
    merged: list[Node] = []
    for node in nodes:
        node.children = _merge(node.children)
        _absorb(node)
        merged.append(node)
    return merged


def _absorb(node: Node) -> None:
    """Take in the child that is the same comment once more: "li.comment > article.comment-body"."""
    same = [child for child in node.children if _is_same(node, child)]
    for child in same:
        position = node.children.index(child)
        node.children[position : position + 1] = child.children
        for grandchild in child.children:
            grandchild.parent = node
        if child.marker.strength >= node.marker.strength and (child.marker.number or not node.marker.number):
            anchor = node.marker.anchor if node.marker.number else child.marker.anchor
            node.marker = Marker(
                child.marker.strength, node.marker.number or child.marker.number, anchor, node.marker.token
            )


def _is_same(node: Node, child: Node) -> bool:
    if node.marker.number and child.marker.number:
        return node.marker.number == child.marker.number
    if child.between or child.marker.token == node.marker.token:
        return node.marker.token is None and not child.between
    is_inner = child.marker.strength == 1 and child.marker.number is None and node.marker.strength >= 2
    return is_inner or len(node.children) == 1
