"""Where to go afterwards: only to pages of our own (W10)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def get_next(request: HttpRequest, otherwise: str = "/") -> str:
    """The path that a form's `next` names; `otherwise` when it is none of ours."""
    wanted = request.POST.get("next", "")
    return wanted if is_own(wanted) else otherwise


def is_own(address: str) -> bool:
    """Is this a path of ours? It begins with one slash and names no host, however a browser would read it."""
    plain = all(char.isprintable() and char != "\\" for char in address)
    return plain and address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
