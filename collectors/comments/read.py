"""Reads one comment: its text, who wrote it, the lines that may say when, its permalink and what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from collectors.comments.author import find_author, find_author_url
from collectors.comments.date import has_date
from collectors.comments.find import Node
from collectors.comments.part import Parts, collect_parts, inner_markup, is_inside, render
from collectors.comments.role import read_id
from collectors.comments.text import choose_texts, is_line_of_time, read_text
from collectors.item import MAX_RAW
from collectors.markup import to_line
from collectors.site import join_address

_PING = re.compile(
    r"^\s*(?:pingback|trackback|ping|ping-?balik|lacak balik)\b\s*(?::|by\b|von\b|oleh\b)", re.IGNORECASE
)
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\d")
MACHINE = ("datetime", "content", "title", "data-time", "data-timestamp", "data-utime", "data-date", "data-datetime")


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


def read_draft(node: Node, url: str) -> Draft | None:
    """The comment that a node holds; None where it holds no text, or nothing says who wrote it or when."""
    parts = collect_parts(node)
    choose_texts(parts)
    author_box, author = find_author(parts)
    moments = _find_moments(parts)
    if not _is_comment(node, author, moments):
        return None
    text, title = read_text(parts, author_box, author)
    if not text or _PING.match(text) or (author_box is not None and _PING.match(to_line(inner_markup(author_box)))):
        return None
    number, anchor = _find_name(parts)
    link = _find_link(parts, number, anchor, url)
    return Draft(
        text=text,
        node=node,
        number=number,
        anchor=anchor,
        title=title,
        author=author,
        author_url=find_author_url(author_box, url),
        moments=moments,
        edited=_find_edited(parts),
        link=link,
        answers=_find_answered(parts, number),
        reactions=_find_reactions(parts),
        review=(node.root.get("itemtype") or "").rstrip("/").endswith("Review"),
        raw=_read_raw(node),
    )


def _is_comment(node: Node, author: str | None, moments: list[tuple[str, bool]]) -> bool:
    """Enough said about it? Where only a class name speaks for a comment, author and time must too."""
    if node.marker.number is None and node.root.find(".//h1") is not None:
        return False  # an article: "kommentar" is what newspapers call an opinion
    if node.marker.strength == 3 or node.marker.number is not None:
        return author is not None or bool(moments)
    return author is not None and any(machine or has_date(line) for line, machine in moments)


def _find_moments(parts: Parts) -> list[tuple[str, bool]]:
    """Everything that may say when, the surest first: attributes for machines, then elements named so, then lines."""
    texts = set(parts.texts)
    boxes = [box for _, box in parts.get("date") if box not in texts]
    boxes = [box for box in boxes if not is_inside(box, texts)] or boxes
    moments = [
        (value, True)
        for box in boxes
        for element in box.iter()
        if isinstance(element.tag, str)
        for name in MACHINE
        if (value := element.get(name)) and any(letter.isdigit() for letter in value)
    ]
    if any(_ISO.match(value) for value, _ in moments):
        return moments
    lines = [*boxes, *(box for _, box in parts.get("meta")), *(box for _, box in parts.get("author"))]
    lines = [box for box in lines if not any(inner in texts for inner in box.iter())]
    spoken = [_get_line(box) for box in lines]
    moments.extend((line, False) for line in spoken if any(letter.isdigit() for letter in line))
    moments.extend(_find_loose_moments(parts, texts))
    if not moments and parts.weak:
        inside = [element for element in parts.own if is_inside(element, texts) and is_line_of_time(element)]
        moments.extend((_get_line(element), False) for element in inside)
    return moments


def _get_line(box: HtmlElement) -> str:
    """The text of a box on one line; its elements do not run together, as in "3 Mei" and "2020"."""
    return " ".join(" ".join(box.itertext()).split())


def _find_loose_moments(parts: Parts, texts: set[HtmlElement]) -> list[tuple[str, bool]]:
    """Short lines outside the text that hold a year: where nothing is named, the time is one of them."""
    lines = []
    around = {ancestor for child in parts.node.children for ancestor in child.root.iterancestors()}
    for element in parts.own:
        if (
            element in around
            or element in texts
            or is_inside(element, texts)
            or any(inner in texts for inner in element.iter())
        ):
            continue
        if has_date(element.get("title") or ""):
            lines.append((element.get("title"), True))
        line = _get_line(element)
        if 5 < len(line) <= 120 and re.search(r"(?:19|20)\d\d|\d\d?[./]\d\d?[./]\d\d", line):
            lines.append((line, False))
    return lines


def _find_name(parts: Parts) -> tuple[str | None, str | None]:
    """The comment's number and the fragment that names it: its own id, one inside it, or an anchor just before it."""
    marker = parts.node.marker
    if marker.number:
        return marker.number, marker.anchor
    root = parts.node.root
    before = root.getprevious()
    near = [before] if before is not None and before.tag == "a" and not "".join(before.itertext()).strip() else []
    for element in [*near, *parts.own]:
        for name in ("id", "name"):
            number, strength = read_id(element.get(name) or "")
            if number and (strength == 3 or element.tag == "a"):
                return number, element.get(name)
    texts = set(parts.texts)
    for element in parts.own:
        fragment = (element.get("href") or "").rpartition("#")[2] if element.tag == "a" else ""
        number, strength = read_id(fragment) if fragment else (None, 0)
        if number and strength == 3 and not is_inside(element, texts):
            return number, fragment
    return None, marker.anchor


def _find_link(parts: Parts, number: str | None, anchor: str | None, url: str) -> str | None:
    """The permalink: the link in the comment whose fragment names it."""
    wanted = {name for name in (anchor, number and f"comment-{number}") if name}
    for element in parts.own:
        href = element.get("href") if element.tag == "a" else element.get("data-comment-url")
        if href and "replytocom" not in href and href.partition("#")[2] in wanted:
            return join_address(url, href)
    return None


def _find_answered(parts: Parts, number: str | None) -> str | None:
    """What the markup names as answered: data-parent, schema.org, or a link to another comment outside the text."""
    for element in parts.node.parts:
        for name in (
            "data-parent",
            "data-parent-id",
            "data-comment-parent",
            "data-parentid",
            "data-parent-comment-id",
        ):
            value = (element.get(name) or "").strip().lstrip("#")
            if value and value != "0":
                return read_id(value)[0] or value
    texts = set(parts.texts)
    for element in parts.own:
        href = element.get("href") or element.get("content") or ""
        is_answer = (element.get("itemprop") or "") in ("parentItem", "replyToUrl")
        if "#" not in href or not (is_answer or element.tag == "a"):
            continue
        other, strength = read_id(href.rpartition("#")[2])
        if other and other != number and number and strength and (is_answer or not is_inside(element, texts)):
            return other
    return None


def _find_edited(parts: Parts) -> str | None:
    for rank, box in parts.get("edited"):
        value = box.get("datetime") or box.get("content") or (to_line(inner_markup(box)) if rank > 1 else None)
        if value:
            return str(value)
    return None


def _find_reactions(parts: Parts) -> dict[str, int]:
    for element in parts.own:
        if element.get("itemprop") in ("upvoteCount", "downvoteCount"):
            value = (element.get("content") or "".join(element.itertext())).strip()
            if value.isascii() and value.isdigit() and len(value) < 10:
                return {"like" if element.get("itemprop") == "upvoteCount" else "dislike": int(value)}
    return {}


def _read_raw(node: Node) -> str | None:
    children = {part for child in node.children for part in child.parts}
    return "".join(render(part, children) for part in node.parts)[:MAX_RAW] or None
