"""The search language: text in, a tree out. Knows no database; what a tree finds stands in storage/query.py.

loket izin              both words, in any of their forms        "syarat izin"        side by side
-parkir                 not this                                  izin OR ijin         one of them (also ATAU)
(a OR b) c              grouped                                   source:"situs dinas" status:new,answered
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import get_close_matches

from storage.refusal import QueryError
from storage.search import fold_words

MAX_QUERY = 1_000  # characters
MAX_DEPTH = 20
MAX_PARTS = 100  # a text of one-letter words is no search, and each is a lookup of its own


@dataclass(frozen=True, slots=True)
class Words:
    """One word, or several side by side; folded as the search table holds them."""

    words: str
    at: int


@dataclass(frozen=True, slots=True)
class Field:
    """A condition that is no text: any of these values, spelled in English; `typed` is what was written."""

    name: str
    values: tuple[str, ...]
    at: int
    typed: str


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


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a search is read: its days are those of `zone`."""

    now: datetime
    zone: tzinfo


Check = Callable[[str, int, Moment], Field]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the search as it was typed; `start` and `end` include the quotation marks of a phrase."""

    kind: str
    text: str
    at: int
    start: int
    end: int


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\()
      | (?P<close>\))
      | (?P<minus>-(?=[^\s)-]))
      | (?P<or>(?:OR|ATAU|ATOR)(?=[\s()]|$))
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
            raise QueryError(at, "quote_open", length=len(text) - at)
        if kind != "word" or any(map(str.isalnum, match[kind])):  # a lone dash asks for nothing
            yield Token(kind, match[kind], at, at - (kind == "phrase"), match.end())
        place = match.end()


def parse(text: str, moment: Moment, fields: Mapping[str, Check]) -> Node | None:
    """The tree of a search, None when it is empty; QueryError says where it cannot be understood."""
    if len(text) > MAX_QUERY:
        raise QueryError(MAX_QUERY, "too_long", length=len(text) - MAX_QUERY, most=MAX_QUERY)
    return _Parser(text, moment, fields).parse()


class _Parser:
    """Recursive descent: group = all (OR all)*; all = piece+; piece = [-] (word | phrase | field | "(" group ")")."""

    def __init__(self, text: str, moment: Moment, fields: Mapping[str, Check]) -> None:
        self._tokens = list(read_tokens(text))
        self._place = 0
        self._asked = bool(text.strip())
        self._end = len(text)
        self._moment = moment
        self._fields = fields

    def parse(self) -> Node | None:
        if not self._tokens and self._asked:
            raise QueryError(0, "nothing", length=self._end)
        if not self._tokens:
            return None
        parts = [token for token in self._tokens if token.kind in {"word", "phrase"}]
        if len(parts) > MAX_PARTS:
            raise QueryError(parts[MAX_PARTS].at, "too_many", length=self._end, most=MAX_PARTS)
        node = self._parse_group(0)
        if (token := self._peek()) is not None:
            raise QueryError(token.at, "bracket_closed")
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
            raise self._miss(self._peek())
        return nodes[0] if len(nodes) == 1 else And(tuple(nodes))

    def _miss(self, token: Token | None) -> QueryError:
        return QueryError(token.at if token else self._end, "missing")

    def _parse_piece(self, depth: int) -> Node:
        token = self._take()
        if token is None:
            raise self._miss(None)
        match token.kind:
            case "minus":
                return Not(self._parse_piece(depth))
            case "open":
                return self._parse_bracket(token, depth)
            case "field":
                return self._parse_field(token)
            case "word" | "phrase":
                return self._make_words(token)
        raise self._miss(token)

    def _parse_bracket(self, opened: Token, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            raise QueryError(opened.at, "too_deep", most=MAX_DEPTH)
        node = self._parse_group(depth + 1)
        closed = self._take()
        if closed is None:
            raise QueryError(opened.at, "bracket_open")
        return node

    def _parse_field(self, token: Token) -> Field:
        name = token.text.removesuffix(":").lower()
        check = self._fields.get(name)
        if check is None:
            raise self._refuse_field(token, name)
        value = self._take()
        if value is None or value.kind not in {"word", "phrase"}:
            raise QueryError(value.at if value else self._end, "no_value", field=name)
        return check(value.text, value.at, self._moment)

    def _refuse_field(self, token: Token, name: str) -> QueryError:
        likely = get_close_matches(name, self._fields, 1)
        if likely:
            return QueryError(token.at, "no_field_like", length=len(token.text), field=name, likely=likely[0])
        known = " ".join(f"{field}:" for field in self._fields)
        return QueryError(token.at, "no_field", length=len(token.text), field=name, fields=known)

    def _make_words(self, token: Token) -> Words:
        name = token.text[:-1].lower()
        if token.kind == "word" and token.text.endswith(":") and name in self._fields:
            raise QueryError(token.end, "no_value", field=name)
        words = fold_words(token.text)
        if not words:
            raise QueryError(token.at, "no_letter", length=max(len(token.text), 1), value=token.text)
        return Words(words, token.at)
