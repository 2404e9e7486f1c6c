"""What changes something must come from our own pages: the browser says so itself, beside Django's token (W6)."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


class OriginMiddleware:
    """Refuses an unsafe request of which the browser says that another site sent it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if request.method not in _SAFE and site not in {"same-origin", "none"}:
            refuse = import_string(settings.CSRF_FAILURE_VIEW)
            refused: HttpResponseBase = refuse(request, reason="another site")
            return refused
        return self.get_response(request)
