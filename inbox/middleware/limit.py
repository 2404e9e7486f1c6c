"""How much one request may bring (W11): 1 MiB, or 10 MiB where a file is uploaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from inbox.permission import UPLOADS


class LimitMiddleware:
    """Refuses a larger body before anything of it is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """None lets it pass. waitress has refused what is larger than any upload already."""
        route = request.resolver_match.view_name if request.resolver_match else None
        most = settings.MAX_UPLOAD if route in UPLOADS else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > most:
            raise RequestDataTooBig
        return None
