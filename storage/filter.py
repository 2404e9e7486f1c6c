"""A filter panel's view of a search: which fields its text sets, and the text with one of them set otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storage.grammar import Field, Token, read_tokens
from storage.query import Query, list_parts
from storage.refusal import QueryError
from storage.vocabulary import FieldWord, get_field


def describe_filters(query: Query) -> dict[str, tuple[str, ...]]:
    """The fields that a search asks for as a whole, with their values in English: what the panel shows as chosen.

    What stands in brackets, behind a minus or beside an OR is in the text alone.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    outside = {token.at for token, depth in _nest(list(read_tokens(query.text))) if depth == 0}
    for node in list_parts(query):
        if isinstance(node, Field) and node.at in outside:
            chosen.setdefault(node.name, node.values)
    return chosen


def set_field(text: str, name: str, value: str | Sequence[str] = "", *, spoken: bool = False) -> str:
    """The text of a search with a field set to a value, or to one of several; without it where the value is empty.

    All else stays as it was typed. `spoken` writes it in Indonesian.
    """
    rest = _drop_field(text, name)
    values = [value] if isinstance(value, str) else list(value)
    written = ",".join(quote_value(name, one, spoken=spoken) for one in values if one)
    if not written:
        return rest
    field = get_field(name)
    return f"{rest} {field.spoken if spoken else field.name}:{written}".strip()


def quote_value(name: str, value: str, *, spoken: bool) -> str:
    """A value of a field as it is written in a search."""
    shown = speak_value(get_field(name), value) if spoken else value
    shown = shown.replace('"', " ")
    return shown if shown and not set(shown) & set(' \t\n()"') else f'"{shown}"'


def speak_value(field: FieldWord, value: str) -> str:
    """A fixed value's Indonesian name; any other value as it is."""
    words = (field.values or {}).get(value)
    return words[0] if words else value


def _drop_field(text: str, name: str) -> str:
    """Without the field, where it stands for the whole; in brackets where a field behind it would join one part."""
    try:
        tokens = list(read_tokens(text))
    except QueryError:
        return text.strip()
    keep, cuts = text, list(_find_field(tokens, name))
    if any(token.kind == "or" for token, depth in _nest(tokens) if depth == 0):
        return f"({text.strip()})"
    for start, end in reversed(cuts):
        keep = f"{keep[:start].rstrip()} {keep[end:].lstrip()}"
    return keep.strip() if any(map(str.isalnum, keep)) else ""  # a dash that is left alone asks for nothing


def _find_field(tokens: list[Token], name: str) -> Iterator[tuple[int, int]]:
    """Where the field stands with its value, behind no minus and in no bracket."""
    wanted = get_field(name)
    nested = list(_nest(tokens))
    for place, (token, depth) in enumerate(nested[:-1]):
        if token.kind == "field" and depth == 0 and token.text[:-1].lower() in wanted.names:
            refused = place > 0 and tokens[place - 1].kind == "minus"
            if not refused and tokens[place + 1].kind in {"word", "phrase"}:
                yield token.start, tokens[place + 1].end


def _nest(tokens: list[Token]) -> Iterator[tuple[Token, int]]:
    depth = 0
    for token in tokens:
        depth -= token.kind == "close"
        yield token, depth
        depth += token.kind == "open"
