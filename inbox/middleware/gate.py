"""The gate before every page: who is not logged in goes to the log-in page, who lacks the right is refused.

What is not declared in inbox/permission.py is refused to everybody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from inbox.account.factor import lacks_factor
from inbox.permission import ALWAYS, PUBLIC, get_route_right, has_right
from inbox.views.error import not_allowed
from storage.models import User

LOGGER = logging.getLogger("inbox.gate")


class GateMiddleware:
    """Asks inbox/permission.py before a view is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b""):
            page = not_allowed(request)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_view(self, request: HttpRequest, _view: object, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """None lets it pass."""
        route = request.resolver_match.view_name if request.resolver_match else None
        right = get_route_right(route)
        if right is None:
            LOGGER.error("route %s stands in no table of inbox/permission.py and is refused", route)
            raise PermissionDenied
        if right == PUBLIC:
            return None
        user = request.user
        if not isinstance(user, User):
            return ask_to_log_in(request)
        if not has_right(user.role, right):
            raise PermissionDenied
        if right != ALWAYS and lacks_factor(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return None


def ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """The log-in page, which leads back here; a part of a page that htmx asked for makes the whole page go there."""
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} and not _is_htmx(request) else ""
    address = reverse(settings.LOGIN_URL) + (f"?{urlencode({'next': wanted})}" if wanted else "")
    if _is_htmx(request):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address) if wanted else _see_other(address)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address})
