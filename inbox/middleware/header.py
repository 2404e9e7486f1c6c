"""What every answer says to the browser about how careful to be, errors, files and downloads included (W8).

The content security policy itself is django-csp's; it stands in kentongan/settings.py.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": under it browsers send "Origin: null" with our own forms, and the check of the origin of a
    # form would refuse every one of them. Nothing is told to any other site by this either (docs/decisions/0131).
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class HeaderMiddleware:
    """The outermost one: no answer passes it by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if "Cache-Control" not in response.headers:  # what is no static file is somebody's own
            response.headers["Cache-Control"] = "no-store"
            patch_vary_headers(response, ("Cookie", "HX-Request"))
        return response
