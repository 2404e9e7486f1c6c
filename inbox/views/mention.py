"""One mention: a page beside its list, and the pane alone to htmx."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from inbox.bar import read_bar
from inbox.desk import Desk, lay_list, lay_menu, sit_down
from inbox.opened import lay_mention
from inbox.request import StaffRequest
from storage.models import Mention
from storage.page import find_page
from storage.query import QueryError


def get_mention(desk: Desk, mention_id: int) -> Mention:
    """A mention that this reader may see; for any other, 404 as if there were none."""
    found = desk.within.select_related("source", "assignee").filter(pk=mention_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def mention(request: StaffRequest, mention_id: int) -> HttpResponse:
    """The mention, and beside it the list that it was opened from."""
    desk = sit_down(request, with_saved=not request.htmx)
    return show_mention(request, desk, get_mention(desk, mention_id), {"bar": read_bar(request, desk.user)})


def show_mention(
    request: StaffRequest, desk: Desk, opened: Mention, more: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The pane to htmx, the whole page to everybody else."""
    shown = {**lay_mention(desk, opened), **(more or {})}
    if request.htmx:
        return render(request, "inbox/_pane.html", shown, status=status)
    return render(request, "inbox/stream.html", {**lay_menu(desk), **lay_list(desk), **shown}, status=status)


@require_safe
def mention_beside(request: StaffRequest, mention_id: int, side: str) -> HttpResponse:
    """Go to the next mention of the same list, older or newer; stay where there is none."""
    desk = sit_down(request, with_saved=False)
    found = find_beside(desk, mention_id, newer=side == "newer")
    return HttpResponseRedirect(reverse("mention", args=[found or mention_id]) + desk.place.get_suffix())


def find_beside(desk: Desk, mention_id: int, *, newer: bool = False) -> int | None:
    """The key of the mention beside this one in the list of this place."""
    older_than, newer_than = (None, mention_id) if newer else (mention_id, None)
    try:
        found = find_page(
            desk.place.parse(desk.user), 1, within=desk.within, older_than=older_than, newer_than=newer_than
        )
    except QueryError:
        return None
    return found[0] if found else None
