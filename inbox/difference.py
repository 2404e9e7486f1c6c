"""What changed between two versions of a text, word by word, for a page that marks it. Plain strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

_PIECE = re.compile(r"\s+|[^\s]+")
# Comparing word by word takes the square of the words: longer texts are shown whole, one after the other.
MAX_WORDS = 1_200


class Piece(NamedTuple):
    """A stretch of text that is the same, was taken out, or came in."""

    change: str  # same | gone | come
    text: str


def compare(before: str, after: str) -> list[Piece]:
    """The later text with what was taken out and what came in."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    if len(old) + len(new) > 2 * MAX_WORDS:
        return [Piece("gone", before), Piece("come", after)]
    return [piece for piece in _walk(old, new) if piece.text]


def _walk(old: list[str], new: list[str]) -> Iterator[Piece]:
    for step, start, end, to_start, to_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            yield Piece("same", "".join(new[to_start:to_end]))
            continue
        yield Piece("gone", "".join(old[start:end]))
        yield Piece("come", "".join(new[to_start:to_end]))
