"""Text made comparable: case, accents and typography folded away, with a map back to the original characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# One hyphen and one apostrophe for the many that people and editors type.
_TYPOGRAPHY = {0x2212: "-", **dict.fromkeys(range(0x2010, 0x2016), "-"), 0x2018: "'", 0x2019: "'", 0x02BC: "'"}
# Marks, format characters (zero-width space, soft hyphen, direction marks), surrogates and unassigned code points.
_INVISIBLE = frozenset({"Mn", "Me", "Cf", "Cs", "Cn"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `offsets` maps each of its characters to the original's, None where they are the same."""

    text: str
    offsets: Sequence[int] | None

    def get_origin(self, start: int, end: int) -> tuple[int, int]:
        """The original span that folded to [start, end)."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end - 1] + 1


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = "".join(
            _TYPOGRAPHY.get(ord(part), part)
            for part in unicodedata.normalize("NFKD", char)
            if unicodedata.category(part) not in _INVISIBLE
        )
        self[code] = folded = plain.casefold() if not char.isspace() else " "
        return folded


class _CaseTable(dict[int, str]):
    """The same for text whose case and accents count: only typography and invisible characters go."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        invisible = unicodedata.category(char) in _INVISIBLE - {"Mn", "Me"}
        self[code] = kept = "" if invisible else " " if char.isspace() else _TYPOGRAPHY.get(code, char)
        return kept


_FOLDED, _CASED = _Table(), _CaseTable()


def fold(text: str, *, case: bool = False) -> Folded:
    """The text without case, accents and odd typography; with `case` only the typography goes."""
    if text.isascii():
        return Folded(text if case else text.lower(), None)
    table = _CASED if case else _FOLDED
    folded = text.translate(table)
    if all(len(table[ord(char)]) == 1 for char in set(text)):
        return Folded(folded, None)
    return Folded(folded, [place for place, char in enumerate(text) for _ in table[ord(char)]])
