"""The search language: text in, a tree out. Knows no database; what a tree finds stands in storage/query.py.

loket izin              both words, in any of their forms        "syarat izin"        side by side
-parkir                 not this                                  izin OR ijin         one of them
(a OR b) c              grouped                                   source:"situs dinas" channel:news kind:comment
term:Dinas  story:123   has:author                                after:2026-11-01 before:2026-11
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches

from storage.error import StoreError
from storage.search import fold_words

MAX_QUERY = 1_000  # characters
MAX_DEPTH = 20


class QueryError(StoreError):
    """A search that cannot be understood; `position` is the character (from 0) where it goes wrong."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"search, character {position + 1}: {what}")
        self.position = position
        self.what = what


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several side by side; folded as the search table holds them."""

    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    """A condition that is no text."""

    name: str
    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Bound(Field):
    """before: or after: a moment."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]


Node = Words | Field | Not | And | Or
Check = Callable[[str, int, tzinfo], Field]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the search as it was typed."""

    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()
      | (?P<close>\))
      | (?P<minus>-(?=[^\s-]))
      | (?P<or>OR(?=[\s()]|$))
      | (?P<field>[^\W\d_]+:)(?=[^\s/)])
      | "(?P<phrase>[^"]*)"
      | (?P<quote>")
      | (?P<word>[^\s()"]+)
    )""",
    re.VERBOSE,
)


def read_tokens(text: str) -> Iterator[Token]:
    """The pieces of a search; an opened quotation mark must be closed."""
    place = 0
    while match := _TOKEN.match(text, place):
        kind = match.lastgroup or ""
        at = match.start(kind)
        if kind == "quote":
            raise QueryError(at, 'this quotation mark is not closed; write another " at the end of the phrase')
        if kind != "word" or any(map(str.isalnum, match[kind])):  # a lone dash asks for nothing
            yield Token(kind, match[kind], at)
        place = match.end()


def parse(text: str, zone: tzinfo, fields: dict[str, Check]) -> Node | None:
    """The tree of a search, None when it is empty; QueryError says where it cannot be understood."""
    if len(text) > MAX_QUERY:
        raise QueryError(MAX_QUERY, f"a search may be {MAX_QUERY:,} characters long")
    return _Parser(text, zone, fields).parse()


class _Parser:
    """Recursive descent: group = all (OR all)*; all = piece+; piece = [-] (word | phrase | field | "(" group ")")."""

    def __init__(self, text: str, zone: tzinfo, fields: dict[str, Check]) -> None:
        self._tokens = list(read_tokens(text))
        self._place = 0
        self._asked = bool(text.strip())
        self._end = len(text)
        self._zone = zone
        self._fields = fields

    def parse(self) -> Node | None:
        if not self._tokens and self._asked:
            raise QueryError(0, "there is no letter or digit in it that could be searched")
        if not self._tokens:
            return None
        node = self._parse_group(0)
        if (token := self._peek()) is not None:
            raise QueryError(token.at, "this bracket was never opened")
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take(self) -> Token | None:
        token = self._peek()
        self._place += 1
        return token

    def _parse_group(self, depth: int) -> Node:
        nodes = [self._parse_all(depth)]
        while (token := self._peek()) is not None and token.kind == "or":
            self._take()
            nodes.append(self._parse_all(depth))
        return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))

    def _parse_all(self, depth: int) -> Node:
        nodes = []
        while (token := self._peek()) is not None and token.kind not in {"or", "close"}:
            nodes.append(self._parse_piece(depth))
        if not nodes:
            token = self._peek()
            raise QueryError(token.at if token else self._end, "a word or a field is missing here")
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _parse_piece(self, depth: int) -> Node:
        token = self._take()
        if token is None:
            raise QueryError(self._end, "a word or a field is missing here")
        if token.kind == "minus":
            return Not(self._parse_piece(depth))
        if token.kind == "open":
            return self._parse_bracket(token, depth)
        if token.kind == "field":
            return self._parse_field(token)
        if token.kind in {"word", "phrase"}:
            return self._make_words(token)
        raise QueryError(token.at, "a word or a field is missing here")

    def _parse_bracket(self, opened: Token, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            raise QueryError(opened.at, f"brackets may stand in each other {MAX_DEPTH} deep")
        node = self._parse_group(depth + 1)
        closed = self._take()
        if closed is None:
            raise QueryError(opened.at, "this bracket is not closed")
        return node

    def _parse_field(self, token: Token) -> Field:
        name = token.text.removesuffix(":").lower()
        check = self._fields.get(name)
        if check is None:
            likely = get_close_matches(name, self._fields, 1)
            hint = f'did you mean "{likely[0]}:"?' if likely else "fields: " + " ".join(f"{f}:" for f in self._fields)
            raise QueryError(token.at, f'there is no field "{name}:" ({hint})')
        value = self._take()
        if value is None or value.kind not in {"word", "phrase"}:
            raise QueryError(value.at if value else self._end, f'a value is missing after "{name}:"')
        return check(value.text, value.at, self._zone)

    def _make_words(self, token: Token) -> Words:
        if token.kind == "word" and token.text.endswith(":") and token.text[:-1].lower() in self._fields:
            raise QueryError(token.at + len(token.text), f'a value is missing after "{token.text}"')
        words = fold_words(token.text)
        if not words:
            raise QueryError(token.at, f'"{token.text}" has no letter or digit that could be searched')
        return Words(words, token.at)
