"""A person chooses the language; it is kept with the person, or in a cookie before the log-in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from inbox.address import get_next


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Another language from the next page on; one we do not have changes nothing."""
    language = request.POST.get("language", "")
    response = HttpResponse(status=303, headers={"Location": get_next(request)})
    if language not in dict(settings.LANGUAGES):
        return response
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
