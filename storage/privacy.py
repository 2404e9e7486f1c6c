"""Personal data in a citizen's text: found, and hidden so that the text stays as long and as readable as it was.

Whoever shows, exports or passes on a text to those who need not know whose it is goes through `mask`
(docs/privacy.md). In this room, because inbox and reports both need it and the pipeline too.
"""

from __future__ import annotations

import re

from storage.privacy_address import find_emails, find_in_link, find_links
from storage.privacy_number import find_numbers
from storage.privacy_span import Kind, Span, blank_out, make_plain

__all__ = ["Kind", "Span", "find_personal", "mask"]

HIDDEN = "•"
_SIGN = re.compile(r"[^\W_]")
# Without five digits and without an "at" there is nothing to find; most texts end here.
_WORTH = re.compile(r"(?:\d[^\d\n]{0,3}){5}|[@＠]|\bet\b|\bat\b|%40", re.IGNORECASE)


def find_personal(text: str) -> tuple[Span, ...]:
    """NIK, family cards, telephones, e-mail addresses and accounts, from left to right, none over another."""
    if not _WORTH.search(text):
        return ()
    plain = make_plain(text)
    found = list(find_emails(plain))
    plain = blank_out(plain, ((span.start, span.end) for span in found))
    links = find_links(plain)
    found += [span for start, end in links for span in find_in_link(plain, start, end)]
    found += find_numbers(blank_out(plain, links))
    return _keep_apart(found)


def _keep_apart(found: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(found):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def mask(text: str) -> str:
    """The text with each letter and digit of personal data as •; places in it stay what they were.

    Of a telephone the last two digits stay, so that two numbers can be told apart.
    """
    pieces, last = [], 0
    for span in find_personal(text):
        pieces += [text[last : span.start], _hide(text[span.start : span.end], span.kind)]
        last = span.end
    return "".join((*pieces, text[last:])) if pieces else text


def _hide(text: str, kind: Kind) -> str:
    keep = 2 if kind == "phone" and text[-2:].isdecimal() else 0
    return _SIGN.sub(HIDDEN, text[: len(text) - keep]) + text[len(text) - keep :]
