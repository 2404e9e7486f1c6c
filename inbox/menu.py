"""The views at the left, each with how many it finds; counted together in one statement, never beyond 1.000."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise

from inbox.moment import get_zone
from inbox.place import VIEWS, Place
from storage.bundle import CAP, count_each
from storage.models import Mention, SavedView
from storage.models.person import User
from storage.query import QueryError, filter_mentions, parse_query


@dataclass(frozen=True, kw_only=True, slots=True)
class MenuLine:
    """A view in the menu."""

    name: str | Promise
    address: str
    count: str
    current: bool
    key: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Menu:
    """What stands at the left."""

    views: list[MenuLine]
    saved: list[MenuLine]


def make_menu(user: User, place: Place, saved: Sequence[SavedView], within: QuerySet[Mention]) -> Menu:
    """The menu with its counts: one query."""
    counts = count_searches([view.search for view in VIEWS] + [view.query for view in saved], user, within)
    address = reverse("stream")
    return Menu(
        views=[
            MenuLine(
                name=view.name,
                address=f"{address}?view={view.slug}",
                count=count,
                current=place.view == view.slug and place.typed is None,
                key=view.key,
            )
            for view, count in zip(VIEWS, counts, strict=False)
        ],
        saved=[
            MenuLine(
                name=view.name, address=f"{address}?view={view.slug}", count=count, current=place.view == view.slug
            )
            for view, count in zip(saved, counts[len(VIEWS) :], strict=True)
        ],
    )


def count_searches(searches: Sequence[str], user: User, within: QuerySet[Mention]) -> list[str]:
    """How many each search finds, as it is written; nothing for a search that is understood no more."""
    asked: dict[int, QuerySet[Mention]] = {}
    for number, search in enumerate(searches):
        try:
            asked[number] = filter_mentions(parse_query(search, get_zone(), user), within=within)
        except QueryError:
            continue
    counted = dict(zip(asked, count_each(list(asked.values())), strict=True))
    return [write_count(counted[number]) if number in counted else "" for number in range(len(searches))]


def write_count(count: int) -> str:
    """A count as it is shown; "1.000+" where nobody counted on."""
    shown = number_format(min(count, CAP - 1), use_l10n=True, force_grouping=True)
    return f"{shown}+" if count >= CAP else shown
