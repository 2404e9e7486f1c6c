"""After a form was taken: the next page by GET, so that reloading it sends nothing again."""

from __future__ import annotations

from django.http import HttpResponse


def see_other(address: str) -> HttpResponse:
    """303; the address is one of our own routes'."""
    return HttpResponse(status=303, headers={"Location": address})
