"""Foreign bytes to text, and foreign markup to plain text; nothing here knows what a feed or a page is.

Every text that leaves a parser went through `clean`: NFC, no controls, no lone surrogates, never over the limit.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from collectors.charset import decode
from collectors.item import MAX_TEXT, MAX_TITLE, cut
from collectors.markup_bound import drop_wide_tags

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

__all__ = ["clean", "decode", "to_line", "to_text"]

# C0 and C1 but tab and newline, soft hyphen, zero-width space and joiner, BOM, direction overrides (they can make
# a name read backwards), noncharacters, surrogates. U+200C and U+200D stay: scripts and emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAK = re.compile("\r\n?|[\u2028\u2029\x85]")
_BLANK = re.compile(r"[ \t\xa0\u2000-\u200a\u202f\u205f\u3000]+")
_GAP = re.compile(r"\n{3,}")
_SPACE = re.compile(r"\s+")

# What stands before and after an element, until `_settle` makes line breaks of it.
_NEW_LINE, _NEW_PARAGRAPH = "\x01", "\x02"
_PARAGRAPHS = "p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table figure"
_LINES = (
    "div li dt dd tr section article header footer aside nav main address figcaption form fieldset hr caption "
    "details summary center"
)
_HIDES = "script style template noscript iframe object svg math head title select textarea"
_BREAKS = (
    dict.fromkeys(_PARAGRAPHS.split(), _NEW_PARAGRAPH)
    | dict.fromkeys(_LINES.split(), _NEW_LINE)
    | {"td": " ", "th": " "}
)
_UNSEEN = frozenset(_HIDES.split())
_EMOJI = re.compile(r"\b(?:wp-smiley|emoji|smiley|emoticon)\b")

# lexbor is quadratic in the depth of open elements (100,000 <div>: 20 s). No entry of a real feed comes near this
# figure; what does is read without a tree.
_MAX_TAGS = 5_000
_LONG = 2_000  # characters; in less no tag can have too many attributes
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")


def to_text(markup: str, limit: int = MAX_TEXT) -> str:
    """Markup as a reader sees it: plain text, entities decoded, paragraphs and <br> as line breaks."""
    if "<" in markup:
        return clean(_read_tree(markup), limit)
    return clean(html.unescape(markup) if "&" in markup else markup, limit)


def to_line(markup: str, limit: int = MAX_TITLE) -> str:
    """The same on one line: for titles and names."""
    text = to_text(markup, limit)
    return _SPACE.sub(" ", text) if "\n" in text else text


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Text that is no markup, made fit to be stored: NFC, no controls, no lone surrogates, edges trimmed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _undouble(text))
    # isprintable() is C and a regular expression is not: most texts have nothing but line breaks to be looked at.
    if not text.replace("\n", "").isprintable():
        text = _BLANK.sub(" ", _UNWANTED.sub("", _BREAK.sub("\n", text)))
    elif "  " in text:
        text = _BLANK.sub(" ", text)
    if "\n" in text:
        text = _GAP.sub("\n\n", text.replace(" \n", "\n").replace("\n ", "\n"))
    return cut(text.strip(), limit)


# What Windows-1252 shows for the bytes 0x80-0x9f, back to those bytes.
_BYTES = {ord(bytes([code]).decode("cp1252", "ignore") or chr(code)): code for code in range(0x80, 0xA0)}
_DOUBLED = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")


def _undouble(text: str) -> str:
    """UTF-8 that somebody read as Windows-1252 and encoded again ("Ã©"), read right; anything else as it is."""
    if not _DOUBLED.search(text):
        return text
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _read_tree(markup: str) -> str:
    if len(markup) > _LONG:
        markup = drop_wide_tags(markup)
    if markup.count("<") > _MAX_TAGS:
        return _read_flat(markup)
    body = LexborHTMLParser(markup).body
    text = markup if body is None else "".join(_walk(body))
    return _BREAKS_MET.sub(_settle, _BLANK.sub(" ", text) if "  " in text else text)


# It starts at a break, not at the blank before one: with " ?" in front it would be tried at every blank of the text.
_BREAKS_MET = re.compile("[\n\x01\x02][ \n\x01\x02]*")


def _settle(breaks: re.Match[str]) -> str:
    """Breaks that meet are one: an empty line if a paragraph or two <br> are among them."""
    met = breaks[0]
    return "\n\n" if _NEW_PARAGRAPH in met or met.count("\n") > 1 else "\n"


def _walk(body: LexborNode) -> list[str]:
    """The text under a body in document order; without recursion, since the depth is the sender's choice."""
    pieces: list[str] = []
    pre = 0  # how many open elements keep their spaces
    node = body.child
    while node is not None:
        tag = node.tag or ""
        child = _enter(node, tag, pieces, pre)
        if child is not None:
            pre += tag == "pre"
            node = child
            continue
        while (following := node.next) is None:
            parent = node.parent
            if parent is None or parent.tag == "body":
                return pieces
            node = parent
            pieces.append(_BREAKS.get(node.tag or "", ""))
            pre -= node.tag == "pre"
        node = following
    return pieces


def _enter(node: LexborNode, tag: str, pieces: list[str], pre: int) -> LexborNode | None:
    """Write what stands at the start of a node; its first child, if a reader sees inside it."""
    if tag == "-text":
        text = node.text_content or ""
        pieces.append(_SPACE.sub(" ", text) if not pre and ("\n" in text or "\t" in text) else text)
        return None
    if tag == "br":
        pieces.append("\n")
        return None
    if tag in _UNSEEN:
        return None
    if tag == "img" and _EMOJI.search(node.attributes.get("class") or ""):
        pieces.append(node.attributes.get("alt") or "")
    if tag in _BREAKS:
        pieces.append(_BREAKS[tag])
    return node.child


def _read_flat(markup: str) -> str:
    """The text between tags, without a tree: for markup that is too deep or too full of tags; linear."""
    for opening, closing in _HIDDEN:
        markup = _drop(markup, opening, closing)
    return html.unescape(_ANY_TAG.sub("\n", markup))


_HIDDEN = tuple(
    (re.compile(opening, re.IGNORECASE), re.compile(closing, re.IGNORECASE))
    for opening, closing in (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"))
)


def _drop(markup: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    """Markup without the stretches between two marks; an unclosed one reaches to the end, as in a browser."""
    kept, position = [], 0
    while start := opening.search(markup, position):
        kept.append(markup[position : start.start()])
        end = closing.search(markup, start.end())
        if end is None:
            return "".join(kept)
        position = end.end()
    return "".join([*kept, markup[position:]])
