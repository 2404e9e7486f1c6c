"""Logging in through the office's own server: whom it names is found among our people, and nobody is made by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from storage.models import User

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The one provider is the office's own, so its word on who somebody is counts."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """At the first log-in this way, tie the server's identity to our person of that name."""
        if sociallogin.is_existing:
            return
        person = find_person(sociallogin.account.extra_data)
        if person is not None:
            sociallogin.connect(request, person)


def find_person(statements: dict[str, object]) -> User | None:
    """The one active person whom the server's statements name; None when there is none, or more than one."""
    said = statements.get("userinfo") or statements
    if not isinstance(said, dict):
        return None
    claim = settings.SINGLE_SIGN_ON_CLAIM
    name = str(said.get(claim) or "").strip()
    if not name or (claim == "email" and said.get("email_verified") is False):
        return None
    field = "email__iexact" if claim == "email" else "username"
    found = list(User.objects.filter(is_active=True, **{field: name if claim == "email" else name.lower()})[:2])
    return found[0] if len(found) == 1 else None
