"""What a page of the inbox shows around the mention: the menu and the list, with as few queries as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.forms.bulk import GROUPS
from inbox.label import TAGS
from inbox.menu import make_menu
from inbox.permission import has_right
from inbox.personal import Screen, get_screen
from inbox.place import PAGE, VIEWS, Place, read_place
from inbox.refusal import point_at
from inbox.request import StaffRequest
from inbox.row import Row, make_rows
from inbox.trouble import find_trouble
from storage.grammar import And, Node, Or, Words
from storage.models import Mention, SavedView
from storage.models.person import User
from storage.page import find_page
from storage.query import Query, QueryError
from storage.saved_view import list_views
from storage.visible import visible_to


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Where one reader sits: what they may see, and where in it they are."""

    user: User
    now: datetime
    place: Place
    saved: list[SavedView]
    within: QuerySet[Mention]
    screen: Screen

    @property
    def may_act(self) -> bool:
        """May this reader decide anything?"""
        return has_right(self.user.role, "act")


def sit_down(request: StaffRequest, *, with_saved: bool = True) -> Desk:
    """The desk of whoever asks."""
    user = request.user
    saved = list(list_views(user)) if with_saved or _names_saved(request) else []
    return Desk(
        user=user,
        now=timezone.now(),
        place=read_place(request.GET, saved),
        saved=saved,
        within=visible_to(user),
        screen=get_screen(user, request.session),
    )


def _names_saved(request: StaffRequest) -> bool:
    """Is the view in the address one of those that were saved?"""
    slug = request.GET.get("view", "")
    return bool(slug) and all(slug != view.slug for view in VIEWS)


def lay_menu(desk: Desk) -> dict[str, Any]:
    """What the menu shows."""
    menu = make_menu(desk.user, desk.place, desk.saved, desk.within)
    heading = next((line.name for line in (*menu.views, *menu.saved) if line.current), _("Hasil pencarian"))
    return {
        "menu": menu.views,
        "saved": menu.saved,
        "heading": heading,
        "troubles": find_trouble(desk.user, desk.now),
    }


def lay_list(desk: Desk) -> dict[str, Any]:
    """What the list shows: a page of rows, or what is wrong with the search."""
    suffix = desk.place.turn().get_suffix(since=desk.now.isoformat())
    live_address = reverse("live") + suffix
    shown = {"place": desk.place, "suffix": desk.place.get_suffix(), "live_address": live_address, **lay_words(desk)}
    try:
        query = desk.place.parse(desk.user)
        mentions = _read_page(desk, query)
    except QueryError as error:
        return {**shown, "refusal": point_at(desk.place.search, error)}
    shown_here = mentions[-PAGE:] if desk.place.after is not None else mentions[:PAGE]
    rows = make_rows(shown_here, desk.now, find_stems(query), desk.screen)
    return {**shown, "rows": rows, **_turn_pages(desk.place, rows, more=len(mentions) > PAGE)}


def lay_words(desk: Desk) -> dict[str, Any]:
    """What buttons need to know."""
    return {
        "may_act": desk.may_act,
        "tag_choices": tuple(TAGS.items()),
        "may_choose": has_right(desk.user.role, "bulk"),
        "may_export": has_right(desk.user.role, "export"),
        "bulk_acts": GROUPS,
    }


def _read_page(desk: Desk, query: Query) -> list[Mention]:
    """One mention more than a page holds, newest first, so that it is known whether there are more."""
    place = desk.place
    keys = find_page(query, PAGE + 1, within=desk.within, older_than=place.before, newer_than=place.after)
    found = Mention.objects.select_related("source", "assignee").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _turn_pages(place: Place, rows: list[Row], *, more: bool) -> dict[str, Any]:
    """The addresses of the pages beside this one."""
    if not rows:
        return {"first_page": place.turn().get_suffix()}
    older = place.after is not None or more
    newer = more if place.after is not None else place.before is not None
    return {
        "older": place.turn(before=rows[-1].id).get_suffix() if older else "",
        "newer": place.turn(after=rows[0].id).get_suffix() if newer else "",
        "first_page": place.turn().get_suffix(),
    }


def find_stems(query: Query) -> frozenset[str]:
    """The words that a search asks for, as the store folds them."""
    return frozenset(_walk(query.root)) if query.root is not None else frozenset()


def _walk(node: Node) -> Iterator[str]:
    if isinstance(node, Words):
        yield from node.words.split()
    elif isinstance(node, (And, Or)):
        for part in node.nodes:
            yield from _walk(part)
