"""Searches with a name, of one person or of everybody: their order, their addresses, and one that comes back."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.text import slugify

from storage.models import SavedView, User

MAX_NAME = 100
MAX_VIEWS = 100  # of one person, and of all: a menu is no archive


def list_views(user: User) -> QuerySet[SavedView]:
    """The views that somebody sees: everybody's, then their own, each in its order."""
    seen = SavedView.objects.filter(Q(owner__isnull=True) | Q(owner=user))
    return seen.order_by(F("owner").asc(nulls_first=True), "position", "name", "pk")


def add_view(name: str, query: str, owner: User | None, taken: Iterable[str] = ()) -> SavedView:
    """A view at the end of its list; `taken` are addresses that are nobody's to take."""
    refused = set(taken)
    position = SavedView.objects.filter(owner=owner).count()
    stem = slugify(name)[:90] or "tampilan"
    for number in count(1):
        slug = stem if number == 1 else f"{stem}-{number}"
        if slug in refused or SavedView.objects.filter(slug=slug).exists():
            continue
        try:
            with transaction.atomic():
                return SavedView.objects.create(name=name, slug=slug, query=query, owner=owner, position=position)
        except IntegrityError:  # somebody took it since we looked
            continue
    raise AssertionError("numbers do not end")


def move_view(view: SavedView, step: int) -> None:
    """One place up (-1) or down (1) in its list."""
    with transaction.atomic():
        ordered = list(SavedView.objects.filter(owner=view.owner_id).order_by("position", "name", "pk"))
        place = next(at for at, one in enumerate(ordered) if one.pk == view.pk)
        other = max(0, min(place + step, len(ordered) - 1))
        ordered.insert(other, ordered.pop(place))
        for position, one in enumerate(ordered):
            one.position = position
        SavedView.objects.bulk_update(ordered, ["position"])
