"""What a search finds: its tree as one query, newest first without sorting, on either database.

Words, source, channel and kind are looked up in the search table; everything else is a condition on what it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from storage.dialect import match_all, match_any, match_facet, match_words, name_search, search_mention
from storage.grammar import And, Bound, Check, Field, Node, Not, Or, QueryError, Words, parse
from storage.models import Mention, RawPayload, Revision, Source, TermMatch
from storage.timekey import first_key

__all__ = ["Query", "QueryError", "filter_mentions", "parse_query"]

KINDS = ("comment", "post", "article", "review", "message")
CHANNELS = ("website", "social", "news")
HAS: dict[str, Callable[[], Q]] = {
    "author": lambda: Q(author_name__isnull=False) | Q(author_handle__isnull=False),
    "date": lambda: Q(published__isnull=False),
    "edit": lambda: Q(Exists(Revision.objects.filter(mention=OuterRef("pk")))),
    "gone": lambda: Q(gone__isnull=False),
    "parent": lambda: Q(parent__isnull=False),
    "raw": lambda: Q(Exists(RawPayload.objects.filter(mention=OuterRef("pk")))),
    "reactions": lambda: Q(reactions__isnull=False),
    "story": lambda: Q(story__isnull=False),
    "term": lambda: Q(Exists(TermMatch.objects.filter(mention=OuterRef("pk")))),
    "thread": lambda: Q(thread__isnull=False),
    "title": lambda: Q(title__isnull=False),
    "url": lambda: Q(url__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was understood; `root` is None when it asks for everything."""

    text: str
    root: Node | None


def parse_query(text: str, zone: tzinfo = UTC) -> Query:
    """Understand a search; its days are those of `zone`. QueryError marks the wrong place."""
    return Query(text, parse(text, zone, _FIELDS))


def filter_mentions(query: Query, *, older_than: int | None = None) -> QuerySet[Mention]:
    """The mentions that a search finds, newest first; slice it for a page, give the last id of a page for the next.

    QueryError when it names a source that there is not.
    """
    nodes = query.root.nodes if isinstance(query.root, And) else () if query.root is None else (query.root,)
    searched = [node for node in nodes if _can_match(node.node if isinstance(node, Not) else node)]
    match = _match_nodes(searched)
    if match is None:
        searched = []
    bounds = [node for node in nodes if isinstance(node, Bound)]
    mentions = Mention.objects.filter(*(_to_q(node) for node in nodes if node not in searched and node not in bounds))
    if match is not None:
        keys = [(_BOUND[node.name][1], first_key(node.instant)) for node in bounds]
        return _join_search(mentions, match, keys if older_than is None else [*keys, ("<", older_than)])
    if older_than is not None:
        mentions = mentions.filter(pk__lt=older_than)
    return mentions.filter(*map(_to_q, bounds)).order_by("-pk")


def _join_search(mentions: QuerySet[Mention], match: str, bounds: Sequence[tuple[str, int]]) -> QuerySet[Mention]:
    """Walk the search table from its newest row: ordering by the mention's own key would sort every match."""
    table, key, condition = name_search()
    return mentions.extra(  # noqa: S610 -- constants of the dialect; what was typed is a parameter
        tables=[table],
        where=[condition, f"{key} = mention.id", *(f"{key} {sign} %s" for sign, _ in bounds)],
        params=[match, *(bound for _, bound in bounds)],
        order_by=[f"-{key}"],
    )


def _can_match(node: Node) -> bool:
    """Can the search table alone answer this?"""
    match node:
        case Words():
            return True
        case Field(name=name):
            return name in {"source", "channel", "kind"}
        case Or(nodes=nodes):
            return all(map(_can_match, nodes))
        case And(nodes=nodes):
            asked = [part.node if isinstance(part, Not) else part for part in nodes]
            return all(map(_can_match, asked)) and not all(isinstance(part, Not) for part in nodes)
    return False


def _match_nodes(nodes: Sequence[Node]) -> str | None:
    """All of these as one expression of the search table; None where only refusals are left."""
    wanted = [_match(node) for node in nodes if not isinstance(node, Not)]
    refused = [_match(node.node) for node in nodes if isinstance(node, Not)]
    return match_all(wanted, refused) if wanted else None


def _match(node: Node) -> str:
    match node:
        case Words(words=words):
            return match_words(words)
        case Field(name="source"):
            return match_any([match_facet(f"source{key}") for key in _find_sources(node)])
        case Field(name=name, value=value):
            return match_facet(f"{name}{value}")
        case Or(nodes=nodes):
            return match_any([_match(part) for part in nodes])
        case And(nodes=nodes):
            return _match_nodes(nodes) or ""
    raise TypeError(node)


def _find_sources(field: Field) -> list[int]:
    """The sources of this name, else those whose name holds it."""
    names = {name.casefold(): key for key, name in Source.objects.values_list("pk", "name")}
    wanted = field.value.casefold()
    found = [names[wanted]] if wanted in names else [key for name, key in names.items() if wanted in name]
    if not found:
        likely = get_close_matches(wanted, names, 1)
        hint = f' (did you mean "{likely[0]}"?)' if likely else ""
        raise QueryError(field.at, f'there is no source "{field.value}"{hint}')
    return found


def _to_q(node: Node) -> Q:
    """A part of a search as a condition on mentions."""
    if _can_match(node):
        return Q(RawSQL(search_mention(), [_match(node)], BooleanField()))  # noqa: S611 -- typed text is a parameter
    match node:
        case Not(node=inner):
            return ~_to_q(inner)
        case And(nodes=nodes):
            return Q(*map(_to_q, nodes))
        case Or(nodes=nodes):
            return Q(*map(_to_q, nodes), _connector=Q.OR)
        case Bound(name=name, instant=instant):
            return Q(**{_BOUND[name][0]: first_key(instant)})
        case Field():
            return _CONDITIONS[node.name](node)
    raise TypeError(node)


# A day as a bound of the key: in the ORM, and in a statement of our own.
_BOUND = {"after": ("pk__gte", ">="), "before": ("pk__lt", "<")}
_CONDITIONS: dict[str, Callable[[Field], Q]] = {
    "has": lambda field: HAS[field.value](),
    "story": lambda field: Q(story=int(field.value)),
    "term": lambda field: Q(Exists(TermMatch.objects.filter(term=field.value, mention=OuterRef("pk")))),
}


def _check_one_of(name: str, values: Sequence[str]) -> Check:
    def check(value: str, at: int, zone: tzinfo) -> Field:
        del zone
        if value.lower() not in values:
            raise QueryError(at, f'"{name}:" is one of {", ".join(values)}, not "{value}"')
        return Field(name, value.lower(), at)

    return check


def _check_text(name: str) -> Check:
    return lambda value, at, _: Field(name, value, at)


def _check_story(value: str, at: int, zone: tzinfo) -> Field:
    del zone
    if not (value.isascii() and value.isdigit() and int(value) < 2**63):
        raise QueryError(at, f'"story:" takes the number of a story, not "{value}"')
    return Field("story", value, at)


def _check_time(name: str) -> Check:
    def check(value: str, at: int, zone: tzinfo) -> Field:
        whole = value + "-01-01"[len(value) - 4 :] if len(value) in {4, 7} else value
        try:
            instant = datetime.fromisoformat(whole)
            instant = (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise QueryError(at, f'"{value}" is no day; write it as 2026-11-24, a month as 2026-11') from error
        return Bound(name, value, at, instant)

    return check


_FIELDS: dict[str, Check] = {
    "source": _check_text("source"),
    "channel": _check_one_of("channel", CHANNELS),
    "kind": _check_one_of("kind", KINDS),
    "term": _check_text("term"),
    "story": _check_story,
    "has": _check_one_of("has", tuple(HAS)),
    "before": _check_time("before"),
    "after": _check_time("after"),
}
