"""A browser in which somebody logged in before: wrong passwords of strangers do not count against it (W2).

Else whoever tries wrong passwords for a name all day would keep its owner out all day.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

_SALT = "known browser"
_AGE = 180 * 24 * 3600


def find_known(request: HttpRequest, username: str) -> str:
    """What tells this browser from others for this person; empty when they never logged in with it."""
    try:
        said = signing.loads(request.COOKIES.get(_get_name(), ""), salt=_SALT, max_age=_AGE)
    except signing.BadSignature:
        return ""
    known = isinstance(said, list) and len(said) == 2 and said[0] == username.strip().lower()
    return str(said[1]) if known else ""


def remember(response: HttpResponse, username: str) -> None:
    """This person logged in here."""
    response.set_cookie(
        _get_name(),
        signing.dumps([username, secrets.token_hex(8)], salt=_SALT),
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _get_name() -> str:
    return ("__Host-" if settings.SESSION_COOKIE_SECURE else "") + "known"
