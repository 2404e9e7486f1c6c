"""What a password must be (12 to 128 characters, no known one), and how it is kept (Argon2id)."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from storage.models import User

SHORTEST, LONGEST = 12, 128
# Words that whoever guesses an office's passwords tries first; one of them and some digits is no password.
_CONTEXT = (
    "kentongan",
    "password",
    "katasandi",
    "rahasia",
    "indonesia",
    "admin",
    "dinas",
    "pemkot",
    "petugas",
    "qwerty",
)


class PasswordHasher(Argon2PasswordHasher):
    """Argon2id. These figures take about 0.2 s and 19 MiB on one core of a small machine."""

    time_cost = 20
    memory_cost = 19 * 1024
    parallelism = 1


class LengthValidator:
    """12 to 128 characters; which ones is everybody's own affair."""

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002
        """ValidationError when it is shorter or longer."""
        if len(password) < SHORTEST:
            raise ValidationError(_("Kata sandi terlalu pendek: paling sedikit 12 karakter."), code="short")
        if len(password) > LONGEST:
            raise ValidationError(_("Kata sandi terlalu panjang: paling banyak 128 karakter."), code="long")

    def get_help_text(self) -> str:
        """The rule."""
        return _("12 sampai 128 karakter; kalimat pendek yang mudah Anda ingat lebih baik daripada satu kata rumit.")


class KnownPasswordValidator:
    """No password of the lists that are tried first, and none made of the office's or the person's own name."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator()

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError when it is known."""
        try:
            self._common.validate(password)
        except ValidationError as error:
            raise ValidationError(_("Kata sandi ini terlalu umum."), code="common") from error
        rest = _keep_letters(password)
        for word in sorted(_get_context(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(rest) < 4 or len(set(password)) < 5:
            raise ValidationError(_("Kata sandi ini mudah ditebak: pakailah kata-kata lain."), code="context")

    def get_help_text(self) -> str:
        """The rule."""
        return _("Bukan kata sandi yang umum, bukan nama Anda, bukan nama kantor.")


def _get_context(user: User | None) -> set[str]:
    own = f"{user.username} {user.name} {user.email} {user.unit}" if user else ""
    words = {_keep_letters(word) for word in re.split(r"[\s@._-]+", f"{settings.AGENCY_NAME} {own}")}
    return {word for word in {*words, *_CONTEXT} if len(word) >= 3}


def _keep_letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def make_password() -> str:
    """A one-time password that can be read out: five groups of four signs, 99 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))
