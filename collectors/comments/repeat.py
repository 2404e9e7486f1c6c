"""Comments that nothing names one by one: a section called "Komentar" or "Buku tamu" whose boxes repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml.etree import XPath
from lxml.html import HtmlElement

from collectors.comments.date import has_date
from collectors.comments.find import Node, find_nodes, is_unseen, select
from collectors.comments.role import Marker, Role, is_noun, read_roles, split_words

_BOXES = frozenset({"li", "div", "article", "section", "p", "table", "blockquote", "dl", "tr", "dt"})
_NOT_A_SECTION = frozenset(
    (
        "form",
        "link",
        "links",
        "count",
        "respond",
        "reply",
        "input",
        "button",
        "btn",
        "number",
        "meta",
        "icon",
        "title",
    )
)
_HEADING = re.compile(
    r"^\W*(?:\d+\W*)?(?:reader |visitor |user |artikel |all )?(?:comments?|komentar|kommentare?|responses?|tanggapan|"
    r"reacties|comentarios|commentaires|testimoni\w*|ulasan|reviews?|meinungen)\b[^.]{0,60}$",
    re.IGNORECASE,
)
_GUESTBOOK = re.compile(
    r"\b(?:buku\s?tamu|guest\s?book|gästebuch|gaestebuch|gastenboek|livre d'or|kesan (?:dan|&) pesan|"
    r"kritik (?:dan|&) saran|testimoni(?:al|als)?|suara (?:warga|pembaca|pengunjung)|surat pembaca|tanya jawab)\b",
    re.IGNORECASE,
)
_PARITY = re.compile(r"\d+|^(?:odd|even|alt|first|last|ganjil|genap)$")
_NAMED = XPath(
    "descendant::*[self::div or self::section or self::ul or self::ol or self::table or self::aside or self::article"
    " or self::td][@id or @class]"
)
MAX_BOXES = 4_000
MAX_SECTIONS = 12


def find_repeated(tree: HtmlElement) -> list[Node]:
    """The nodes of the first section in which boxes of one kind repeat and say who and when."""
    for count, section in enumerate(_iter_sections(tree)):
        if count >= MAX_SECTIONS:
            break
        nodes = split_section(section)
        if nodes:
            return nodes
    return []


def find_flat(tree: HtmlElement) -> list[Node]:
    """Comments without a box of their own: "comment-author", "comment-text", "comment-author", … side by side."""
    nodes: list[Node] = []
    done: set[HtmlElement] = set()
    for element in select(_NAMED, tree):
        around = element.getparent()
        if around is None or around in done or _get_part(element) is None or is_unseen(element):
            continue
        done.add(around)
        kinds = [(child, _get_part(child)) for child in around if isinstance(child.tag, str)]
        named = [kind for _, kind in kinds if kind is not None]
        if {"author", "text"} <= set(named):
            for child, kind in kinds:
                if kind == named[0]:
                    nodes.append(Node([child], Marker(1, token="flat")))  # noqa: S106 - no secret
                elif nodes and kind is not None:
                    nodes[-1].parts.append(child)
    return nodes


def _get_part(element: HtmlElement) -> Role | None:
    """What a class says that an element is of a comment, where it names the comment too."""
    for token in (element.get("class") or "").split():
        if any(is_noun(word) for word in split_words(token)):
            for role, rank in read_roles(element.tag, token):
                if rank >= 4 and role in ("author", "text", "date"):
                    return role
    return None


def is_guestbook(tree: HtmlElement) -> bool:
    """Does the page call itself a guest book, by its title or a heading?"""
    return any(
        _GUESTBOOK.search("".join(element.itertext())[:200]) for element in tree.iter("title", "h1", "h2", "h3")
    )


def _iter_sections(tree: HtmlElement) -> Iterator[HtmlElement]:
    seen: set[HtmlElement] = set()
    for section in (*_iter_named(tree), *_iter_headed(tree)):
        if section not in seen:
            seen.add(section)
            yield section


def _iter_named(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Elements whose class or id speaks of comments, not of a form or a link; the inner ones too."""
    for element in select(_NAMED, tree):
        names = [*(element.get("class") or "").split(), element.get("id") or ""]
        if any(_is_section_name(name) for name in names) and not is_unseen(element):
            yield element


@lru_cache(maxsize=8192)
def _is_section_name(name: str) -> bool:
    words = set(split_words(name))
    return any(is_noun(word) for word in words) and not words & _NOT_A_SECTION


def _iter_headed(tree: HtmlElement) -> Iterator[HtmlElement]:
    """What stands round a heading that speaks of comments; round that of a guest book, a little further out too."""
    for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6", "legend", "strong"):
        line = " ".join("".join(heading.itertext()).split())
        if len(line) > 100 or any(is_unseen(ancestor) for ancestor in heading.iterancestors()):
            continue
        around = heading.getparent()
        is_book = heading.tag in ("h1", "h2", "h3") and _GUESTBOOK.search(line) is not None
        if around is None or not (is_book or _HEADING.match(line)):
            continue
        yield around
        outer = around.getparent()
        # The heading stands in a box of its own; lxml counts children one by one, so their number is not asked for.
        is_head = heading.getprevious() is None and heading.getnext() is None and not (heading.tail or "").strip()
        if (is_book or is_head) and outer is not None and outer.tag not in ("body", "html"):
            yield outer


def split_section(section: HtmlElement) -> list[Node]:
    """The boxes of the kind that repeats most often with a date in each; none where no kind does."""
    groups: dict[tuple[str, ...], list[HtmlElement]] = {}
    for count, element in enumerate(section.iter(*_BOXES)):
        if count > MAX_BOXES:
            return []
        if element is not section and not is_unseen(element):
            groups.setdefault(_get_signature(element), []).append(element)
    best: tuple[str, ...] | None = None
    most = 1
    for signature, boxes in groups.items():
        dated = sum(1 for box in boxes if _is_dated(box))
        if dated > most and dated * 2 > len(boxes):
            best, most = signature, dated
    if best is None or _are_links(groups[best]):
        return []
    chosen = set(groups[best])
    marker = Marker(1, token="repeated")  # noqa: S106 - a class name's place, no secret
    return find_nodes(section, lambda element: marker if element in chosen else None)


def _are_links(boxes: list[HtmlElement]) -> bool:
    """Is most of what the boxes say a link? Then they lead to other pages, as "most commented" does."""
    said = sum(len("".join(box.itertext()).strip()) for box in boxes)
    linked = sum(len("".join(link.itertext()).strip()) for box in boxes for link in box.iter("a"))
    return linked * 2 > said


def _get_signature(element: HtmlElement) -> tuple[str, ...]:
    tokens = {_PARITY.sub("", token) for token in (element.get("class") or "").split()}
    return (element.tag, *sorted(tokens - {""}))


def _is_dated(box: HtmlElement) -> bool:
    if box.find(".//time") is not None:
        return True
    text = " ".join("".join(box.itertext()).split())
    return 8 < len(text) < 20_000 and (has_date(text[:400]) or has_date(text[-200:]))
