"""The elements of one comment, sorted by what they may be: text, author, time, and what is none of the comment."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from lxml.etree import tostring
from lxml.html import HtmlElement

from collectors.comments.find import Node, is_unseen, iter_own
from collectors.comments.role import Role, read_roles

_ITEMPROP: dict[str, tuple[Role, int]] = {
    "text": ("text", 6),
    "commenttext": ("text", 6),
    "reviewbody": ("text", 6),
    "author": ("author", 7),
    "creator": ("author", 7),
    "datepublished": ("date", 7),
    "datecreated": ("date", 7),
    "commenttime": ("date", 7),
    "datemodified": ("edited", 2),
    "name": ("title", 0),
    "headline": ("title", 2),
}


@dataclass(slots=True)
class Parts:
    """The elements of one comment by what they may be, each with its rank; `texts` are the boxes of its text."""

    node: Node
    own: list[HtmlElement]
    found: dict[Role, list[tuple[int, HtmlElement]]] = field(default_factory=dict)
    texts: list[HtmlElement] = field(default_factory=list)
    weak: bool = False  # the text's box bears a name so weak that author and time may stand in it

    def get(self, role: Role) -> list[tuple[int, HtmlElement]]:
        """Those of one role, the surest first."""
        return sorted(self.found.get(role, []), key=lambda pair: -pair[0])

    def of(self, *roles: Role) -> set[HtmlElement]:
        """The elements of some roles."""
        return {element for role in roles for _, element in self.found.get(role, [])}


def collect_parts(node: Node) -> Parts:
    """The elements of a node, without those of its answers, each under the roles its names give it."""
    own = list(iter_own(node))
    parts = Parts(node, own)
    for element in own:
        # The box of the whole comment is no part of it: "comment-body" may be either.
        if element in node.parts and len(node.parts) == 1 and len(own) > 1:
            continue
        pairs = list(read_roles(element.tag, element.get("class") or ""))
        pairs += [_ITEMPROP[name] for name in (element.get("itemprop") or "").lower().split() if name in _ITEMPROP]
        for role, rank in pairs:
            parts.found.setdefault(role, []).append((rank, element))
    return parts


def is_inside(element: HtmlElement, boxes: set[HtmlElement]) -> bool:
    """Does one of the boxes stand around the element (not the element itself)?"""
    return bool(boxes) and any(ancestor in boxes for ancestor in element.iterancestors())


def inner_markup(element: HtmlElement) -> str:
    """An element as markup, without the text behind it."""
    return str(tostring(element, encoding="unicode", with_tail=False))


def render(box: HtmlElement, unwanted: set[HtmlElement]) -> str:
    """The markup of a box without what is unwanted and without what no reader sees."""
    doomed = [
        index
        for index, element in enumerate(box.iter())
        if element is not box and (element in unwanted or is_unseen(element) or _is_button(element))
    ]
    if doomed:
        box = deepcopy(box)
        places = list(box.iter())
        for index in doomed:
            if places[index].getparent() is not None:
                places[index].drop_tree()
    return inner_markup(box)


def _is_button(element: HtmlElement) -> bool:
    return element.tag == "a" and ("replytocom" in (element.get("href") or "") or element.get("role") == "button")
