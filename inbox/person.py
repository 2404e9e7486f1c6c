"""Who asks: behind the gate there is always a person."""

from __future__ import annotations

from django.http import HttpRequest

from storage.models import User


def get_person(request: HttpRequest) -> User:
    """The person who is logged in; the gate let nobody else through to a page that asks this."""
    person = request.user
    assert isinstance(person, User)
    return person
