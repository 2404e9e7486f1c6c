"""What the roles are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.permission import ADMIN, AGENT, ANALYST, SUPERVISOR, VIEWER

NAMES: dict[str, Promise] = {
    VIEWER: _("Pembaca"),
    AGENT: _("Petugas"),
    ANALYST: _("Analis"),
    SUPERVISOR: _("Penyelia"),
    ADMIN: _("Admin"),
}


def get_role_name(role: str) -> str:
    """In the reader's language."""
    return str(NAMES[role])
