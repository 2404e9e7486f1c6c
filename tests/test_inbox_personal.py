"""Personal data on the pages: hidden from viewers and analysts, shown for a reason, and written down (P1, P2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from inbox.urls import urlpatterns
from storage.audit import verify
from storage.ingest import save
from storage.models import AuditEvent, Mention, ReviewEvent, User
from storage.note import add_note
from storage.review import decide
from tests.storage_sample import make_batch, make_incoming, make_source

pytestmark = pytest.mark.usefixtures("db")

NIK, PHONE, EMAIL, ACCOUNT = "3573911203900001", "0812-3450-0067", "contoh.warga@gmail.com", "1234000890"
SECRETS = (NIK, PHONE, EMAIL, ACCOUNT, "081234500067", "contoh.warga")
TEXT = f"Izin saya, NIK {NIK}, hp {PHONE}, surel {EMAIL}, rek BCA {ACCOUNT} a.n. Contoh"


@pytest.fixture
def mention() -> Mention:
    """One that holds everything everywhere: under an article, with a revision, a note, a decision with a reason."""
    source = make_source()
    article = make_incoming("post:1", kind="article", title=f"Izin macet, hubungi {PHONE}", text=TEXT, thread=None)
    said: dict[str, Any] = {"author_name": EMAIL, "author_handle": "081234500067", "parent": "post:1"}
    link = f"https://dinas.test/cek?nik={NIK}"
    first = make_incoming("c1", text=f"{TEXT} lama", url=link, **said)
    save(source.pk, make_batch(article, first, make_incoming("c2", text=TEXT, **said)))
    save(source.pk, make_batch(make_incoming("c1", text=TEXT, url=link, **said)))
    found = Mention.objects.get(external_id="c1")
    agent = User.objects.create_user("sari", "kata sandi panjang", role="agent")
    add_note(found, f"sudah ditelepon ke {PHONE}", by=agent)
    decide(found, {"status": "not_ours", "belongs": f"Dukcapil {PHONE}"}, by=agent, why=f"NIK {NIK} tidak padan")
    return found


def log_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, "kata sandi panjang", role=role))
    return client


def list_addresses(patterns: list[URLPattern | URLResolver], mention_id: int) -> Iterator[str]:
    """Every address of the inbox, with this mention where one is asked for."""
    values = {"mention_id": mention_id, "slug": "baru", "side": "older", "bulk_id": 1}
    for pattern in patterns:
        if isinstance(pattern, URLResolver) or pattern.name is None:
            continue
        taken = {name: values[name] for name in pattern.pattern.converters if name in values}
        try:
            yield reverse(pattern.name, kwargs=taken)
        except NoReverseMatch:  # another thing's number: it shows no mention
            continue


@pytest.mark.parametrize("role", ["viewer", "analyst"])
@pytest.mark.parametrize("htmx", [False, True])
def test_no_page_shows_who_may_not_see_it_anybodys_personal_data(mention: Mention, role: str, *, htmx: bool) -> None:
    client = log_in(role)
    addresses = list(list_addresses(urlpatterns, mention.pk))
    others = Mention.objects.exclude(pk=mention.pk).values_list("pk", flat=True)
    addresses += [f"/mentions/{key}" for key in others]
    addresses += ["/?view=semua", "/?view=semua&q=izin", "/live?view=semua&since=2020-01-01T00:00:00Z"]
    addresses += ["/search/suggest?q=author:", "/search/suggest?q=author:c", f"/mentions/{mention.pk}?q=izin"]
    shown = 0
    for address in addresses:
        reply = client.get(address, headers={"HX-Request": "true"} if htmx else {})
        body = b"".join(reply.streaming_content) if reply.streaming else reply.content  # type: ignore[attr-defined]
        assert [secret for secret in SECRETS if secret.encode() in body] == [], address
        shown += "••••".encode() in body
    assert shown >= 4


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
def test_who_answers_citizens_sees_what_they_wrote(mention: Mention, role: str) -> None:
    page = log_in(role).get(f"/mentions/{mention.pk}").content.decode()
    assert NIK in page
    assert reverse("reveal", args=[mention.pk]) not in page


def test_an_analyst_is_shown_one_mention_for_a_reason_in_this_session_only(mention: Mention) -> None:
    client = log_in("analyst")
    address = reverse("reveal", args=[mention.pk])
    assert address in client.get(f"/mentions/{mention.pk}").content.decode()
    reply = client.post(address, {"why": "permintaan subjek data"})
    assert (reply.status_code, reply["Location"].partition("?")[0]) == (303, f"/mentions/{mention.pk}")
    page = client.get(f"/mentions/{mention.pk}").content.decode()
    assert all(secret in page for secret in (NIK, PHONE, EMAIL, ACCOUNT))
    other = Mention.objects.get(external_id="c2")
    around = client.get(f"/mentions/{other.pk}").content.decode()
    assert page.count("permintaan subjek data") == 1
    assert around.count("••••") > 0
    event = AuditEvent.objects.get(action="mention.reveal")
    assert (event.actor, event.why, event.origin) == ("analyst", "permintaan subjek data", "127.0.0.1")
    assert ReviewEvent.objects.filter(mention=mention, action="reveal").count() == 1
    assert verify().breaks == ()
    again = Client()
    again.force_login(User.objects.get(username="analyst"))
    assert NIK not in again.get(f"/mentions/{mention.pk}").content.decode()


def test_without_a_reason_or_the_right_nothing_is_shown_and_nothing_written(mention: Mention) -> None:
    address = reverse("reveal", args=[mention.pk])
    refused = log_in("analyst").post(address, {"why": "  "})
    assert refused.status_code == 422
    assert NIK not in refused.content.decode()
    assert log_in("viewer").post(address, {"why": "ingin tahu"}).status_code == 403
    assert not AuditEvent.objects.filter(action="mention.reveal").exists()
