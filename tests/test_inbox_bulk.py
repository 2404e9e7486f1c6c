"""Acts on many over HTTP: those that were picked, all of a search with preview and progress, stopped and undone."""

from __future__ import annotations

import pytest
from django.test import Client

from storage.bulk import run_bulk, start_bulk
from storage.models import BulkAct, Mention, User
from tests.test_inbox_stream import fill, get, post


@pytest.fixture
def agent(db: None) -> User:
    return User.objects.create_user("sari", "kata sandi panjang", role="agent", name="Sari Wulandari")


@pytest.fixture
def client(agent: User) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def count(**state: str) -> int:
    return Mention.objects.filter(**state).count()


def test_what_was_picked_is_done_at_once_and_undone_as_a_whole(client: Client) -> None:
    keys = fill(4)
    sent = post(client, "/bulk?view=baru", act="status:closed", which="chosen", mention=keys[:3])
    page = get(client, sent)
    assert "3 sebutan: Selesai" in page
    assert count(status="closed") == 3
    back = post(client, f"/bulk/{BulkAct.objects.get().pk}/undo?view=baru")
    assert "3 sebutan diurungkan." in get(client, back)
    assert count(status="new") == 4


def test_all_that_match_are_counted_before_anything_is_done(client: Client) -> None:
    fill(3)
    reply = client.post("/bulk?q=izin", {"act": "tag:praise", "which": "all"})
    page = reply.content.decode()
    assert "<strong>3 sebutan</strong> cocok" in page
    assert 'action="/bulk/start?q=izin"' in page
    assert count(tag="praise") == 0


@pytest.mark.django_db(transaction=True)
def test_all_that_match_are_done_in_the_background_and_the_page_says_how_far(client: Client) -> None:
    fill(3)
    sent = post(client, "/bulk/start?q=izin", act="tag:praise", which="all")
    run_bulk(BulkAct.objects.get().pk)  # takes turns with the thread
    page = get(client, sent)
    assert "3 dari 3" in page
    assert "Urungkan semuanya" in page
    assert count(tag="praise") == 3


def test_an_act_that_was_stopped_says_so_and_can_be_undone(client: Client, agent: User) -> None:
    keys = fill(2)
    act = start_bulk(agent, keys, {"tag": "praise"})
    BulkAct.objects.filter(pk=act.pk).update(stop=True)
    run_bulk(act.pk)
    page = get(client, f"/bulk/{act.pk}")
    assert "dihentikan" in page
    assert "Urungkan semuanya" in page


def test_nobody_sees_or_undoes_a_colleagues_act_on_many(client: Client) -> None:
    colleague = User.objects.create_user("bayu", "kata sandi panjang", role="agent")
    act = start_bulk(colleague, fill(2), {"tag": "praise"})
    run_bulk(act.pk)
    assert client.get(f"/bulk/{act.pk}").status_code == 404
    assert client.post(f"/bulk/{act.pk}/undo").status_code == 404
    assert count(tag="praise") == 2


@pytest.mark.parametrize("sent", [{}, {"act": "tag:praise", "which": "chosen"}, {"act": "hapus", "which": "all"}])
def test_an_act_on_nothing_or_of_no_kind_is_refused(client: Client, sent: dict[str, str]) -> None:
    fill(1)
    assert client.post("/bulk", sent).status_code == 422
    assert not BulkAct.objects.exists()
