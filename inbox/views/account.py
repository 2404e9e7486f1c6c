"""A person's own page: who they are here, and the doors to password, second factor and sessions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.person import get_person
from inbox.role import get_role_name


@require_safe
def show_account(request: HttpRequest) -> HttpResponse:
    """Name, role, unit."""
    return render(request, "inbox/account.html", {"role": get_role_name(get_person(request).role)})
