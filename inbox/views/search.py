"""Finding: what may be meant while somebody types, the filter panel, and the page that explains the language."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from inbox.panel import make_panel, write_search
from inbox.refusal import point_at, speaks_indonesian
from inbox.request import StaffRequest
from inbox.search_help import EXAMPLES, list_fields
from storage.grammar import MAX_QUERY
from storage.query import Query, QueryError, parse_query
from storage.suggestion import suggest


@require_safe
def suggest_search(request: StaffRequest) -> HttpResponse:
    """The list below the search box, for `q` with the cursor at `at`."""
    text = request.GET.get("q", "")[:MAX_QUERY]
    at = request.GET.get("at", "")
    position = int(at) if at.isascii() and at.isdigit() and len(at) < 5 else len(text)
    found = suggest(text, position, request.user, spoken=speaks_indonesian())
    return render(request, "inbox/_search_suggestions.html", {"suggestions": found})


@require_safe
def filter_search(request: StaffRequest) -> HttpResponse:
    """The panel for a search; with `go`, the search that the panel was left with."""
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    if "go" in request.GET:
        written = write_search(text, request.GET)
        return HttpResponse(status=303, headers={"Location": f"{reverse('stream')}?{urlencode({'q': written})}"})
    refusal = None
    try:
        query = parse_query(text, settings.AGENCY_ZONE, request.user)
    except QueryError as error:
        query, refusal = Query("", None), point_at(text, error)
    shown = {"groups": make_panel(query), "search": text, "refusal": refusal}
    return render(request, "inbox/_filter_panel.html" if _is_part(request) else "inbox/filter.html", shown)


@require_safe
def show_search_help(request: StaffRequest) -> HttpResponse:
    """The language, with examples that can be tried."""
    return render(request, "inbox/search_help.html", {"examples": EXAMPLES, "fields": list_fields()})


def _is_part(request: StaffRequest) -> bool:
    return request.headers.get("HX-Request") == "true"
