"""What each part of a search asks of a mention: in the search table's own language, or as a condition of the ORM."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from storage.dialect import match_all, match_any, match_facet, match_words, search_mention
from storage.grammar import And, Bound, Field, Node, Not, Or, Words
from storage.models import (
    Attachment,
    MentionTopic,
    Note,
    RawPayload,
    ReviewEvent,
    Revision,
    Source,
    TermMatch,
    Topic,
    User,
)
from storage.refusal import QueryError
from storage.search import fold_words
from storage.timekey import first_key
from storage.vocabulary import ME, NOBODY, fold_name

if TYPE_CHECKING:
    from django.db.models import Model

OPEN = ("new", "in_progress")
DONE = ("answered", "closed", "not_ours", "ignored")


def can_match(node: Node) -> bool:
    """Can the search table alone answer this?"""
    match node:
        case Words():
            return True
        case Field(name=name):
            return name in {"source", "channel", "kind"}
        case Or(nodes=nodes):
            return all(map(can_match, nodes))
        case And(nodes=nodes):
            asked = [part.node if isinstance(part, Not) else part for part in nodes]
            return all(map(can_match, asked)) and not all(isinstance(part, Not) for part in nodes)
    return False


def match_nodes(nodes: Sequence[Node]) -> str | None:
    """All of these as one expression of the search table; None where only refusals are left."""
    wanted = [make_match(node) for node in nodes if not isinstance(node, Not)]
    refused = [make_match(node.node) for node in nodes if isinstance(node, Not)]
    return match_all(wanted, refused) if wanted else None


def make_match(node: Node) -> str:
    """A part that the search table can answer, as its expression."""
    match node:
        case Words(words=words):
            return match_words(words)
        case Field(name="source"):
            return match_any([match_facet(f"source{key}") for key in find_sources(node)])
        case Field(name="author"):
            return match_words(fold_words(node.values[0]))
        case Field(name=name, values=values):
            return match_any([match_facet(f"{name}{value}") for value in values])
        case Or(nodes=nodes):
            return match_any([make_match(part) for part in nodes])
        case And(nodes=nodes):
            return match_nodes(nodes) or ""
    raise TypeError(node)


def has_words(node: Node) -> bool:
    """Does it ask for words of a text, so that only the search table knows?"""
    match node:
        case Words():
            return True
        case Not(node=inner):
            return has_words(inner)
        case And(nodes=nodes) | Or(nodes=nodes):
            return any(map(has_words, nodes))
    return False


def make_condition(node: Node, user: User | None) -> Q:
    """A part of a search as a condition on mentions."""
    if can_match(node) and has_words(node):
        return _ask_search(make_match(node))
    match node:
        case Not(node=inner):
            return ~make_condition(inner, user)
        case And(nodes=nodes):
            return Q(*(make_condition(part, user) for part in nodes))
        case Or(nodes=nodes):
            return Q(*(make_condition(part, user) for part in nodes), _connector=Q.OR)
        case Bound(name=name, instant=instant):
            return Q(**{BOUND[name][0]: first_key(instant)})
        case Field():
            return _CONDITIONS[node.name](node, user)
    raise TypeError(node)


def _ask_search(expression: str) -> Q:
    return Q(RawSQL(search_mention(), [expression], BooleanField()))  # noqa: S611 -- typed text is a parameter


def _has(model: type[Model], **only: object) -> Q:
    return Q(Exists(model._default_manager.filter(mention=OuterRef("pk"), **only)))


def find_named(field: Field, names: dict[str, int], kind: str) -> list[int]:
    """The keys of what is called so, else of all whose name holds it; QueryError when there is none."""
    wanted = field.values[0].casefold()
    found = [names[wanted]] if wanted in names else sorted({key for name, key in names.items() if wanted in name})
    if found:
        return found
    length, typed = max(len(field.typed), 1), field.typed
    likely = get_close_matches(wanted, names, 1)
    if likely:
        raise QueryError(field.at, f"no_{kind}_like", length=length, value=typed, likely=likely[0])
    raise QueryError(field.at, f"no_{kind}", length=length, value=typed)


def find_sources(field: Field) -> list[int]:
    """The sources of this name, else those whose name holds it."""
    return find_named(field, _fold(Source.objects.values_list("name", "pk")), "source")


def find_topics(field: Field) -> list[int]:
    """The topics of this name, and what lies below them."""
    topics = list(Topic.objects.values_list("pk", "name", "slug", "parent"))
    names = _fold(pair for key, name, slug, _ in topics for pair in ((name, key), (slug, key)))
    found = find_named(field, names, "topic")
    return sorted({*found, *(key for key, _, _, parent in topics if parent in found)})


def find_people(field: Field, user: User | None) -> list[int]:
    """The person of this name; "me" is who searches."""
    if field.name == "is" or field.values[0].casefold() in ME:
        if user is None:
            raise QueryError(field.at, "who", length=len(field.typed), value=field.typed)
        return [int(user.pk)]
    people = User.objects.values_list("pk", "username", "name")
    names = _fold((name, key) for key, *both in people for name in both if name)
    return find_named(field, names, "person")


def find_terms(field: Field) -> list[str]:
    """The watched name that is spelled so, however its letters are cased."""
    wanted = field.values[0].casefold()
    return [term for term in list_terms() if term.casefold() == wanted] or [field.values[0]]


def list_terms() -> list[str]:
    """Every watched name that was ever found; jumps through the index from one to the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE found(term) AS (SELECT min(term) FROM term_match UNION ALL"
            " SELECT (SELECT min(term) FROM term_match WHERE term > found.term) FROM found WHERE term IS NOT NULL)"
            " SELECT term FROM found WHERE term IS NOT NULL"
        )
        return [str(term) for (term,) in cursor.fetchall()]


def _fold(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {name.casefold(): key for name, key in pairs}


def _of_author(field: Field, user: User | None) -> Q:
    del user
    name = field.values[0]
    if "@" in name:
        return Q(author_handle__icontains=name.lstrip("@"))
    words = Q(author_name__icontains=name)
    return words & _ask_search(make_match(field)) if fold_words(name) else words


def _of_topic(field: Field, user: User | None) -> Q:
    del user
    if fold_name(field.values[0]) in NOBODY:
        return ~_has(MentionTopic)
    return _has(MentionTopic, topic__in=find_topics(field))


def _of_assignee(field: Field, user: User | None) -> Q:
    if fold_name(field.values[0]) in NOBODY:
        return Q(assignee__isnull=True)
    return Q(assignee__in=find_people(field, user))


def _of_state(field: Field, user: User | None) -> Q:
    return Q(*(_IS[value](field, user) for value in field.values), _connector=Q.OR)


def _mine(field: Field, user: User | None) -> Q:
    return Q(assignee__in=find_people(field, user))


def _always(condition: Callable[[], Q]) -> Callable[[Field, User | None], Q]:
    def ask(field: Field, user: User | None) -> Q:
        del field, user
        return condition()

    return ask


_IS: dict[str, Callable[[Field, User | None], Q]] = {
    "new": _always(lambda: Q(status="new")),
    "open": _always(lambda: Q(status__in=OPEN)),
    "done": _always(lambda: Q(status__in=DONE)),
    "mine": _mine,
    "unassigned": _always(lambda: Q(assignee__isnull=True)),
    "untagged": _always(lambda: Q(tag="")),
    "unread": _always(lambda: Q(reviewed__isnull=True)),
    "priority": _always(lambda: Q(priority=1)),
    "confidential": _always(lambda: Q(confidential=True)),
    "gone": _always(lambda: Q(gone__isnull=False)),
    "edited": _always(lambda: Q(edited__isnull=False) | _has(Revision)),
    "changed": _always(lambda: _has(ReviewEvent, action="source")),
    "reopened": _always(lambda: _has(ReviewEvent, action="status", by__isnull=True, why="reply")),
    "reply": _always(lambda: Q(parent__isnull=False)),
}
_HAS: dict[str, Callable[[], Q]] = {
    "assignee": lambda: Q(assignee__isnull=False),
    "attachment": lambda: _has(Attachment),
    "author": lambda: Q(author_name__isnull=False) | Q(author_handle__isnull=False),
    "date": lambda: Q(published__isnull=False),
    "edit": lambda: _has(Revision),
    "gone": lambda: Q(gone__isnull=False),
    "note": lambda: _has(Note, removed__isnull=True),
    "parent": lambda: Q(parent__isnull=False),
    "raw": lambda: _has(RawPayload),
    "reactions": lambda: Q(reactions__isnull=False),
    "story": lambda: Q(story__isnull=False),
    "tag": lambda: ~Q(tag=""),
    "term": lambda: _has(TermMatch),
    "thread": lambda: Q(thread__isnull=False),
    "title": lambda: Q(title__isnull=False),
    "topic": lambda: _has(MentionTopic),
    "url": lambda: Q(url__isnull=False),
}
# A moment as a bound of the key: in the ORM, and in a statement of our own.
BOUND = {"after": ("pk__gte", ">="), "within": ("pk__gte", ">="), "before": ("pk__lt", "<")}
_CONDITIONS: dict[str, Callable[[Field, User | None], Q]] = {
    "tag": lambda field, _: Q(tag__in=["" if tag == "none" else tag for tag in field.values]),
    "topic": _of_topic,
    "status": lambda field, _: Q(status__in=field.values),
    "source": lambda field, _: Q(source__in=find_sources(field)),
    "channel": lambda field, _: Q(channel__in=field.values),
    "author": _of_author,
    "assignee": _of_assignee,
    "lang": lambda field, _: Q(language__in=field.values),
    "term": lambda field, _: _has(TermMatch, term__in=find_terms(field)),
    "kind": lambda field, _: Q(kind__in=field.values),
    "story": lambda field, _: Q(story=int(field.values[0])),
    "has": lambda field, _: Q(*(_HAS[value]() for value in field.values), _connector=Q.OR),
    "is": _of_state,
}
