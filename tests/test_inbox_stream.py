"""The stream and the mention over HTTP: what is shown, how pages turn, what acts do, how many queries it takes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storage.ingest import save
from storage.models import Draft, Mention, Presence, ReviewEvent, User
from storage.record import TermHit
from storage.search import fold_words
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

MOST_QUERIES = 12


@pytest.fixture
def agent(db: None) -> User:
    return User.objects.create_user("sari", "kata sandi panjang", role="agent", name="Sari Wulandari")


@pytest.fixture
def client(agent: User) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def fill(count: int, **changed: object) -> list[int]:
    """So many comments of one thread, a minute apart; their keys, newest first."""
    source = make_source()
    mentions = [
        make_incoming(
            f"comment:{number}",
            published=NOW - timedelta(minutes=number),
            text=f"Berapa lama izin nomor {number}?",
            terms=(TermHit(term="izin", field="text", start=12, length=4, passage="izin"),),
            **changed,
        )
        for number in range(count)
    ]
    save(source.pk, make_batch(*mentions))
    return list(Mention.objects.order_by("-pk").values_list("pk", flat=True))


def get(client: Client, address: str, *, htmx: bool = False) -> str:
    reply = client.get(address, headers={"HX-Request": "true"} if htmx else {})
    assert reply.status_code == 200
    return reply.content.decode()


def post(client: Client, address: str, **data: object) -> str:
    """Post as a browser without JavaScript; the address that it is sent to."""
    reply = client.post(address, data)
    assert reply.status_code == 303, reply.content.decode()
    return str(reply["Location"])


def list_rows(page: str) -> list[int]:
    return [int(key) for key in re.findall(r'id="row-(\d+)"', page)]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_page_takes_as_many_queries_for_fifty_rows_as_for_ten(client: Client, *, htmx: bool) -> None:
    keys = fill(50)
    get(client, "/")  # the first request of a session notes where it comes from
    taken = {}
    for name, address in {
        "fifty": "/?view=semua",
        "ten": f"/?view=semua&before={keys[39]}",
        "mention beside fifty": f"/mentions/{keys[0]}?view=semua",
        "mention beside ten": f"/mentions/{keys[0]}?view=semua&before={keys[39]}",
    }.items():
        with CaptureQueriesContext(connection) as queries:
            get(client, address, htmx=htmx)
        taken[name] = len(queries)
    assert taken["fifty"] == taken["ten"] <= MOST_QUERIES
    assert taken["mention beside fifty"] == taken["mention beside ten"]


def test_the_pages_of_a_list_turn_both_ways_and_lose_nothing(client: Client) -> None:
    keys = fill(120)
    first = get(client, "/?view=semua")
    assert list_rows(first) == keys[:50]
    assert 'rel="prev"' not in first
    second = get(client, f"/?view=semua&before={keys[49]}")
    assert list_rows(second) == keys[50:100]
    last = get(client, f"/?view=semua&before={keys[99]}")
    assert list_rows(last) == keys[100:]
    assert 'rel="next"' not in last
    back = get(client, f"/?view=semua&after={keys[100]}")
    assert list_rows(back) == keys[50:100]


def test_a_row_marks_the_term_and_tells_who_and_where(client: Client) -> None:
    fill(2)
    page = get(client, "/")
    assert "Berapa lama <mark>izin</mark> nomor 0?" in page
    assert "Budi" in page
    assert "situs dinas" in page


def test_markup_in_a_citizens_text_stays_text(client: Client) -> None:
    evil = "<img src=x onerror=alert(1)>\"'</textarea><script>alert(2)</script>"
    save(make_source().pk, make_batch(make_incoming("c:1", text=evil, author_name=evil, title=evil, kind="article")))
    key = Mention.objects.get().pk
    for page in (get(client, "/"), get(client, f"/mentions/{key}"), get(client, f"/mentions/{key}", htmx=True)):
        assert "<img" not in page
        assert "alert(2)</script>" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_a_link_to_the_original_leads_only_to_the_web(client: Client) -> None:
    incoming = make_incoming("c:1", url="javascript:alert(1)"), make_incoming("c:2", url="https://dinas.test/1")
    save(make_source().pk, make_batch(*incoming))
    pages = [
        get(client, f"/mentions/{key}")
        for key in Mention.objects.order_by("external_id").values_list("pk", flat=True)
    ]
    assert "javascript:" not in pages[0]
    assert 'href="https://dinas.test/1" target="_blank" rel="noopener noreferrer"' in pages[1]


def test_tagging_moves_on_to_the_next_and_can_be_undone(client: Client, agent: User) -> None:
    keys = fill(3)
    sent = post(client, f"/mentions/{keys[0]}/tag?view=baru", tag="complaint", version=0)
    assert sent.startswith(f"/mentions/{keys[1]}?view=baru&did=")
    tagged = Mention.objects.get(pk=keys[0])
    assert (tagged.tag, tagged.status) == ("complaint", "in_progress")
    assert "Ditandai Keluhan" in get(client, sent)
    event = ReviewEvent.objects.filter(action="tag").get()
    back = post(client, "/undo?view=baru", event=event.pk)
    assert back.startswith(f"/mentions/{keys[0]}?view=baru")
    undone = Mention.objects.get(pk=keys[0])
    assert (undone.tag, undone.status) == ("", "new")
    assert "Diurungkan" in get(client, back)
    assert agent.username == "sari"


def test_praise_offers_to_be_done_with(client: Client) -> None:
    keys = fill(2)
    page = get(client, post(client, f"/mentions/{keys[0]}/tag", tag="praise", version=0))
    assert "Selesaikan sekalian" in page
    assert f'action="/mentions/{keys[0]}/status' in page


def test_htmx_is_given_the_next_mention_the_acted_row_and_the_bar(client: Client) -> None:
    keys = fill(3)
    reply = client.post(
        f"/mentions/{keys[0]}/tag?view=baru", {"tag": "other", "version": 0}, headers={"HX-Request": "true"}
    )
    page = reply.content.decode()
    assert reply.status_code == 200
    assert reply["HX-Push-Url"] == f"/mentions/{keys[1]}?view=baru"
    assert f'id="opened" data-id="{keys[1]}"' in page
    assert list_rows(page) == [keys[0]]
    assert "Ditandai Lainnya" in page
    assert "<html" not in page


def test_a_second_decision_about_an_old_version_is_refused_and_both_are_shown(client: Client, db: None) -> None:
    key = fill(1)[0]
    colleague = Client()
    colleague.force_login(User.objects.create_user("bayu", "kata sandi panjang", role="agent", name="Bayu Prasetyo"))
    post(colleague, f"/mentions/{key}/tag", tag="praise", version=0)
    reply = client.post(f"/mentions/{key}/tag", {"tag": "complaint", "version": 0})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Bayu menandai Pujian" in page
    assert "Jenis: Keluhan" in page
    assert Mention.objects.get(pk=key).tag == "praise"
    post(client, f"/mentions/{key}/tag", tag="complaint", version=1)
    assert Mention.objects.get(pk=key).tag == "complaint"


def test_a_note_that_is_being_written_is_kept_until_it_is_saved(client: Client, agent: User) -> None:
    key = fill(1)[0]
    assert client.post(f"/mentions/{key}/draft", {"text": "Sudah ditelepon"}).status_code == 200
    again = Client()
    again.force_login(agent)
    assert ">Sudah ditelepon</textarea>" in get(again, f"/mentions/{key}")
    post(again, f"/mentions/{key}/note", text="Sudah ditelepon")
    assert not Draft.objects.exists()
    assert '<p class="note" dir="auto">Sudah ditelepon</p>' in get(again, f"/mentions/{key}")


def test_colleagues_at_the_same_mention_are_named_and_what_they_changed(client: Client) -> None:
    key = fill(1)[0]
    colleague = Client()
    colleague.force_login(User.objects.create_user("bayu", "kata sandi panjang", role="agent", name="Bayu Prasetyo"))
    colleague.post(f"/mentions/{key}/presence", {"version": 0})
    seen = client.post(f"/mentions/{key}/presence", {"version": 0}).content.decode()
    assert "Bayu Prasetyo juga sedang membuka ini." in seen
    post(colleague, f"/mentions/{key}/tag", tag="praise", version=0)
    changed = client.post(f"/mentions/{key}/presence", {"version": 0}).content.decode()
    assert "Bayu menandai Pujian" in changed
    assert Presence.objects.count() == 2


def test_new_mentions_are_counted_without_moving_the_list(client: Client) -> None:
    fill(3)
    page = get(client, "/?view=semua")
    found = re.search(r'data-live="([^"]+)"', page)
    assert found
    address = found[1].replace("&amp;", "&")
    assert get(client, address, htmx=True).strip() == ""
    since = address.replace(re.findall(r"since=([^&]+)", address)[0], "2026-11-24T02:00:00%2B00:00")
    assert "3 sebutan baru" in get(client, since, htmx=True)


def test_everything_else_about_a_mention_is_saved_as_one_act(client: Client) -> None:
    key = fill(1)[0]
    form = get(client, f"/mentions/{key}/edit")
    assert "Sari Wulandari" in form
    post(
        client,
        f"/mentions/{key}/edit",
        version=0,
        to="sari",
        unit="Bidang Perizinan",
        priority="1",
        confidential="on",
    )
    mention = Mention.objects.get(pk=key)
    assert (mention.assignee and mention.assignee.username, mention.unit) == ("sari", "Bidang Perizinan")
    assert (mention.priority, mention.confidential) == (1, True)
    assert len(set(ReviewEvent.objects.values_list("at", flat=True))) == 1


def test_what_a_form_cannot_mean_is_refused_in_a_sentence(client: Client) -> None:
    key = fill(1)[0]
    reply = client.post(f"/mentions/{key}/assign", {"to": "siapa", "version": 0})
    assert reply.status_code == 422
    assert "Tidak ada petugas dengan nama itu." in reply.content.decode()


def test_a_search_that_finds_nothing_says_so_and_one_that_is_wrong_shows_where(client: Client) -> None:
    fill(1)
    assert "Tidak ada yang cocok" in get(client, "/?q=parkir")
    assert "<mark>(</mark>izin" in get(client, "/?q=(izin")


def test_a_mention_that_is_not_there_and_one_that_may_not_be_seen_are_the_same(client: Client) -> None:
    key = fill(1)[0]
    Mention.objects.filter(pk=key).update(confidential=True)
    assert client.get(f"/mentions/{key}").status_code == client.get("/mentions/17").status_code == 404
    assert client.post(f"/mentions/{key}/tag", {"tag": "praise", "version": 0}).status_code == 404


def test_a_viewer_reads_with_personal_data_hidden_and_has_no_button(db: None) -> None:
    save(make_source().pk, make_batch(make_incoming("c:1", text="Hubungi saya di 081234567890 ya")))
    viewer = Client()
    viewer.force_login(User.objects.create_user("wati", "kata sandi panjang", role="viewer"))
    page = get(viewer, f"/mentions/{Mention.objects.get().pk}")
    assert "081234567890" not in page
    assert "Hubungi saya di •••" in page
    assert "/tag" not in page


def test_around_a_mention_stand_its_conversation_its_author_and_the_same_story(client: Client) -> None:
    source = make_source()
    article = make_incoming("post:1", kind="article", title="Layanan izin reklame", author_name="Humas", thread=None)
    replies = [
        make_incoming(
            f"c:{n}", parent="c:0" if n else "post:1", text=f"ucapan ke-{n}", published=NOW - timedelta(hours=9 - n)
        )
        for n in range(4)
    ]
    elsewhere = make_incoming("c:9", text="di utas lain", thread="post:2", search_words=fold_words("Budi"))
    save(source.pk, make_batch(article, *replies, elsewhere))
    page = get(client, f"/mentions/{Mention.objects.get(external_id='c:2').pk}", htmx=True)
    assert "Layanan izin reklame" in page
    assert 'Membalas <a href="' in page
    assert "Percakapan (4)" in page
    assert all(f"ucapan ke-{n}" in page for n in range(4))
    assert "Lainnya oleh Budi" in page
    assert "di utas lain" in page


@pytest.mark.parametrize("name", ['"', "x" * 400, "Budi OR -Sari (", "status:baru", "🙂", "a\u202eb"])
def test_whatever_an_author_is_called_the_page_stays_whole(client: Client, name: str) -> None:
    save(make_source().pk, make_batch(make_incoming("c:1", author_name=name), make_incoming("c:2", author_name=name)))
    for key in Mention.objects.values_list("pk", flat=True):
        assert "opened" in get(client, f"/mentions/{key}", htmx=True)


def test_what_changed_at_the_source_is_marked_word_by_word(client: Client) -> None:
    source = make_source()
    save(source.pk, make_batch(make_incoming("c:1", text="Loket buka jam tujuh <b>")))
    save(
        source.pk, make_batch(make_incoming("c:1", text="Loket buka jam sembilan <b>"), now=NOW + timedelta(hours=1))
    )
    page = get(client, f"/mentions/{Mention.objects.get().pk}", htmx=True)
    assert "<del>tujuh</del><ins>sembilan</ins>" in page
    assert "<b>" not in page


def test_the_counts_beside_the_views_follow_what_was_decided(client: Client) -> None:
    keys = fill(3)
    assert re.search(r'<span>Baru</span> <span class="count">3</span>', get(client, "/"))
    post(client, f"/mentions/{keys[0]}/tag", tag="complaint", version=0)
    said = get(client, "/counts?view=baru", htmx=True)
    assert re.search(r'aria-current="page"[^>]*><span>Baru</span> <span class="count">2</span>', said)
    assert re.search(r'<span>Diproses</span> <span class="count">1</span>', said)
