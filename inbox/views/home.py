"""The page that a log-in leads to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def stream(request: HttpRequest) -> HttpResponse:
    """Who is here."""
    return render(request, "inbox/home.html")
