"""What a search finds: its tree as one query, newest first without sorting, on either database.

Words, source, channel and kind are looked up in the search table; everything else is a condition on what it gives.
The newest fifty of a search are storage/page.py's, which may ask the same in several ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TypeGuard

from django.db.models import Q, QuerySet

from storage.condition import BOUND, can_match, make_condition, make_match, match_nodes
from storage.dialect import match_all, name_search
from storage.grammar import And, Bound, Field, Moment, Node, Not, parse
from storage.models import Mention, User
from storage.refusal import QueryError
from storage.search import fold_words
from storage.timekey import first_key
from storage.vocabulary import CHECKS

__all__ = ["Parts", "Query", "QueryError", "count_capped", "filter_mentions", "parse_query", "quote_text", "split"]

CAP = 1_001  # "1.000+"


@dataclass(frozen=True, slots=True)
class Query:
    """A search that was understood; `root` is None when it asks for everything. `user` is who asks: "me"."""

    text: str
    root: Node | None
    user: User | None = None


def parse_query(text: str, zone: tzinfo = UTC, user: User | None = None, now: datetime | None = None) -> Query:
    """Understand a search; its days are those of `zone`. QueryError marks the wrong place."""
    return Query(text, parse(text, Moment(now or datetime.now(UTC), zone), CHECKS), user)


def quote_text(text: str) -> str:
    """A search that finds a text as it stands, whatever stands in it."""
    return f'"{text.replace(chr(34), " ")}"'


@dataclass(frozen=True, slots=True)
class Parts:
    """A search taken apart: what the search table is asked, the bounds of the key, and all other conditions."""

    match: str | None
    bounds: tuple[tuple[str, int], ...]
    others: tuple[Node, ...]
    conditions: tuple[Q, ...] = field(default=())

    def make_conditions(self, user: User | None) -> list[Q]:
        """All other conditions."""
        return [*self.conditions, *(make_condition(node, user) for node in self.others)]


def list_parts(query: Query) -> tuple[Node, ...]:
    """What a search asks for, all of it at once."""
    root = query.root
    return root.nodes if isinstance(root, And) else () if root is None else (root,)


def split(nodes: Sequence[Node]) -> Parts:
    """Take a search apart. QueryError when it names a source that there is not."""
    bounds = tuple((BOUND[node.name][1], first_key(node.instant)) for node in nodes if isinstance(node, Bound))
    searched = [node for node in nodes if can_match(node.node if isinstance(node, Not) else node)]
    match = match_nodes(searched)
    others = [node for node in nodes if not isinstance(node, Bound) and (match is None or node not in searched)]
    # An author's name stands among the words of the mention, so the search table has the few that can be meant.
    authors = [make_match(node) for node in others if _is_author(node)]
    if authors:
        match = match_all([*authors, *([match] if match else [])])
    conditions = tuple(Q(author_name__icontains=node.values[0]) for node in others if _is_author(node))
    return Parts(match, bounds, tuple(node for node in others if not _is_author(node)), conditions)


def _is_author(node: Node) -> TypeGuard[Field]:
    """An author's name; a handle is not among the words."""
    if not isinstance(node, Field) or node.name != "author" or "@" in node.values[0]:
        return False
    return bool(fold_words(node.values[0]))


def filter_mentions(
    query: Query,
    *,
    within: QuerySet[Mention] | None = None,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> QuerySet[Mention]:
    """The mentions that a search finds among those of `within`, newest first; keys bound it for a page.

    QueryError when it names a source, a topic or a person that there is not.
    """
    parts = split(list_parts(query))
    mentions = (Mention.objects.all() if within is None else within).filter(*parts.make_conditions(query.user))
    bounds = [*parts.bounds, *bound_keys(older_than, newer_than)]
    if parts.match is not None:
        return join_search(mentions, parts.match, bounds)
    return bound(mentions, bounds).order_by("-pk")


def count_capped(query: Query, cap: int = CAP, *, within: QuerySet[Mention] | None = None) -> int:
    """How many a search finds, counted to `cap` and no further: nobody waits for the exact number of thousands."""
    found = filter_mentions(query, within=within).order_by()
    return found.values("pk")[:cap].count()


def bound_keys(older_than: int | None, newer_than: int | None) -> list[tuple[str, int]]:
    """The keys between which a page lies."""
    return [(sign, key) for sign, key in (("<", older_than), (">", newer_than)) if key is not None]


def bound(mentions: QuerySet[Mention], bounds: Sequence[tuple[str, int]]) -> QuerySet[Mention]:
    """Those whose key lies within the bounds."""
    return mentions.filter(*(Q(**{_LOOKUP[sign]: key}) for sign, key in bounds))


_LOOKUP = {"<": "pk__lt", ">": "pk__gt", ">=": "pk__gte"}


def join_search(
    mentions: QuerySet[Mention], match: str, bounds: Sequence[tuple[str, int]], *, ascending: bool = False
) -> QuerySet[Mention]:
    """Walk the search table from its newest row: ordering by the mention's own key would sort every match."""
    table, key, condition = name_search()
    return mentions.extra(  # noqa: S610 -- constants of the dialect; what was typed is a parameter
        tables=[table],
        where=[condition, f"{key} = mention.id", *(f"{key} {sign} %s" for sign, _ in bounds)],
        params=[match, *(edge for _, edge in bounds)],
        order_by=[key if ascending else f"-{key}"],
    )
