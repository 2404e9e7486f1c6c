"""How long a session lives: 30 minutes without a page, 12 hours in all (W3).

A session that was touched less than a minute ago is not written again: most pages write nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

if TYPE_CHECKING:
    from django.http import HttpResponse

LOGGER = logging.getLogger("inbox.session")
BORN, SEEN = "born", "seen"
WHOLE_LIFE = timedelta(hours=12)
TOUCH_AFTER = timedelta(minutes=1)


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's own; a full disk or a locked store does not keep anybody from reading a page."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except DatabaseError:
            if request.method not in {"GET", "HEAD"} or response.status_code != 200:
                raise
            LOGGER.warning("a session could not be written; its page was shown")
            return response


class SessionAgeMiddleware:
    """Ends a session that is too old; stands behind Django's AuthenticationMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            if self._is_over(request, now):
                logout(request)
            elif now - request.session.get(SEEN, 0) > TOUCH_AFTER.total_seconds():
                request.session[SEEN] = now
                _note_activity(request)
        return self.get_response(request)

    def _is_over(self, request: HttpRequest, now: float) -> bool:
        born = request.session.setdefault(BORN, now)
        idle = now - request.session.get(SEEN, now)
        return bool(now - born > WHOLE_LIFE.total_seconds() or idle > settings.SESSION_COOKIE_AGE)


def _note_activity(request: HttpRequest) -> None:
    """When and from where it was last used, for the page that lists one's sessions."""
    try:
        UserSession.objects.create_from_request(request)
    except DatabaseError:
        LOGGER.warning("the last use of a session could not be written")
