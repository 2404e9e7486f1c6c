"""The gate: every route is declared, and each role gets exactly what the table says."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from inbox.permission import ALWAYS, PUBLIC, RIGHTS, ROLES, ROUTES, UPLOADS
from storage.models import User

PASSWORD = "ketuk tilu tiga kali"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def walk(patterns: list[URLPattern | URLResolver], before: str = "") -> dict[str, str]:
    """Route name → an address of it, with something in the place of each parameter."""
    found: dict[str, str] = {}
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= walk(pattern.url_patterns, route)
        else:
            filled = re.sub(r"<int:\w+>", "1", route)
            found[str(pattern.name)] = "/" + re.sub(r"<(?:\w+:)?\w+>", "apa", filled)
    return found


ADDRESSES = walk(get_resolver().url_patterns)


def test_every_route_is_declared_and_every_declaration_is_a_route() -> None:
    assert set(ADDRESSES) == set(ROUTES)
    assert set(ROUTES) >= UPLOADS
    assert set(ROUTES.values()) <= {PUBLIC, *RIGHTS}


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    """A browser of each role, and one of nobody."""
    found = {"anonymous": Client(raise_request_exception=False)}
    for role in ROLES:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.create_user(role, PASSWORD, role=role, name=role.title()))
        found[role] = client
    return found


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_role_may_ask_what_the_table_says_and_nothing_else(name: str, clients: dict[str, Client]) -> None:
    right = ROUTES[name]
    for role, client in clients.items():
        for method in METHODS:
            if name == "account_logout" and method == "POST":
                continue  # it would end the browser's session in the middle of the walk
            reply = client.generic(method, ADDRESSES[name])
            place = f"{role} {method} {ADDRESSES[name]}: {reply.status_code}"
            sent_away = reply.status_code in {302, 303} and reply["Location"].startswith("/account/login/")
            if right == PUBLIC:
                assert reply.status_code != 403, place
            elif role == "anonymous":
                assert sent_away, place
            elif role in RIGHTS[right]:
                assert not sent_away and reply.status_code not in {403, 500}, place
            else:
                assert reply.status_code == 403, place
            assert "default-src 'none'" in reply["Content-Security-Policy"], place


def test_a_part_of_a_page_asked_without_a_session_sends_the_whole_page_to_the_log_in(db: None) -> None:
    reply = Client().get("/", headers={"HX-Request": "true"})
    assert (reply.status_code, reply["HX-Redirect"]) == (401, "/account/login/")


def test_who_was_sent_to_log_in_comes_back_to_the_page(db: None) -> None:
    User.objects.create_user("sari", PASSWORD, role="agent")
    client = Client()
    sent = client.get("/?q=izin")
    assert sent["Location"] == "/account/login/?next=%2F%3Fq%3Dizin"
    page = client.get(sent["Location"])
    assert "Nama pengguna" in page.content.decode()
    reply = client.post("/account/login/", {"login": "Sari", "password": PASSWORD, "next": "/?q=izin"})
    assert (reply.status_code, reply["Location"]) == (302, "/?q=izin")
    assert "Selamat datang" in client.get("/").content.decode() or client.get("/").status_code == 200


def test_what_needs_the_rights_to_stay_after_the_log_in_is_listed() -> None:
    assert ROUTES["account_change_password"] == ALWAYS
