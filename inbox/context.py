"""What every page may say: the office's name, and what this person may do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from inbox.permission import RIGHTS, has_right


def office(request: HttpRequest) -> dict[str, object]:
    """`agency`, and `may`: the person's rights as names (`{% if may.act %}`)."""
    return {"agency": settings.AGENCY_NAME, "may": SimpleLazyObject(lambda: _get_rights(request))}


def _get_rights(request: HttpRequest) -> dict[str, bool]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {right.replace(" ", "_"): has_right(user.role, right) for right in RIGHTS}
