"""What a piece of personal data is called and where it stands; a text as the detector reads it, sign for sign."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["nik", "family_card", "phone", "email", "account"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`length` characters from `start` of a text, and what they are."""

    start: int
    length: int
    kind: Kind

    @property
    def end(self) -> int:
        return self.start + self.length


# Full-width signs, digits of other scripts, spaces and dashes of typesetters, and what a PDF puts between signs.
_PLAIN = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_PLAIN |= {zero + digit: str(digit) for zero in (0x0660, 0x06F0, 0x0966, 0x1D7CE, 0x1D7F6) for digit in range(10)}
_PLAIN |= dict.fromkeys(
    map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\u200b\u200c\u200d\u2060\ufeff\u00ad"), " "
)
_PLAIN |= dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")

# A scanner and a hurried thumb take O for 0 and l for 1; four signs with a digit among them are a number.
_MUDDLED = re.compile(r"(?<![A-Za-z])[\dOolI]{4,}(?![A-Za-z])")
_DIGITS = str.maketrans("OolI", "0011")


def make_plain(text: str) -> str:
    """The same number of characters, with one spelling for each digit, dash and space."""
    plain = text if text.isascii() else text.translate(_PLAIN)
    return _MUDDLED.sub(_make_digits, plain)


def _make_digits(found: re.Match[str]) -> str:
    token = found.group()
    return token.translate(_DIGITS) if not token.isdecimal() and any(map(str.isdecimal, token)) else token


def blank_out(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text with some places (start, end) as unprintable signs, so that nobody looks there again."""
    pieces, last = [], 0
    for start, end in sorted(places):
        if end > last:
            begin = max(start, last)
            pieces += [text[last:begin], "\0" * (end - begin)]
            last = end
    return "".join((*pieces, text[last:])) if pieces else text
