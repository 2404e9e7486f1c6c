"""Finding in the browser: suggestions, the filter panel, the help page, and searches that are kept by name."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from django.utils.translation import override

from inbox.refusal import point_at, tell_refusal
from storage.models import SavedView, User
from storage.query import QueryError, parse_query
from storage.refusal import SENTENCES
from tests.storage_sample import make_source

pytestmark = pytest.mark.django_db


def log_in(role: str, name: str = "") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name or role, role=role, name=(name or role).title()))
    return client


@pytest.fixture
def sari(db: None) -> Client:
    return log_in("agent", "sari")


def test_what_may_be_meant_is_offered_as_options(sari: Client) -> None:
    make_source('situs "dinas" <b>')
    page = sari.get("/search/suggest", {"q": "loket sumber:sit izin", "at": "16"}).content.decode()
    assert page.count('role="option"') == 1
    assert "<b>" not in page
    assert "loket sumber:&quot;situs  dinas  &lt;b&gt;&quot; izin" in page
    assert sari.get("/search/suggest", {"q": "x" * 5_000, "at": "-3"}).status_code == 200


@pytest.mark.parametrize(
    ("search", "chosen", "becomes"),
    [
        ("loket", {"status": ["new", "closed"], "tag": ["none"]}, "loket status:baru,selesai jenis:tanpa"),
        ("loket status:baru", {"source": ["situs dinas"]}, 'loket sumber:"situs dinas"'),
        ("izin OR ijin", {"within": ["3w"]}, "(izin OR ijin) dalam:3w"),
        ('loket "', {}, 'loket "'),
        ("", {}, ""),
    ],
)
def test_the_panel_writes_the_text_that_could_be_typed(
    sari: Client, search: str, chosen: dict[str, list[str]], becomes: str
) -> None:
    reply = sari.get("/search/filter", {"q": search, "go": "1", **chosen})
    assert (reply.status_code, reply["Location"]) == (303, f"/?q={quote(becomes, safe='').replace('%20', '+')}")


def test_the_panel_shows_what_the_search_asks_for(sari: Client) -> None:
    make_source("situs dinas")
    page = sari.get("/search/filter", {"q": 'jenis:keluhan,pujian sumber:"situs dinas" dalam:5hari'}).content.decode()
    for ticked in ("complaint", "praise"):
        assert f'name="tag" value="{ticked}" checked' in page
    assert '<option value="situs dinas" selected>' in page
    assert '<option value="5hari" selected>' in page
    assert page.count("checked") == 2


def test_a_search_that_is_wrong_is_marked_in_the_panel(sari: Client) -> None:
    page = sari.get("/search/filter", {"q": "loket <i>:x status:baruu"}).content.decode()
    assert "<i>" not in page
    assert "<mark>baruu</mark>" in page
    assert "Isi “status:” dengan salah satu dari: baru, diproses" in page


def test_every_reason_has_its_sentence_in_indonesian_and_in_english() -> None:
    values = {"value": "x", "field": "status", "likely": "y", "most": 3, "values": "a", "fields": "b"}
    with override("id"):
        said = {tell_refusal(QueryError(0, code, **values)) for code in SENTENCES}  # type: ignore[arg-type]
    assert len(said) == len(SENTENCES)
    assert not any("%(" in sentence or "tidak dimengerti" in sentence for sentence in said)


def test_a_wrong_place_is_cut_out_of_the_search() -> None:
    with pytest.raises(QueryError) as raised:
        parse_query("loket status:baruu izin")
    cut = point_at("loket status:baruu izin", raised.value)
    assert (cut.before, cut.wrong, cut.after) == ("loket status:", "baruu", " izin")


def test_each_example_of_the_help_page_is_understood(sari: Client) -> None:
    from inbox.search_help import EXAMPLES

    page = sari.get("/help/search").content.decode()
    for search, _ in EXAMPLES:
        parse_query(search, user=User.objects.get(username="sari"))
        assert f"?q={quote(search, safe='')}" in page
    assert page.count('<th scope="row">') == 16


def test_a_search_is_kept_by_name_and_shown_again(sari: Client) -> None:
    assert 'value="status:baru loket"' in sari.get("/views/new", {"q": "status:baru loket"}).content.decode()
    reply = sari.post("/views/new", {"name": "Loket <b>baru</b>", "query": "status:baru loket"})
    view = SavedView.objects.get()
    assert (reply.status_code, reply["Location"]) == (303, f"/?view={view.slug}")
    assert (view.owner and view.owner.username, view.query) == ("sari", "status:baru loket")
    page = sari.get("/views/").content.decode()
    assert "Loket &lt;b&gt;baru&lt;/b&gt;" in page
    assert f"/?q={quote('status:baru loket', safe='')}" in page


def test_a_search_that_is_not_understood_is_not_kept_and_not_lost(sari: Client) -> None:
    reply = sari.post("/views/new", {"name": "x", "query": "statuss:baru"})
    assert reply.status_code == 422
    assert 'value="statuss:baru"' in reply.content.decode()
    assert "Maksud Anda “status:”?" in reply.content.decode()
    assert not SavedView.objects.exists()


def test_names_that_are_alike_get_addresses_of_their_own(sari: Client) -> None:
    for _ in range(2):
        sari.post("/views/new", {"name": "Baru", "query": ""})
    sari.post("/views/new", {"name": "…", "query": ""})
    assert sorted(SavedView.objects.values_list("slug", flat=True)) == ["baru-2", "baru-3", "tampilan"]


def test_only_a_supervisor_shares_a_view_and_changes_a_shared_one(sari: Client) -> None:
    sari.post("/views/new", {"name": "Khususku", "query": "", "shared": "on"})
    boss, other = log_in("supervisor"), log_in("agent", "budi")
    boss.post("/views/new", {"name": "Bersama", "query": "status:baru", "shared": "on"})
    assert SavedView.objects.get(slug="khususku").owner is not None
    assert SavedView.objects.get(slug="bersama").owner is None
    assert "Bersama" in other.get("/views/").content.decode()
    assert "Khususku" not in other.get("/views/").content.decode()
    for act in ("change", "order", "delete"):
        assert other.post(f"/views/khususku/{act}", {"name": "x"}).status_code == 404
        assert other.post(f"/views/bersama/{act}", {"name": "x"}).status_code == 403
    assert SavedView.objects.count() == 2


def test_a_view_is_renamed_and_keeps_its_address(sari: Client) -> None:
    sari.post("/views/new", {"name": "Lama", "query": ""})
    assert 'value="Lama"' in sari.get("/views/lama/change").content.decode()
    assert sari.post("/views/lama/change", {"name": "Anyar", "query": "izin"}).status_code == 303
    assert SavedView.objects.values_list("slug", "name", "query").get() == ("lama", "Anyar", "izin")
    assert sari.post("/views/lama/change", {"name": "", "query": "izin"}).status_code == 422


def test_views_are_put_in_order(sari: Client) -> None:
    for name in "abc":
        sari.post("/views/new", {"name": name, "query": ""})
    sari.post("/views/c/order", {"to": "up"})
    sari.post("/views/a/order", {"to": "up"})
    sari.post("/views/a/order", {"to": "down"})
    assert list(SavedView.objects.order_by("position").values_list("name", flat=True)) == ["c", "a", "b"]


def test_a_deleted_view_comes_back_with_its_address(sari: Client) -> None:
    sari.post("/views/new", {"name": "Loket", "query": "loket"})
    sari.post("/views/loket/change", {"name": "Antrean", "query": "loket"})
    sari.post("/views/loket/delete")
    assert not SavedView.objects.exists()
    assert "Tampilan “Antrean” dihapus." in sari.get("/views/").content.decode()
    sari.post("/views/restore")
    assert SavedView.objects.values_list("slug", "name", "query").get() == ("loket", "Antrean", "loket")
    sari.post("/views/restore")
    assert SavedView.objects.count() == 1
