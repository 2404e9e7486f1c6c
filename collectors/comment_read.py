"""Reads one comment: its text, who wrote it, the lines that may say when, its permalink and what it answers."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml.etree import tostring
from lxml.html import HtmlElement

from collectors.comment_find import Node, is_unseen, iter_own
from collectors.comment_role import Role, read_roles
from collectors.item import MAX_AUTHOR, MAX_RAW, MAX_TITLE
from collectors.markup import to_line, to_text

_ITEMPROP: dict[str, tuple[Role, int]] = {
    "text": ("text", 6),
    "commenttext": ("text", 6),
    "reviewbody": ("text", 6),
    "author": ("author", 7),
    "creator": ("author", 7),
    "datepublished": ("date", 7),
    "datecreated": ("date", 7),
    "commenttime": ("date", 7),
    "datemodified": ("edited", 1),
    "name": ("title", 0),
    "headline": ("title", 2),
}
_SAYS = re.compile(
    r"[\s,]*\b(?:says|said|say|wrote|writes|commented|comments?|replied|sagt|sagte|schreibt|schrieb|meint|meinte|"
    r"kommentierte|antwortete|berkata|menulis|mengatakan|bilang|berkomentar|komentar|dice|escribió|dit|a écrit|"
    r"zegt|schreef|diz|disse)\b\s*(?:[,:…].*|(?:on|at|am|pada|um|vor|:)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_BY = re.compile(
    r"^(?:(?:posted|written|submitted|comment|kommentar|geschrieben|verfasst|ditulis|dikirim|komentar|oleh|by|von|dari|"
    r"nama|name|pengirim|autor|author|penulis|comment by|from)\b\s*:?\s*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:[|·•,:\-–—#/]\s*)+$|\s*\((?:admin|author|autor|penulis|moderator)\)$", re.IGNORECASE)
_PING = re.compile(r"^\s*(?:pingback|trackback|ping)\b\s*:", re.IGNORECASE)
_LEADS = re.compile(r"#(?:comment|komentar|kommentar|c|comm|comment-id|p|post|cmt)[-_]?\d+$", re.IGNORECASE)


MAX_ABOUT = 60  # characters that stand about a comment beside its author and time: "says", "Permalink", "Guest"


@dataclass(kw_only=True, slots=True)
class Draft:
    """What a comment's own markup says, before times, identity and thread are settled."""

    text: str
    node: Node | None = None
    number: str | None = None
    anchor: str | None = None
    identity: str | None = None  # an address that the source itself gives as its identity
    title: str | None = None
    author: str | None = None
    author_url: str | None = None
    moments: list[tuple[str, bool]] = field(default_factory=list)  # (what may say when, written for machines?)
    edited: str | None = None
    link: str | None = None
    parent: Draft | None = None
    answers: str | None = None  # number or anchor of what it answers, where the markup names it
    reactions: dict[str, int] = field(default_factory=dict)
    review: bool = False
    raw: str | None = None


@dataclass(slots=True)
class _Roles:
    """The elements of one comment by what they may be, each with its rank."""

    found: dict[Role, list[tuple[int, HtmlElement]]] = field(default_factory=dict)

    def get(self, role: Role) -> list[tuple[int, HtmlElement]]:
        """Those of one role, the surest first."""
        return sorted(self.found.get(role, []), key=lambda pair: -pair[0])

    def of(self, *roles: Role) -> set[HtmlElement]:
        """The elements of some roles."""
        return {element for role in roles for _, element in self.found.get(role, [])}


def read_draft(node: Node, url: str) -> Draft | None:
    """The comment that a node holds; None where it holds no text, or nothing says who wrote it or when."""
    own = list(iter_own(node))
    roles = _collect_roles(own)
    text_boxes = _choose_text(roles)
    author_box, author = _find_author(roles, own, text_boxes)
    moments = _find_moments(roles, own, text_boxes)
    text = _read_text(node, text_boxes, roles, author_box)
    if not text or _PING.match(text) or (author is not None and _PING.match(author)):
        return None
    sure = node.marker.strength + (node.marker.number is not None)
    if (author is None and not moments) or (sure < 2 and (author is None or not moments)):
        return None
    draft = Draft(text=text, node=node, number=node.marker.number, anchor=node.marker.anchor, author=author)
    draft.moments = moments
    draft.author_url = _find_author_url(author_box, url)
    draft.link = _find_link(node, own, url)
    draft.title = _find_title(roles, text)
    draft.answers = _find_answered(node, own)
    draft.review = (node.root.get("itemtype") or "").rstrip("/").endswith("Review")
    draft.raw = _read_raw(node)
    return draft


def _collect_roles(own: list[HtmlElement]) -> _Roles:
    roles = _Roles()
    for element in own[1:] if len(own) > 1 else own:
        pairs = list(read_roles(element.tag, element.get("class") or ""))
        for name in (element.get("itemprop") or "").lower().split():
            if name in _ITEMPROP:
                pairs.append(_ITEMPROP[name])
        for role, rank in pairs:
            roles.found.setdefault(role, []).append((rank, element))
    return roles


def _choose_text(roles: _Roles) -> list[HtmlElement]:
    """The boxes of the surest rank that hold words; of nested ones the outer, unless it holds the author too."""
    drops, authors = roles.of("drop"), roles.of("author")
    ranked = [(rank, box) for rank, box in roles.get("text") if not _is_inside(box, drops) and _has_words(box)]
    best = max((rank for rank, _ in ranked), default=0)
    boxes = [box for rank, box in ranked if rank == best]
    outer = [box for box in boxes if not _is_inside(box, set(boxes))]
    inner = [box for box in boxes if not any(other is not box and _is_inside(other, {box}) for other in boxes)]
    if outer != inner and any(_is_inside(author, set(outer)) for author in authors):
        return inner
    return outer


def _has_words(box: HtmlElement) -> bool:
    return bool("".join(box.itertext()).strip()) or box.find(".//img") is not None


def _is_inside(element: HtmlElement, boxes: set[HtmlElement]) -> bool:
    """Does one of the boxes stand around the element (not the element itself)?"""
    return any(ancestor in boxes for ancestor in element.iterancestors())


def _read_text(node: Node, boxes: list[HtmlElement], roles: _Roles, author_box: HtmlElement | None) -> str:
    unwanted = roles.of("drop")
    whole = not boxes or (author_box is not None and _is_inside(author_box, set(boxes)))
    if whole:
        plain = roles.of("author", "date", "replies", "title", "edited")
        unwanted |= plain | {box for box in roles.of("meta") if _is_only_about(box, unwanted | plain)}
    if author_box is not None:
        unwanted.add(author_box)
    unwanted -= set(boxes)
    children = {part for child in node.children for part in child.parts}
    pieces = [_render(box, unwanted | children) for box in boxes or node.parts]
    return to_text("\n".join(pieces)).strip()


def _is_only_about(box: HtmlElement, known: set[HtmlElement]) -> bool:
    """Does a box named "meta" or "info" hold no more than that? Some themes put the comment itself into it."""
    return len(to_text(_render(box, known))) <= MAX_ABOUT


def _render(box: HtmlElement, unwanted: set[HtmlElement]) -> str:
    """The markup of a box without what is not the comment's text."""
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
    return tostring(box, encoding="unicode", with_tail=False)


def _is_button(element: HtmlElement) -> bool:
    return element.tag == "a" and ("replytocom" in (element.get("href") or "") or element.get("role") == "button")


def _find_author(
    roles: _Roles, own: list[HtmlElement], text_boxes: list[HtmlElement]
) -> tuple[HtmlElement | None, str | None]:
    texts = set(text_boxes)
    for _, box in roles.get("author"):
        name = _read_name(box, roles)
        if name and box not in texts:
            return box, name
    for element in own:
        is_named = element.tag in ("a", "cite") and ("url" in (element.get("class") or "").split())
        if is_named and not _is_inside(element, texts) and (name := _clean_name(to_line(_inner(element)))):
            return element, name
    for element in own:
        if element.tag in ("h3", "h4", "h5", "h6", "strong", "b") and element not in texts:
            inside = _is_inside(element, texts)
            name = _clean_name(to_line(_inner(element)))
            if name and not inside and len(name) <= 60 and not _has_digits_only(name):
                return element, name
    return None, None


def _has_digits_only(name: str) -> bool:
    return not any(letter.isalpha() for letter in name) or bool(re.search(r"\d{4}|\d:\d\d", name))


def _read_name(box: HtmlElement, roles: _Roles) -> str | None:
    """The name in a box: that of schema.org, else of its link, else its text without times and buttons."""
    if box.tag == "meta":
        return _clean_name(box.get("content") or "")
    for inner in box.iter():
        if inner is not box and isinstance(inner.tag, str) and (inner.get("itemprop") or "").lower() == "name":
            name = _clean_name(inner.get("content") or to_line(_inner(inner)))
            if name:
                return name
    unwanted = roles.of("date", "drop", "meta", "edited") - {box}
    unwanted = {element for element in unwanted if not _is_inside(box, {element})}
    links = [
        link
        for link in box.iter("a")
        if not _LEADS.search(link.get("href") or "")
        and "replytocom" not in (link.get("href") or "")
        and link not in unwanted
    ]
    for link in links:
        name = _clean_name(to_line(_inner(link)))
        if name and not _has_digits_only(name):
            return name
    name = _clean_name(to_line(_render(box, unwanted)))
    return None if name and len(name) > 80 else name


def _clean_name(name: str) -> str | None:
    name = _TAIL.sub("", _SAYS.sub("", _BY.sub("", " ".join(name.split())))).strip(' "“”„»«:,;-–—|')
    return name[:MAX_AUTHOR] or None


def _inner(element: HtmlElement) -> str:
    return tostring(element, encoding="unicode", with_tail=False)


def _find_author_url(box: HtmlElement | None, url: str) -> str | None:
    if box is None:
        return None
    links = [box, *box.iter("a")] if box.tag == "a" else list(box.iter("a"))
    around = box.getparent()
    if not links and around is not None and around.tag == "a":
        links = [around]
    for link in links:
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:")) and not _LEADS.search(href):
            address: str = urljoin(url, href)
            if address.startswith(("http://", "https://")):
                return address
    return None


def _find_moments(roles: _Roles, own: list[HtmlElement], text_boxes: list[HtmlElement]) -> list[tuple[str, bool]]:
    """Everything that may say when, the surest first: attributes for machines, then elements named so, then lines."""
    texts = set(text_boxes)
    moments: list[tuple[str, bool]] = []
    boxes = [box for _, box in roles.get("date") if box not in texts]
    boxes = [box for box in boxes if not _is_inside(box, texts)] or boxes
    for box in boxes:
        for element in box.iter():
            for name in ("datetime", "content", "title", "data-time", "data-timestamp", "data-utime", "data-date"):
                value = element.get(name) if isinstance(element.tag, str) else None
                if value and any(letter.isdigit() for letter in value):
                    moments.append((value, True))
    lines = [*boxes, *(box for _, box in roles.get("meta")), *(box for _, box in roles.get("author"))]
    lines = [box for box in lines if not any(text in texts for text in box.iter())]
    spoken = [to_line(_inner(box)) for box in lines]
    moments.extend((line, False) for line in spoken if any(letter.isdigit() for letter in line))
    if not moments:
        moments.extend(_find_loose_moments(own, texts))
    return moments


def _find_loose_moments(own: list[HtmlElement], texts: set[HtmlElement]) -> list[tuple[str, bool]]:
    """Short lines outside the text that hold a digit: where nothing is named, the time is one of them."""
    lines = []
    for element in own[1:]:
        if element in texts or _is_inside(element, texts) or any(inner in texts for inner in element.iter()):
            continue
        line = " ".join("".join(element.itertext()).split())
        if 5 < len(line) <= 120 and any(letter.isdigit() for letter in line):
            lines.append((line, False))
    return lines


def _find_link(node: Node, own: list[HtmlElement], url: str) -> str | None:
    """The permalink: the link in the comment whose fragment names it."""
    wanted = {name for name in (node.marker.anchor, node.marker.number and f"comment-{node.marker.number}") if name}
    for element in own:
        href = element.get("href") if element.tag == "a" else element.get("data-comment-url")
        if href and "replytocom" not in href and href.partition("#")[2] in wanted:
            return str(urljoin(url, href.strip()))
    return None


def _find_title(roles: _Roles, text: str) -> str | None:
    for rank, box in roles.get("title"):
        title = to_line(_inner(box), MAX_TITLE)
        if rank and title and not text.startswith(title.rstrip("….")):
            return title
    return None


def _find_answered(node: Node, own: list[HtmlElement]) -> str | None:
    """What the markup names as answered: data-parent, or a link "in reply to" outside the text."""
    for element in node.parts:
        for name in ("data-parent", "data-parent-id", "data-comment-parent", "data-parentid"):
            value = (element.get(name) or "").strip().lstrip("#")
            if value and value != "0":
                return value
    for element in own:
        if element.get("itemprop") == "parentItem":
            return (element.get("content") or element.get("href") or "").rpartition("#")[2] or None
    return None


def _read_raw(node: Node) -> str | None:
    children = {part for child in node.children for part in child.parts}
    return "".join(_render(part, children) for part in node.parts)[:MAX_RAW] or None
