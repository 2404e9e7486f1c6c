"""Where a reader stands in the stream: the search, its view, and the page of it. The address holds all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.moment import get_zone
from inbox.refusal import speaks_indonesian
from storage.models import SavedView
from storage.models.person import User
from storage.query import Query, parse_query

PAGE = 50
MAX_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class View:
    """A search that has a name."""

    slug: str
    name: str | Promise
    spoken: tuple[str, str]  # in Indonesian and in English; both mean the same
    key: str = ""  # pressed after g

    @property
    def search(self) -> str:
        """The search as this reader is shown it."""
        return self.spoken[0 if speaks_indonesian() else 1]


VIEWS = (
    View("baru", _("Baru"), ("status:baru", "status:new"), "b"),
    View("milik-saya", _("Milik saya"), ("petugas:saya", "assignee:me"), "m"),
    View(
        "tanpa-penanggung-jawab",
        _("Belum ada penanggung jawab"),
        ("status:baru petugas:tanpa", "status:new assignee:none"),
        "p",
    ),
    View("diproses", _("Diproses"), ("status:diproses", "status:in_progress"), "d"),
    View("terjawab", _("Terjawab"), ("status:terjawab", "status:answered"), "t"),
    View("semua", _("Semua"), ("", ""), "s"),
)
FIRST = VIEWS[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a search; `before` and `after` are the keys between which it lies."""

    view: str = ""
    typed: str | None = None
    search: str = ""
    before: int | None = None
    after: int | None = None

    def get_suffix(self, **more: object) -> str:
        """The part of an address from its question mark on, to come back here."""
        asked = {
            "q": self.typed,
            "view": self.view if self.typed is None else "",
            "before": self.before,
            "after": self.after,
            **more,
        }
        kept = {name: value for name, value in asked.items() if value is not None and (value != "" or name == "q")}
        return f"?{urlencode(kept)}" if kept else ""

    def turn(self, *, before: int | None = None, after: int | None = None) -> Place:
        """Another page of the same search."""
        return replace(self, before=before, after=after)

    def parse(self, user: User) -> Query:
        """The search as it is understood; QueryError says where it cannot be."""
        return parse_query(self.search, get_zone(), user)


def read_place(asked: QueryDict, saved: list[SavedView] | None = None) -> Place:
    """Where an address stands; what makes no sense in it is passed over."""
    typed, slug = asked.get("q"), asked.get("view", "")
    before, after = _read_key(asked.get("before")), _read_key(asked.get("after"))
    if typed is not None:
        return Place("", typed.strip()[:1_000], typed.strip()[:1_000], before, after)
    for view in VIEWS:
        if slug == view.slug:
            return Place(slug, None, view.search, before, after)
    for one in saved or ():
        if slug == one.slug:
            return Place(slug, None, one.query, before, after)
    return Place(FIRST.slug, None, FIRST.search, before, after)


def _read_key(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and len(text) < 20:
        return min(int(text), MAX_KEY)
    return None
