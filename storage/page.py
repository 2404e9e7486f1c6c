"""One page of a search, newest first, however many mentions there are: its keys, found by the way that walks least.

The ways (docs/decisions/0150): the search table from its newest row, where words are asked for; else a merge of the
ends of the indices of (source, status, tag); else the rows of one topic, term or person. None sorts what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, TypeGuard

from django.db import connection
from django.db.models import Model, QuerySet

from storage.condition import DONE, OPEN, find_people, find_sources, find_terms, find_topics, has_words
from storage.dialect import merge_ends
from storage.grammar import Field, Node, Not
from storage.models import Mention, MentionTopic, Source, TermMatch
from storage.query import Query, bound, bound_keys, join_search, list_parts, split
from storage.vocabulary import NOBODY, STATUSES, TAGS, fold_name

SIZE = 50
MAX_ARMS = 150  # ends that are merged; SQLite takes 500
FEW = 20_000  # rows of a topic, term or person that may be walked one by one
_TAGS = tuple("" if tag == "none" else tag for tag in TAGS)
_WALKED: dict[str, tuple[type[Model], str, str, Callable[[Field], Sequence[Any]]]] = {
    "topic": (MentionTopic, "topics", "topic", find_topics),
    "term": (TermMatch, "matches", "term", find_terms),
}
_CHOICES = {
    "new": ("status", ("new",)),
    "open": ("status", OPEN),
    "done": ("status", DONE),
    "untagged": ("tag", ("",)),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a list a page is: `size` mentions next to a key, or the newest."""

    size: int
    older_than: int | None
    newer_than: int | None

    @property
    def ascending(self) -> bool:
        """Next to a key from above: the nearest first, to be turned round."""
        return self.newer_than is not None and self.older_than is None

    @property
    def bounds(self) -> list[tuple[str, int]]:
        return bound_keys(self.older_than, self.newer_than)


def find_page(
    query: Query,
    size: int = SIZE,
    *,
    within: QuerySet[Mention] | None = None,
    older_than: int | None = None,
    newer_than: int | None = None,
) -> list[int]:
    """The keys of one page of a search among `within`, newest first: the newest, or those next to a key.

    QueryError when it names a source, a topic or a person that there is not.
    """
    span = Span(size, older_than, newer_than)
    mentions = Mention.objects.all() if within is None else within
    keys = list(islice(dict.fromkeys(_walk(query, mentions, span)), size))
    return keys[::-1] if span.ascending else keys


def _walk(query: Query, mentions: QuerySet[Mention], span: Span) -> Iterable[int]:
    nodes = list_parts(query)
    states, others = _take_states(nodes)
    if split(others).match is not None:
        return _search(query, nodes, mentions, span)
    walked = next((node for node in others if _can_walk(node)), None)
    if walked is not None and (not states or _is_small(walked, query)):
        return _follow(query, nodes, walked, mentions, span)
    parts = split(others)
    mentions = bound(mentions.filter(*parts.make_conditions(query.user)), [*parts.bounds, *span.bounds])
    arms = list(_list_arms(states)) if states else []
    # Words that are refused would be looked up again for each end.
    if len(arms) > MAX_ARMS or any(map(has_words, parts.others)):
        return _search(query, nodes, mentions, span)
    if not states:
        return mentions.order_by("pk" if span.ascending else "-pk").values_list("pk", flat=True)[: span.size]
    return _merge_states(mentions, arms, span)


def _search(query: Query, nodes: Sequence[Node], mentions: QuerySet[Mention], span: Span) -> Iterable[int]:
    """By the search table; without anything for it, by the key."""
    parts = split(nodes)
    mentions = mentions.filter(*parts.make_conditions(query.user))
    bounds = [*parts.bounds, *span.bounds]
    if parts.match is None:
        mentions = bound(mentions, bounds).order_by("pk" if span.ascending else "-pk")
    else:
        mentions = join_search(mentions, parts.match, bounds, ascending=span.ascending)
    return mentions.values_list("pk", flat=True)[: span.size]


# The indices of (source, status, tag, id) and (status, tag, id): one end of each combination, merged by the key.

States = dict[str, tuple[Any, ...]]


def _take_states(nodes: Sequence[Node]) -> tuple[States, list[Node]]:
    """The statuses, tags and sources that can be meant, and what else is asked for."""
    states: States = {}
    others: list[Node] = []
    for node in nodes:
        inner = node.node if isinstance(node, Not) else node
        chosen = _get_choice(inner) if isinstance(inner, Field) else None
        if chosen is None:
            others.append(node)
            continue
        name, values = chosen
        known = states.get(name) or _list_all(name)
        states[name] = tuple(one for one in known if (one in values) is not isinstance(node, Not))
        if not states[name]:
            states[name] = (None,)  # nothing can be both
    return states, others


def _get_choice(field: Field) -> tuple[str, tuple[Any, ...]] | None:
    match field.name:
        case "status":
            return "status", field.values
        case "tag":
            return "tag", tuple("" if tag == "none" else tag for tag in field.values)
        case "source":
            return "source_id", tuple(find_sources(field))
        case "is" if len(field.values) == 1:
            return _CHOICES.get(field.values[0])
    return None


def _list_all(name: str) -> tuple[Any, ...]:
    if name == "source_id":
        return tuple(Source.objects.order_by("pk").values_list("pk", flat=True))
    return tuple(STATUSES) if name == "status" else _TAGS


def _list_arms(states: States) -> Iterator[dict[str, Any]]:
    names = ["status", "tag", *(["source_id"] if "source_id" in states else [])]
    for values in product(*(states.get(name) or _list_all(name) for name in names)):
        yield dict(zip(names, values, strict=True))


_MARKS: dict[str, str | int] = {"status": "\ue000", "tag": "\ue001", "source_id": -7_700_000_007}


def _merge_states(mentions: QuerySet[Mention], arms: list[dict[str, Any]], span: Span) -> list[int]:
    marks = {name: _MARKS[name] for name in arms[0]}
    asked = mentions.filter(**marks).order_by().values_list("pk")
    index = "mention_of_source" if "source_id" in marks else "mention_status"
    return _merge(asked, marks, arms, span, span.size, index)


def _merge(
    asked: QuerySet[Mention, Any],
    marks: dict[str, Any],
    arms: list[dict[str, Any]],
    span: Span,
    limit: int,
    index: str = "",
) -> list[int]:
    """One statement: UNION ALL, ordered by the key. Both databases then walk each index's end and merge.

    The ORM writes one arm, in which `marks` stand for the values; writing thirty would take longer than asking them.
    """
    statement, parameters = asked.query.sql_with_params()
    names = {mark: name for name, mark in marks.items()}
    filled = [
        arm[names[value]] if isinstance(value, (str, int)) and value in names else value
        for arm in arms
        for value in parameters
    ]
    order = "ASC" if span.ascending else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(merge_ends(statement, len(arms), index, order, limit), filled)
        return [int(key) for (key,) in cursor.fetchall()]


# The rows of one topic, one term or one person stand in the order of the key too.


def _can_walk(node: Node) -> TypeGuard[Field]:
    if not isinstance(node, Field):
        return False
    if node.name == "is":
        return node.values == ("mine",)
    return (node.name == "assignee" or node.name in _WALKED) and fold_name(node.values[0]) not in NOBODY


def _is_small(walked: Field, query: Query) -> bool:
    if walked.name in _WALKED:
        model, _, column, find = _WALKED[walked.name]
        rows = model._default_manager.filter(**{f"{column}__in": find(walked)})
    else:
        rows = Mention.objects.filter(assignee__in=find_people(walked, query.user))
    return rows.values("pk")[: FEW + 1].count() <= FEW


def _follow(
    query: Query, nodes: Sequence[Node], walked: Field, mentions: QuerySet[Mention], span: Span
) -> Iterable[int]:
    """Each mention may come once for each of several topics; who asks leaves the others out."""
    parts = split([node for node in nodes if node is not walked])
    mentions = bound(mentions.filter(*parts.make_conditions(query.user)), [*parts.bounds, *span.bounds])
    if walked.name not in _WALKED:
        people = [{"assignee": key} for key in find_people(walked, query.user)]
        marks = {"assignee": -7_700_000_008}
        own = mentions.filter(**marks).order_by().values_list("pk")
        return _merge(own, marks, people, span, span.size, "mention_assignee")
    _, relation, column, find = _WALKED[walked.name]
    values = find(walked)
    mark = "\ue002" if walked.name == "term" else -7_700_000_009
    asked = mentions.filter(**{f"{relation}__{column}": mark}).order_by().distinct()
    arms = [{"one": value} for value in values]
    return _merge(asked.values_list(f"{relation}__mention_id"), {"one": mark}, arms, span, span.size * len(values))
