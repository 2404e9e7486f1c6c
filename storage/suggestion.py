"""What may be meant while a search is typed: names of fields, their values, the office's own sources and people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from storage.condition import list_terms
from storage.filter import quote_value
from storage.models import Source, Topic, User
from storage.vocabulary import FIELDS, NOBODY, FieldWord, find_field, fold_name

MOST = 8
# The piece in which the cursor stands: -field:value, of which any part may be missing.
_PIECE = re.compile(r"""(?:^|(?<=[\s(]))-?(?:(?P<field>[^\W\d_]+):(?:[^\s()",]*,)*)?(?P<value>"[^"]*|[^\s()":]*)$""")
_REST = re.compile(r"""[^\s()"]*"?""")
_LENGTHS = ("12h", "1d", "3d", "1w", "3w", "1m", "3m", "1y")
_LENGTHS_SPOKEN = ("12jam", "1hari", "3hari", "1mgg", "3mgg", "1bln", "3bln", "1thn")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is offered (`label`), and the search and its cursor when it is taken."""

    label: str
    text: str
    position: int


def suggest(text: str, position: int, user: User | None = None, *, spoken: bool = True) -> list[Suggestion]:
    """At most eight ways to go on where the cursor stands (in characters); `spoken` offers the Indonesian names."""
    position = max(0, min(position, len(text)))
    piece = _PIECE.search(text[:position])
    if piece is None:
        return []
    typed = piece["value"].removeprefix('"')
    if piece["field"] is None:
        offers = [] if piece["value"].startswith('"') else _offer_fields(typed, spoken)
    else:
        field = find_field(piece["field"])
        offers = [] if field is None else _offer_values(field, typed, user, spoken)
    rest = _REST.match(text, position)
    start, end = piece.start("value"), rest.end() if rest and piece["value"] else position
    return [_take(text, start, end, offer) for offer in offers[:MOST]]


def _take(text: str, start: int, end: int, offer: str) -> Suggestion:
    space = "" if offer.endswith(":") or text[end:].startswith(" ") else " "
    written = f"{text[:start]}{offer}{space}"
    return Suggestion(offer, written + text[end:], len(written))


def _offer_fields(typed: str, spoken: bool) -> list[str]:
    """Names of fields that begin so: in the reader's language, then as else they can be typed."""
    wanted = typed.casefold()
    shown = [field.spoken if spoken else field.name for field in FIELDS]
    found = [f"{name}:" for name in shown if name.startswith(wanted)]
    for field, name in zip(FIELDS, shown, strict=True):
        if not name.startswith(wanted):
            found += [f"{other}:" for other in field.names if other.startswith(wanted)][:1]
    return found


def _offer_values(field: FieldWord, typed: str, user: User | None, spoken: bool) -> list[str]:
    wanted = fold_name(typed)
    if field.values:
        shown = [
            (words[0] if spoken else value)
            for value, words in field.values.items()
            if any(fold_name(word).startswith(wanted) for word in (value, *words))
        ]
        return [quote_value(field.name, value, spoken=False) for value in shown]
    names = _NAMES.get(field.name)
    known = names(user, spoken) if names else ()
    return [quote_value(field.name, name, spoken=False) for name in _rank(known, wanted)]


def _rank(names: Iterable[str], wanted: str) -> list[str]:
    """Those that begin so first, then those of which a word begins so, then those that hold it."""
    folded = [(name, fold_name(name)) for name in names]
    found = [
        (not known.startswith(wanted), f"-{wanted}" not in f"-{known}", at, name)
        for at, (name, known) in enumerate(folded)
        if wanted in known
    ]
    return [name for *_, name in sorted(found)]


def _list_people(user: User | None, spoken: bool) -> Sequence[str]:
    nobody = NOBODY[1] if spoken else NOBODY[0]
    me = () if user is None else ("saya" if spoken else "me",)
    return (*me, nobody, *User.objects.filter(is_active=True).order_by("username").values_list("username", flat=True))


def _list_sources(user: User | None, spoken: bool) -> Sequence[str]:
    del user, spoken
    return list(Source.objects.order_by("-configured", "name").values_list("name", flat=True))


def _list_topics(user: User | None, spoken: bool) -> Sequence[str]:
    del user
    topics = Topic.objects.filter(archived=False).order_by("position", "name").values_list("name", flat=True)
    return (*topics, NOBODY[1] if spoken else NOBODY[0])


def _list_terms(user: User | None, spoken: bool) -> Sequence[str]:
    del user, spoken
    return list_terms()


def _list_days(user: User | None, spoken: bool) -> Sequence[str]:
    del user
    return ("hari-ini", "kemarin") if spoken else ("today", "yesterday")


def _list_lengths(user: User | None, spoken: bool) -> Sequence[str]:
    del user
    return _LENGTHS_SPOKEN if spoken else _LENGTHS


_NAMES: dict[str, Callable[[User | None, bool], Sequence[str]]] = {
    "assignee": _list_people,
    "source": _list_sources,
    "topic": _list_topics,
    "term": _list_terms,
    "after": _list_days,
    "before": _list_days,
    "within": _list_lengths,
}
