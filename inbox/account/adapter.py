"""What allauth is told of this office: nobody registers here, and wrong passwords are counted for each door."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from inbox.account.known_browser import find_known, remember
from storage.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People are made by an administrator; no mail is sent."""

    error_messages = {  # noqa: RUF012
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Nama pengguna atau kata sandi salah."),
        "too_many_login_attempts": _("Terlalu banyak percobaan. Tunggu beberapa menit, lalu coba lagi."),
        "enter_current_password": _("Masukkan kata sandi Anda yang sekarang."),
        "incorrect_password": _("Kata sandi salah."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never: the first administrator is made on the server, all others by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **rest: Any) -> HttpResponse:
        """Remember the browser, so that strangers' wrong passwords do not lock its owner out."""
        response: HttpResponse = super().post_login(request, user, **rest)
        remember(response, user.username)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Counted for each name, and apart for a browser in which this person logged in before."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{find_known(request, str(credentials.get('username', '')))}"

    def send_mail(self, _prefix: str, _email: str, _context: dict[str, Any]) -> None:
        """No mail leaves this program."""

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Its own messages ("Successfully signed in as …") say nothing that the page does not say."""
