"""Every page of the inbox that a person can open by its address, and who opens it: for axe and for the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storage.models import Mention, Source


@dataclass(frozen=True)
class Sheet:
    """One page: what it is called in a file name, the role that opens it, and where it is."""

    name: str
    role: str  # empty: nobody is logged in
    address: str


def list_pages() -> Iterator[Sheet]:
    """The pages of the office as its store is filled now."""
    yield Sheet("log-in", "", "/account/login/")
    yield Sheet("stream", "agent", "/")
    mention = Mention.objects.filter(kind="comment").latest("id")
    yield Sheet("mention", "agent", f"/mentions/{mention.pk}?view=semua")
    yield Sheet("search", "agent", "/?q=perizinan+jenis:keluhan")
    yield Sheet("search-error", "agent", "/?q=jenis:marah")
    yield Sheet("filter", "agent", "/search/filter")
    yield Sheet("search-help", "agent", "/help/search")
    yield Sheet("keys", "agent", "/help/keys")
    yield Sheet("views", "supervisor", "/views/")
    yield Sheet("users", "admin", "/users/")
    yield Sheet("user-new", "admin", "/users/new")
    yield Sheet("account", "agent", "/account/")
    yield Sheet("stream-analyst", "analyst", "/?view=semua")
    yield Sheet("entry", "agent", "/entry")
    yield Sheet("import", "agent", "/import")
    yield Sheet("topics", "supervisor", "/topics")
    yield Sheet("topics-archived", "supervisor", "/topics/archived")
    yield Sheet("second-factor", "admin", "/account/2fa/totp/activate/")
    yield Sheet("sessions", "agent", "/account/sessions/")
    yield Sheet("password", "agent", "/account/password/change/")
    yield Sheet("not-found", "agent", "/tidak-ada")
    yield Sheet("sources", "admin", "/sources")
    yield Sheet("source-add", "admin", "/sources/add")
    yield Sheet("terms", "admin", "/terms")
    yield Sheet("term", "admin", "/terms/edit")
    for pk in Source.objects.order_by("pk").values_list("pk", flat=True)[:1]:
        yield Sheet("source", "admin", f"/sources/{pk}")
