"""Finds the comments of a page: which elements are one comment each, and which of them stands under which.

Nothing here reads what a comment says; that is comment_read.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from collectors.comment_role import Marker, is_noun, is_somewhere_else, rate_token, read_id, read_roles, split_words

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
_LISTS = frozenset({"ul", "ol", "dl"})
_SCHEMA = ("/Comment", "/UserComments", "/Answer", "/Review", "/UserReview")
_NUMBER_NAMES = ("data-comment-id", "data-commentid", "data-comment", "data-comment_id", "data-cid", "data-review-id")


@dataclass(eq=False, slots=True)
class Node:
    """An element that seems to be one comment, with those inside it that seem to be answers."""

    parts: list[HtmlElement]  # one element, or several siblings where the page has no box around a comment
    marker: Marker
    between: bool = False  # a list or a box for replies stands between it and the node around it
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    level: int | None = None  # where a class names the depth ("depth-2") and the markup is flat

    @property
    def root(self) -> HtmlElement:
        """The element that stands for it."""
        return self.parts[0]


Accept = Callable[[HtmlElement], Marker | None]


def find_nodes(tree: HtmlElement, accept: Accept | None = None) -> list[Node]:
    """The nodes at the top of each conversation, in the order of the page; their answers are their children."""
    top: list[Node] = []
    _walk(tree, None, False, _Walk(top, accept or mark), 0)
    return _merge(top)


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
    schema = (element.get("itemtype") or "").rstrip("/").endswith(_SCHEMA)
    identity = element.get("id") or ""
    number, strength = read_id(identity) if identity else (None, 0)
    number = number or next((element.get(name) for name in _NUMBER_NAMES if element.get(name)), None)
    token, best = None, 0
    for name in (element.get("class") or "").split():
        rate = rate_token(name)
        if rate > best:
            token, best = name, rate
    if schema:
        return Marker(3, number, identity or None, token)
    if strength == 3 and element.tag not in ("a", "textarea", "input", "span", "p", "h2", "h3", "h4"):
        return Marker(3, number, identity, token)
    if best == 0:
        return None
    if strength == 1 and number:
        return Marker(2, number, identity, token)
    return Marker(best, number, identity or None, token)


@dataclass(slots=True)
class _Walk:
    top: list[Node]
    accept: Accept
    count: int = 0


def _walk(element: HtmlElement, outer: Node | None, between: bool, walk: _Walk, depth: int) -> None:
    if depth > MAX_DEPTH or walk.count > MAX_NODES or is_unseen(element):
        return
    marker = walk.accept(element) if element.attrib and not _is_refused(element) else None
    if marker is not None:
        walk.count += 1
        node = Node([element], marker, between, outer, level=_read_level(element))
        (walk.top if outer is None else outer.children).append(node)
        outer, between = node, False
    between = between or element.tag in _LISTS or _is_box_of_replies(element)
    for child in element:
        _walk(child, outer, between, walk, depth + 1)


def _is_refused(element: HtmlElement) -> bool:
    """The page itself, and pings of other sites: "trackback" and "pingback" are no reader's words."""
    if element.tag in ("html", "body", "a", "h1", "h2", "time", "img", "input", "label"):
        return True
    tokens = (element.get("class") or "").split()
    return "pingback" in tokens or "trackback" in tokens


def _is_box_of_replies(element: HtmlElement) -> bool:
    return any(role == "replies" for role, _ in read_roles(element.tag, element.get("class") or ""))


def _read_level(element: HtmlElement) -> int | None:
    for token in (element.get("class") or "").split():
        words = split_words(token)
        if len(words) > 1 and words[-2] in ("depth", "level") and words[-1].isdigit() and len(words[-1]) < 4:
            return int(words[-1])
    return None


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
    if child.between or len(node.children) > 1:
        return False
    return node.marker.token is None or child.marker.token != node.marker.token
