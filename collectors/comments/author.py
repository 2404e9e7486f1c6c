"""Who wrote a comment: the name and the author's address, found by schema.org, class names, links and bold print."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from collectors.comments.date import cut_date, has_date
from collectors.comments.part import Parts, inner_markup, is_inside, render
from collectors.comments.role import read_id, read_roles
from collectors.comments.word import NO_NAMES
from collectors.item import MAX_AUTHOR
from collectors.markup import to_line
from collectors.site import join_address

MAX_LINE = 200  # of what may say "by Budi on 3 March"
SURE = 6  # the rank of schema.org, hCard and WordPress' own class names
MAX_NAME = 80  # a longer line is no name
_VERBS = (
    r"says|said|say|wrote|writes|commented|comments?|replied|sagt|sagte|schreibt|schrieb|meint|meinte|"
    r"kommentierte|kommentiert|antwortete|antwortet|berkata|menulis|mengatakan|bilang|berkomentar|komentar|dice|dijo|"
    r"escribió|dit|a dit|a écrit|zegt|schreef|diz|disse|ha detto|scrive"
)
SAYS = re.compile(
    rf"[\s,]*\b(?:{_VERBS})\b\s*(?:[,:…].*|\.\.\..*|(?:on|at|am|pada|um|vor|in reply to|to|le|el|il|op)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_BY = re.compile(
    r"^(?:(?:posted|written|submitted|comment|kommentar|geschrieben|verfasst|ditulis|dikirim|dipos|komentar|oleh|by|"
    r"von|dari|nama|name|pengirim|autor|author|penulis|from|par|por|eintrag|gast|guest)\b\s*:?\s*)+(?=\S)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:[|·•,:\-–—#/(\[]\s*)+$"
    r"|\s*[(\[](?:admin|author|autor|penulis|moderator|not verified|unverified|belum diverifikasi|"
    r"nicht überprüft|visitor|"
    r"besucher|member|guest|gast|tamu|anonymous|post author|beitragsautor)[)\]].*$",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"\b(?:by|von|oleh|par|por|from)\b\s*:?\s+(?P<name>\S.{0,60}?)\s*(?:\([^)]*\)\s*)?"
    r"(?:\b(?:on|am|at|pada|um|le|el|il)\b|[,|@–—-]|$)",
    re.IGNORECASE,
)


def find_author(parts: Parts) -> tuple[HtmlElement | None, str | None]:
    """The box of the author's name and the name itself."""
    texts = set(parts.texts)
    for rank, box in parts.get("author"):
        name = _read_name(box, parts, rank >= SURE)
        if name and box not in texts:
            return box, name
    found = _find_by(parts, _is_author_link) or _find_line(parts) or _find_by(parts, _is_bold, _is_plain_link)
    if found is None and parts.weak:
        found = _find_leading(parts)
    if found is None and parts.node.marker.is_sure:  # what it is, is sure without a name
        found = _find_before_date(parts)
    return found or (None, None)


def _find_by(parts: Parts, *tests: Callable[[HtmlElement], bool]) -> tuple[HtmlElement | None, str] | None:
    """The first element outside the text that passes a test and reads as a name; the tests one after the other."""
    texts = set(parts.texts)
    for test in tests:
        for element in parts.own:
            if test(element) and element not in texts and not is_inside(element, texts):
                name = read_plain_name(element)
                if name:
                    return element, name
    return None


def _find_line(parts: Parts) -> tuple[HtmlElement | None, str] | None:
    """The name in a line such as "Submitted by Budi on Tue, 01/05/2010", and its link where it has one."""
    for box, line in _iter_lines(parts):
        match = _LINE.search(cut_date(line)) or _LINE.search(line)
        name = clean_name(cut_date(match["name"])) if match else None
        if name and not _is_no_name(name):
            links = [link for link in box.iter("a") if clean_name(to_line(inner_markup(link))) == name]
            return (links[0] if links else None), name
    return None


def _find_before_date(parts: Parts) -> tuple[HtmlElement | None, str] | None:
    """The name in a line that says only who and when: "Budi, 3 November 2026"."""
    for _, line in _iter_lines(parts):
        name = clean_name(cut_date(line))
        words = re.findall(r"\w+", name.lower()) if name else []
        if name and 0 < len(words) <= 4 and not NO_NAMES & set(words) and not _is_no_name(name):
            return None, name
    return None


def _iter_lines(parts: Parts) -> Iterator[tuple[HtmlElement, str]]:
    """Short lines outside the text that state a day, those that are named so first."""
    texts = set(parts.texts)
    boxes = [box for _, box in (*parts.get("date"), *parts.get("meta"))]
    boxes += [box for box in parts.own if box not in parts.node.parts or len(parts.node.parts) > 1]
    for box in boxes:
        if not is_inside(box, texts) and not any(inner in texts for inner in box.iter()):
            line = to_line(inner_markup(box))
            if len(line) <= MAX_LINE and has_date(line):
                yield box, line


def _find_leading(parts: Parts) -> tuple[HtmlElement | None, str] | None:
    """A name in bold, or in a box that bears a weak name, with which the comment's box begins."""
    for element in parts.own:
        labelled = any(
            role == "text" and rank <= 1 for role, rank in read_roles(element.tag, element.get("class") or "")
        )
        if element in parts.node.parts or not (
            _is_bold(element) or (labelled and element.tag in ("span", "b", "div"))
        ):
            continue
        name = read_plain_name(element)
        if name and _begins_with("".join("".join(box.itertext()) for box in parts.node.parts), name):
            return element, name
    return None


def _begins_with(text: str, name: str) -> bool:
    return "".join(text.split())[: len(name) + 20].find("".join(name.split())) >= 0


def find_author_url(box: HtmlElement | None, url: str) -> str | None:
    """The address that the author's name is linked to; links within the page are not the author's."""
    if box is None:
        return None
    links = [box, *box.iter("a")] if box.tag == "a" else list(box.iter("a"))
    around = box.getparent()
    if not links and around is not None and around.tag == "a":
        links = [around]
    for link in links:
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:")) and not is_permalink(href):
            address = join_address(url, href)
            if address and address.startswith(("http://", "https://")):
                return address
    return None


def is_permalink(href: str) -> bool:
    """Does a link lead to a comment (or to the form that answers it), not to a person?"""
    page, _, fragment = href.rpartition("#")
    return "replytocom" in href or "showComment" in page or read_id(fragment)[1] > 0


def clean_name(name: str, sure: bool = False) -> str | None:
    """The name in a line such as "Kommentar von Budi (Gast) schrieb am"; a sure one may begin with "von"."""
    name = " ".join(name.split())
    said = SAYS.sub("", name if sure else _BY.sub("", name))
    name = _TAIL.sub("", said or (name if sure else "")).strip(' "“”„»«:,;-–—|•·')
    return name[:MAX_AUTHOR] if any(letter.isalnum() for letter in name) else None


def read_plain_name(element: HtmlElement) -> str | None:
    """The name in an element that nothing calls an author's: short, and no number, date or whole sentence."""
    doomed = {
        inner for inner in element.iter() if inner is not element and inner.tag in ("small", "time", "sup", "i")
    }
    line = to_line(render(element, doomed))
    name = clean_name(line) or clean_name(to_line(inner_markup(element)))
    if not name or len(name) > 60 or _is_no_name(name):
        return None
    return name


def _read_name(box: HtmlElement, parts: Parts, sure: bool) -> str | None:
    """The name in a box: that of schema.org, else of its link, else its text without times and buttons.

    A sure box may name anybody, "1009" too.
    """
    if box.tag == "meta":
        return clean_name(box.get("content") or "", sure)
    for inner in box.iter():
        if inner is not box and isinstance(inner.tag, str) and (inner.get("itemprop") or "").lower() == "name":
            name = clean_name(inner.get("content") or to_line(inner_markup(inner)), sure)
            if name:
                return name
    unwanted = {element for element in parts.of("date", "drop", "edited") if element is not box}
    links = [link for link in box.iter("a") if not is_permalink(link.get("href") or "") and link not in unwanted]
    for link in links:
        name = clean_name(to_line(inner_markup(link)), sure)
        if name and (sure or not _is_no_name(name)):
            return name
    name = clean_name(cut_date(to_line(render(box, unwanted))), sure)
    return None if name is None or len(name) > MAX_NAME or (not sure and _is_no_name(name)) else name


def _is_no_name(name: str) -> bool:
    return not any(letter.isalpha() for letter in name) or bool(re.search(r"\d{4}-|\d:\d\d|\d\d[./]\d\d", name))


def _is_author_link(element: HtmlElement) -> bool:
    if element.tag not in ("a", "cite", "span"):
        return False
    relations = (element.get("rel") or "").split()
    named = "url" in (element.get("class") or "").split() or {"external", "author", "ugc"} & set(relations)
    return bool(named) and not is_permalink(element.get("href") or "")


def _is_bold(element: HtmlElement) -> bool:
    if element.tag not in ("h3", "h4", "h5", "h6", "strong", "b", "cite", "dt"):
        return False
    return not any(is_permalink(link.get("href") or "") for link in element.iter("a"))  # then it is the title


def _is_plain_link(element: HtmlElement) -> bool:
    href = element.get("href") or ""
    return element.tag == "a" and href.startswith("http") and not is_permalink(href)
