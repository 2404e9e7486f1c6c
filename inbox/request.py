"""A request by somebody who logged in, as views see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from storage.models.person import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class StaffRequest(HttpRequest):
    """The gate (inbox/middleware/gate.py) lets nobody else through."""

    user: User
    htmx: HtmxDetails
