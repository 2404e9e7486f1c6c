"""The second factor: who must have one, and whether they do."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest

from inbox.permission import ADMIN

_SEEN = "second factor is there"  # in the session: so that no page asks the store for it


def lacks_factor(request: HttpRequest) -> bool:
    """Must this person set up a second factor before anything else?"""
    required = settings.SECOND_FACTOR
    user = request.user
    if not user.is_authenticated or required == "offered" or (required == "admins" and user.role != ADMIN):
        return False
    if request.session.get(_SEEN):
        return False
    there = bool(is_mfa_enabled(user))
    if there:
        request.session[_SEEN] = True
    return not there


def forget_factor(request: HttpRequest) -> None:
    """Look again on the next page."""
    request.session.pop(_SEEN, None)
