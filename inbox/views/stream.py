"""The stream: views at the left, the list in the middle. htmx is given the list alone."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.bar import read_bar
from inbox.desk import lay_list, lay_menu, sit_down
from inbox.request import StaffRequest


@require_safe
def stream(request: StaffRequest) -> HttpResponse:
    """A page of the stream, newest first."""
    desk = sit_down(request)
    shown = {**lay_menu(desk), **lay_list(desk), "bar": read_bar(request, desk.user)}
    return render(request, "inbox/_list.html" if request.htmx.target == "list" else "inbox/stream.html", shown)


@require_safe
def counts(request: StaffRequest) -> HttpResponse:
    """The views with their counts alone, as they are after somebody acted."""
    return render(request, "inbox/_views.html", lay_menu(sit_down(request)))


@require_safe
def keys(request: StaffRequest) -> HttpResponse:
    """All keys: a page, and the inside of a dialog."""
    return render(request, "inbox/_keys.html" if request.htmx else "inbox/keys.html")
