"""The text of a comment: the box that holds it, or all of the comment without its author, time and buttons."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from collectors.comments.author import MAX_NAME, SAYS
from collectors.comments.date import has_date
from collectors.comments.part import Parts, inner_markup, is_inside, render
from collectors.comments.role import read_id
from collectors.markup import to_line, to_text

MAX_ABOUT = 60  # characters that stand about a comment beside its author and time: "says", "Permalink", "Guest"
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BUTTONS = re.compile(
    r"^(?:#?\d{1,5}[.):]?|reply|reply to this|reply to .{1,40}|balas|balasan|jawab|antworten|antwort|répondre|"
    r"responder|"
    r"beantwoorden|permalink|link|edit|sunting|ubah|hapus|delete|bearbeiten|löschen|quote|kutip|zitieren|report|"
    r"laporkan|"
    r"melden|share|bagikan|teilen|like|suka|gefällt mir|dislike|gast|guest|tamu|author|admin|visitor|says|said|"
    r"wrote|"
    r"sagt|schrieb|schreibt|meint|berkata|menulis|gefällt mirgefällt mir|likeliked by .*|loading\.*|"
    r"[|·•.,:;()\[\]/-]+)"
    r"[:.…\s]*$",
    re.IGNORECASE,
)
_GLUE = re.compile(
    r"\b(?:on|at|am|um|uhr|wib|wita|wit|pada|pukul|jam|tanggal|posted|by|von|oleh|dari|dikirim|ditulis|geschrieben|"
    r"says|said|"
    r"wrote|sagt|schrieb|schreibt|meint|berkata|menulis|from|the|pm|utc|gmt|comment|komentar|kommentar|date|datum|kl|"
    r"mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|senin|selasa|rabu|kamis|"
    r"jumat|sabtu|minggu|ahad|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b|[^\W\d_]{0,9}\.?\s?\d[\d.:/-]*"
    r"|\d|\W",
    re.IGNORECASE,
)


def choose_texts(parts: Parts) -> None:
    """Find the boxes of the surest rank that hold words; of nested ones the outer, unless it holds the author too."""
    drops, authors = parts.of("drop"), parts.of("author")
    ranked = [(rank, box) for rank, box in parts.get("text") if not is_inside(box, drops) and _has_words(box)]
    ranked = [(rank, box) for rank, box in ranked if box not in authors or rank > 3]
    best = max((rank for rank, _ in ranked), default=0)
    boxes = [box for rank, box in ranked if rank == best]
    outer = [box for box in boxes if not is_inside(box, set(boxes))]
    inner = [box for box in boxes if not any(other is not box and is_inside(other, {box}) for other in boxes)]
    if outer != inner and any(is_inside(author, set(outer)) for author in authors):
        outer = inner
    # A weak name may stand on a label: "komentar" on the name of who commented.
    if best <= 1 and _count(outer) < _count(parts.node.parts) / 3 and _count(outer) < 40:
        outer = []
    parts.texts, parts.weak = outer, best <= 2


def read_text(parts: Parts, author_box: HtmlElement | None, author: str | None) -> tuple[str, str | None]:
    """The text of a comment and its title, where it has one."""
    unwanted = parts.of("drop")
    boxes = set(parts.texts)
    whole = not boxes or (author_box is not None and is_inside(author_box, boxes))
    if whole:
        plain = {box for role in ("author", "date") for rank, box in parts.get(role) if rank > 3 or role == "date"}
        plain |= parts.of("replies", "title", "edited")
        unwanted |= plain | {box for box in parts.of("meta") if _is_only_about(box, unwanted | plain)}
        unwanted |= {element for element in parts.own if is_line_of_time(element) or _is_permalink(element)}
    if author_box is not None:
        unwanted.add(author_box)
    title_box, title = _find_title(parts)
    if title_box is not None:
        unwanted.add(title_box)
    unwanted -= boxes
    unwanted -= set(parts.node.parts)
    unwanted |= {part for child in parts.node.children for part in child.parts}
    text = to_text("\n".join(render(box, unwanted) for box in parts.texts or parts.node.parts)).strip()
    text = _trim(text, author) if whole else text
    return text, None if title is None or text.startswith(title.rstrip("….")) else title


def _has_words(box: HtmlElement) -> bool:
    return bool("".join(box.itertext()).strip()) or box.find(".//img") is not None


def _count(boxes: list[HtmlElement]) -> int:
    return sum(len(" ".join("".join(box.itertext()).split())) for box in boxes)


def _is_only_about(box: HtmlElement, known: set[HtmlElement]) -> bool:
    """Does a box named "meta" or "info" hold no more than that? Some themes put the comment itself into it."""
    return len(to_text(render(box, known))) <= MAX_ABOUT


def is_line_of_time(element: HtmlElement) -> bool:
    """Is an element a line of its own that says when, and nothing else?"""
    if element.tag not in ("small", "i", "em", "span", "div", "p", "b", "font", "time", "a", "td"):
        return False
    line = "".join(element.itertext())
    return len(line) < 2 * MAX_NAME and has_date(line) and len(_GLUE.sub("", line)) < 4


def _is_permalink(element: HtmlElement) -> bool:
    """A link to the comment itself, such as "#3" or "Permalink"."""
    if element.tag != "a" or element.getparent() is None or element.getparent().tag in _HEADINGS:
        return False
    fragment = (element.get("href") or "").rpartition("#")[2]
    return read_id(fragment)[1] == 3 and len("".join(element.itertext())) < 30


def _find_title(parts: Parts) -> tuple[HtmlElement | None, str | None]:
    """A comment's own heading: named so, or a heading that links to the comment itself."""
    for rank, box in parts.get("title"):
        title = to_line(inner_markup(box))
        if rank and title and box.tag != "div":
            return box, title
    for element in parts.own:
        link = element.find(".//a") if element.tag in _HEADINGS else None
        if link is not None and read_id((link.get("href") or "").rpartition("#")[2])[1]:
            return element, to_line(inner_markup(element)) or None
    return None, None


def _trim(text: str, author: str | None) -> str:
    """The text without lines about the comment at its start and end."""
    lines = text.split("\n")
    while lines and _is_about(lines[0], author):
        lines.pop(0)
    while lines and _is_about(lines[-1], author):
        lines.pop()
    return "\n".join(lines).strip()


def _is_about(line: str, author: str | None) -> bool:
    line = line.strip()
    if not line or _BUTTONS.match(line):
        return True
    if len(line) > 2 * MAX_NAME:
        return False
    if author and line.lower().startswith(author.lower()):
        rest = line[len(author) :].strip()
        if not rest or SAYS.fullmatch(rest) or _BUTTONS.match(rest):
            return True
        line = rest
    rest = line.replace(author, "", 1) if author else line
    return has_date(line) and len(_GLUE.sub("", rest)) < 4
