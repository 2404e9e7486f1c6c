"""Marks words in foreign text, and hides personal data in it. The one place that turns such text into markup.

Every piece is escaped by itself and only then joined, so that nothing a citizen wrote can become markup.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from storage.search import fold_words

_WORD = re.compile(r"[^\W_]+")
MAX_SEARCHED = 20_000  # characters in which searched words are marked: folding a 64 KB comment would be felt


class Passage(NamedTuple):
    """A stretch of a text, in characters."""

    start: int
    length: int

    @property
    def end(self) -> int:
        """The first character after it."""
        return self.start + self.length


def mark(text: str, passages: Iterable[Passage]) -> SafeString:
    """The text as markup, each passage in <mark>; passages that overlap become one."""
    return format_html_join("", "{}", ((piece,) for piece in _cut(text, join_passages(passages, len(text)))))


def _cut(text: str, passages: Iterable[Passage]) -> Iterable[str]:
    place = 0
    for passage in passages:
        yield text[place : passage.start]
        yield format_html("<mark>{}</mark>", text[passage.start : passage.end])
        place = passage.end
    yield text[place:]


def join_passages(passages: Iterable[Passage], end: int) -> list[Passage]:
    """The passages in their order, inside the text, none touching another."""
    joined: list[Passage] = []
    for start, length in sorted(passages):
        stop = min(start + length, end)
        if start < 0 or stop <= start:
            continue
        if joined and start <= joined[-1].end:
            joined[-1] = Passage(joined[-1].start, max(stop, joined[-1].end) - joined[-1].start)
        else:
            joined.append(Passage(start, stop - start))
    return joined


def find_words(text: str, stems: Collection[str]) -> list[Passage]:
    """Where the words of a search stand in a text, in any of their forms."""
    if not stems:
        return []
    found = _WORD.finditer(text, 0, MAX_SEARCHED)
    return [Passage(each.start(), len(each[0])) for each in found if fold_words(each[0]) in stems]


def excerpt(text: str, passages: Iterable[Passage], length: int = 240) -> SafeString:
    """About two lines of a text with its passages marked, from shortly before the first if that is late."""
    joined = join_passages(passages, len(text))
    start = 0
    if joined and joined[0].end > length * 2 // 3:
        start = _step_back(text, joined[0].start - 40)
    stop = start + length
    shown = [Passage(p.start - start, min(p.end, stop) - p.start) for p in joined if start <= p.start < stop]
    head, tail = ("… " if start else ""), ("…" if stop < len(text) else "")
    return format_html("{}{}{}", head, mark(text[start:stop], shown), tail)


def _step_back(text: str, place: int) -> int:
    """The beginning of the word at a place."""
    before = text.rfind(" ", max(0, place - 30), max(0, place))
    return before + 1 if before >= 0 else max(0, place)
