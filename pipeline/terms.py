"""The agency's watched names: word-bounded phrases, and the senses of them that are not ours (docs/terms.md)."""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from pipeline.text import Folded, fold
from storage.record import TermHit

WINDOW = 10  # words on either side in which a foreign subject cancels a hit
PASSAGE = 160  # characters around a hit that are kept for display

_GAP = re.compile(r"[\s\-]+")
# A name may carry an enclitic: "Disnakernya", "NIB-nya"; Javanese "-e", "-ne" from four letters on, so that "pos" is
# not found in "pose".
_ENCLITIC = "(?:-?(?:nya|lah|kah|pun|ku|mu))?"
_JAVANESE = "(?:-?(?:nya|lah|kah|pun|ku|mu|ne|e))?"
_WORD = re.compile(r"\w+")

Span = tuple[int, int]


class Definition(Protocol):
    """One `[[terms]]` table."""

    @property
    def name(self) -> str: ...
    @property
    def any(self) -> Sequence[str]: ...
    @property
    def none(self) -> Sequence[str]: ...
    @property
    def near(self) -> Sequence[str]: ...
    @property
    def case(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase to look for: its rarest-looking word decides quickly, its pattern exactly."""

    key: str
    pattern: re.Pattern[str]
    words: frozenset[str]

    def find(self, text: str) -> Iterator[Span]:
        if self.key in text:
            # The beginning of a word is looked at here: a pattern that begins with its letters is searched for 5 x
            # faster than one that begins with a condition.
            for match in self.pattern.finditer(text):
                before = text[match.start() - 1 : match.start()]
                if not (before.isalnum() or before == "_"):
                    yield match.span()


def _compile_phrase(phrase: str, *, case: bool) -> _Phrase:
    words = [word for word in _GAP.split(fold(unicodedata.normalize("NFC", phrase), case=case).text) if word]
    if not any(_WORD.search(word) for word in words):
        raise ValueError(f'"{phrase}" has no word to look for')
    ending = _JAVANESE if len(words[-1]) >= 4 else _ENCLITIC
    body = r"[\s\-]+".join(re.escape(word) for word in words)
    pattern = re.compile(rf"{body}{ending}(?!\w)")
    return _Phrase(max(words, key=len), pattern, frozenset(words))


@dataclass(frozen=True, slots=True)
class _Term:
    name: str
    case: bool
    any: tuple[_Phrase, ...]
    senses: tuple[_Phrase, ...]  # `none` phrases that share a word with `any`: they cancel the hits they overlap
    subjects: tuple[_Phrase, ...]  # the other `none` phrases: they cancel the hits within WINDOW words
    near: tuple[_Phrase, ...]

    def find(self, text: str) -> Span | None:
        """The first place in a folded text where this term means us."""
        hits = _find_all(self.any, text)
        if hits and self.senses:
            hits = _drop_overlapped(hits, _find_all(self.senses, text))
        if hits and self.subjects:
            subjects = _find_all(self.subjects, text)
            if subjects:
                return _find_apart(text, hits, subjects, _find_all(self.near, text))
        return hits[0] if hits else None

    def is_near(self, text: str) -> bool:
        return not self.near or any(next(phrase.find(text), None) for phrase in self.near)


def _find_all(phrases: Iterable[_Phrase], text: str) -> list[Span]:
    return sorted(span for phrase in phrases for span in phrase.find(text))


def _drop_overlapped(hits: list[Span], cancelling: list[Span]) -> list[Span]:
    """The hits that none of the cancelling spans overlaps."""
    starts = [start for start, _ in cancelling]
    reach: list[int] = []  # the furthest end of the spans so far: spans of different phrases may lie in each other
    for _, end in cancelling:
        reach.append(max(end, reach[-1] if reach else 0))
    kept = []
    for start, end in hits:
        before = bisect_left(starts, end)
        if not before or reach[before - 1] <= start:
            kept.append((start, end))
    return kept


def _find_apart(text: str, hits: list[Span], subjects: list[Span], near: list[Span]) -> Span | None:
    """The first hit with no foreign subject within WINDOW words, or with a `near` phrase closer than it."""
    words = [match.start() for match in _WORD.finditer(text)]
    foreign = [bisect_right(words, start) for start, _ in subjects]
    own = [bisect_right(words, start) for start, _ in near]
    for hit in hits:
        place = bisect_right(words, hit[0])
        distance = _get_distance(place, foreign)
        if distance > WINDOW or _get_distance(place, own) < distance:
            return hit
    return None


def _get_distance(place: int, places: list[int]) -> int:
    """How many words lie between a place and the nearest of the (sorted) places."""
    after = bisect_left(places, place)
    return min((abs(place - other) for other in places[max(0, after - 1) : after + 1]), default=sys.maxsize)


class Terms:
    """The compiled terms: what of the agency's is named in a text."""

    def __init__(self, terms: Sequence[_Term], digest: str) -> None:
        self._terms = terms
        self.digest = digest  # of what they find, whatever they are called
        self._cases = sorted({term.case for term in terms})

    def find(self, title: str | None, text: str) -> tuple[TermHit, ...]:
        """The first hit of each term in the title and in the text; offsets count the original's characters."""
        fields = [(name, value) for name, value in (("title", title), ("text", text)) if value]
        folded = {(name, case): fold(value, case=case) for name, value in fields for case in self._cases}
        hits: list[TermHit] = []
        for term in self._terms:
            spans = [(name, value, term.find(folded[name, term.case].text)) for name, value in fields]
            if any(span for _, _, span in spans) and any(
                term.is_near(folded[name, term.case].text) for name, _ in fields
            ):
                hits += [
                    _make_hit(term.name, name, value, folded[name, term.case], span)
                    for name, value, span in spans
                    if span
                ]
        return tuple(hits)

    def wanted(self, text: str) -> bool:
        """Is it worth reading on? True where a term occurs; its `near` words may still stand in the full text."""
        folded = {case: fold(text, case=case).text for case in self._cases}
        return any(term.find(folded[term.case]) for term in self._terms)


def compile_terms(definitions: Iterable[Definition]) -> Terms:
    """The terms of a configuration, ready to be looked for; ValueError names a phrase without a word."""
    tables = list(definitions)
    said = sorted((sorted(table.any), sorted(table.none), sorted(table.near), bool(table.case)) for table in tables)
    return Terms([_compile_term(table) for table in tables], blake2b(repr(said).encode(), digest_size=8).hexdigest())


def _compile_term(definition: Definition) -> _Term:
    def compile_all(phrases: Sequence[str]) -> tuple[_Phrase, ...]:
        return tuple(_compile_phrase(phrase, case=definition.case) for phrase in phrases)

    wanted, unwanted = compile_all(definition.any), compile_all(definition.none)
    ours = frozenset[str]().union(*(phrase.words for phrase in wanted))
    return _Term(
        name=definition.name,
        case=definition.case,
        any=wanted,
        senses=tuple(phrase for phrase in unwanted if phrase.words & ours),
        subjects=tuple(phrase for phrase in unwanted if not phrase.words & ours),
        near=compile_all(definition.near),
    )


def _make_hit(term: str, field: str, text: str, folded: Folded, span: Span) -> TermHit:
    start, end = folded.get_origin(*span)
    return TermHit(term=term, field=field, start=start, length=end - start, passage=_quote(text, start, end))


def _quote(text: str, start: int, end: int) -> str:
    """About PASSAGE characters around a hit, cut between words, on one line."""
    margin = max(0, PASSAGE - (end - start)) // 2
    left, right = max(0, start - margin), min(len(text), end + margin)
    head, tail = text[left:start], text[end:right]
    if left:
        head = "…" + head[head.find(" ") + 1 :] if " " in head else "…" + head
    if right < len(text):
        tail = tail[: tail.rfind(" ")] + "…" if " " in tail else tail + "…"
    return " ".join((head + text[start:end] + tail).split())
