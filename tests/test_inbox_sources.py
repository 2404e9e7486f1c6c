"""Sources and terms in the browser: seen at a glance, asked now, paused, tried again, added, and changed."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inbox.fault import tell_fault
from inbox.health import read_health
from inbox.office import get_office, set_office
from kentongan.demo import SITES
from kentongan.demo.city import build_city
from kentongan.demo.server import serve_city
from kentongan.office import ConfiguredOffice
from pipeline.run import run_source
from storage.models import AuditEvent, Ignored, Lease, Mention, Quarantine, Run, Source, TermMatch, User
from tests.pipeline_sample import NOW, ScriptedCollector, Term, make_batch, make_item, make_job, open_means

CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[collecting]
pause = "0s"
allow_hosts = [{hosts}]
# nama kami
[[terms]]
name = "Disnaker"
any = ["Disnaker"]
[[sources]]
name = "kabar"
kind = "feed"
url = "https://kabar.test/"
channel = "news"
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A configuration of these tests' own, and its office in place of the application's."""
    import_module("kentongan.urls")  # which hands the application's office in
    path, before = tmp_path / "config.toml", get_office()
    path.write_text(CONFIG.format(hosts='"127.0.0.1:1"'), encoding="utf-8")
    set_office(ConfiguredOffice(path))
    yield path
    set_office(before)


def log_in(role: str = "admin") -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, "ketuk tilu tiga kali", role=role, name=role.title()))
    return client


def poll(*, name: str = "kabar", **changed: Any) -> Source:
    """The source after a run that ignored something and refused something."""
    items = (make_item("a", "Disnaker buka loket"), make_item("b", "<b>Hujan</b> deras", title="Cuaca"))
    broken = make_item("c", published=NOW.replace(tzinfo=None))
    job = make_job(
        ScriptedCollector(make_batch(*items, broken)), name=name, keep="matching", channel="news", **changed
    )
    with open_means(Term("Disnaker", ("Disnaker",))) as means:
        run_source(replace(job), means)
    return Source.objects.get(pk=job.source_id)


def read(client: Client, address: str) -> str:
    reply = client.get(address)
    assert reply.status_code == 200, reply.status_code
    return reply.content.decode()


def schedule() -> None:
    """As if a scheduler lived."""
    Lease.objects.create(name="scheduler", holder="uji", fence=1, expires=timezone.now() + timedelta(minutes=1))


def test_silent_sources_come_first_and_each_says_how_it_is(config: Path) -> None:
    poll()
    for name, state in (("a-paused", {"paused": True, "paused_why": "<i>libur</i>"}), ("z-silent", {})):
        Source.objects.create(
            name=name, kind="feed", channel="news", url="", every=timedelta(minutes=15), added=NOW, **state
        )
    Source.objects.filter(name="kabar").update(last_success=timezone.now(), every=timedelta(days=1))
    Source.objects.filter(name="z-silent").update(added=timezone.now() - timedelta(days=3))
    states = [(one.source.name, one.state) for one in read_health({}, timezone.now())]
    assert states == [("z-silent", "silent"), ("kabar", "ok"), ("a-paused", "paused")]
    page = read(log_in(), "/sources")
    assert "Penjadwal sedang tidak berjalan" in page
    assert page.index("Tidak di pengaturan lagi") > page.index("Berjalan")


def test_the_pictures_hours_are_those_of_the_last_day(config: Path) -> None:
    source, now = poll(), timezone.now()
    Run.objects.all().delete()
    for hours, new in ((1, 4), (1, 2), (23, 1), (30, 50)):
        Run.objects.create(source=source, started=now - timedelta(hours=hours, minutes=1), new=new)
    (health,) = read_health({}, now)
    assert health.new == 7
    assert [bar.height for bar in health.bars if bar.height > 1] == [3, 18]


def test_a_source_shows_what_was_passed_over_and_refused_as_text(config: Path) -> None:
    page = read(log_in(), f"/sources/{poll().pk}")
    assert "Cuaca" in page
    assert "tidak menyebut kata kunci" in page
    assert "waktunya tidak menyebut zona" in page
    assert "<b>Hujan</b>" not in page
    assert "sedang berjalan" not in page


def test_collect_now_asks_once_and_says_when_nobody_listens(config: Path) -> None:
    source, client = poll(), log_in()
    client.post(f"/sources/{source.pk}/collect")
    assert "Penjadwal sedang tidak berjalan" in read(client, f"/sources/{source.pk}")
    schedule()
    reply = client.post(f"/sources/{source.pk}/collect")
    assert (reply.status_code, reply["Location"]) == (302, f"/sources/{source.pk}")
    assert Source.objects.get(pk=source.pk).wanted is not None
    live = read(client, f"/sources/{source.pk}/live")
    assert "menunggu penjadwal" in live
    assert 'hx-trigger="every 2s"' in live


def test_a_pause_needs_a_reason_which_the_list_and_the_trail_keep(config: Path) -> None:
    source, client = poll(), log_in()
    client.post(f"/sources/{source.pk}/pause", {"why": " "})
    assert not Source.objects.get(pk=source.pk).paused
    client.post(f"/sources/{source.pk}/pause", {"why": "Situsnya <b>pindah</b>"})
    assert "Situsnya &lt;b&gt;pindah&lt;/b&gt;" in read(client, "/sources")
    client.post(f"/sources/{source.pk}/resume")
    assert not Source.objects.get(pk=source.pk).paused
    events = AuditEvent.objects.order_by("pk").values_list("actor", "action", "why")
    assert list(events) == [("admin", "source.pause", "Situsnya <b>pindah</b>"), ("admin", "source.resume", "")]


def test_who_may_only_look_changes_nothing(config: Path) -> None:
    source, client = poll(), log_in("supervisor")
    page = read(client, f"/sources/{source.pk}")
    assert "Ambil sekarang" not in page
    for act in ("pause", "resume", "collect", "enable", "try", "replay", "drop"):
        assert client.post(f"/sources/{source.pk}/{act}", {"why": "x"}).status_code == 403
    assert client.post("/terms/save", {"name": "x", "any": "x"}).status_code == 403


def test_a_source_is_switched_off_in_the_file_and_its_remarks_stay(config: Path) -> None:
    source, client = poll(), log_in()
    stamp = get_office().get_stamp()
    client.post(f"/sources/{source.pk}/enable", {"enabled": "no", "stamp": stamp})
    text = config.read_text()
    assert tomllib.loads(text)["sources"][0]["enabled"] is False
    assert "# nama kami" in text
    assert not Source.objects.get(pk=source.pk).enabled
    client.post(f"/sources/{source.pk}/enable", {"enabled": "yes", "stamp": stamp})
    assert "sudah diubah orang lain" in read(client, f"/sources/{source.pk}")
    assert config.read_text() == text


def test_quarantine_is_tried_again_or_dropped_with_a_reason(config: Path) -> None:
    source, client = poll(), log_in()
    client.post(f"/sources/{source.pk}/replay")
    assert "masih ditolak 1" in read(client, f"/sources/{source.pk}")
    client.post(f"/sources/{source.pk}/drop", {"why": ""})
    assert Quarantine.objects.count() == 1
    client.post(f"/sources/{source.pk}/drop", {"why": "bukan isi"})
    assert not Quarantine.objects.exists()
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["quarantine.replay", "quarantine.drop"]


def wait_for_look(client: Client, mark: str) -> str:
    """The page of a look that is done; threads say so themselves."""
    for thread in threading.enumerate():
        if thread.name == "desk":
            thread.join(60)
    return read(client, f"/sources/look/{mark}")


def test_an_address_is_looked_at_and_one_click_keeps_it(config: Path) -> None:
    client = log_in()
    with serve_city(build_city(datetime.now(UTC)), SITES) as origins:
        hosts = ", ".join(f'"{origin.removeprefix("http://")}"' for origin in origins.values())
        config.write_text(CONFIG.format(hosts=hosts), encoding="utf-8")
        reply = client.post("/sources/add", {"address": f"{origins['suara']}/"})
        mark = reply["Location"].rpartition("/")[2]
        page = wait_for_look(client, mark)
        assert "paling cocok" in page
        assert "10 isi dicoba" in page
        assert 'hx-trigger="every 1s"' not in page
        reply = client.post(f"/sources/look/{mark}/keep", {"offer": "0", "name": 'Suara "kota"', "keep": "all"})
    table = tomllib.loads(config.read_text())["sources"][-1]
    assert {**table, "url": ""} == {
        "name": 'Suara "kota"',
        "kind": "feed",
        "url": "",
        "channel": "news",
        "keep": "all",
    }
    assert reply["Location"] == f"/sources/{Source.objects.get(name=table['name']).pk}"
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["source.add"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://127.0.0.1:9/", "Nomor port"),
        ("http://127.0.0.1/", "jaringan dalam"),
        ("http://tidak-ada.invalid/", "Nama situs tidak"),
        ("http://169.254.169.254/", "jaringan dalam"),
        ("javascript:alert(1)", "Ini bukan alamat situs web."),
        ("file:///etc/passwd", "Ini bukan alamat situs web."),
    ],
)
def test_what_cannot_be_looked_at_says_so_in_one_sentence(config: Path, address: str, said: str) -> None:
    client = log_in()
    mark = client.post("/sources/add", {"address": address})["Location"].rpartition("/")[2]
    assert said in wait_for_look(client, mark)


def test_a_look_that_nobody_knows_is_not_there(config: Path) -> None:
    client = log_in()
    assert client.get("/sources/look/apa").status_code == 404
    assert client.post("/sources/look/apa/keep", {"offer": "0"})["Location"] == "/sources/add"
    assert client.post("/sources/add", {"address": " "}).status_code == 422


def test_a_term_is_previewed_saved_and_applied(config: Path) -> None:
    poll()
    client, stamp = log_in(), get_office().get_stamp()
    form = {"old": "", "stamp": stamp, "name": "Hujan", "any": "hujan\r\n\r\n", "none": "", "near": ""}
    part = client.post("/terms/preview", form, headers={"HX-Request": "true"}).content.decode()
    assert "Dari 1 isi terakhir yang dilewati, 1 akan disimpan." in part
    assert "<html" not in part
    assert "Dari 1 isi" in client.post("/terms/preview", form).content.decode()
    assert Mention.objects.count() == 1
    reply = client.post("/terms/save", {**form, "apply": "yes"})
    assert reply["Location"] == "/terms"
    wait_for_threads()
    assert tomllib.loads(config.read_text())["terms"][1] == {"name": "Hujan", "any": ["hujan"]}
    assert set(TermMatch.objects.values_list("mention__external_id", "term")) == {("a", "Disnaker"), ("b", "Hujan")}
    assert not Ignored.objects.exists()
    assert "1 yang dulu dilewati kini disimpan" in read(client, "/terms")


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name == "desk":
            thread.join(60)


def test_a_term_is_changed_and_removed_and_a_stale_form_is_refused(config: Path) -> None:
    client, stamp = log_in(), get_office().get_stamp()
    assert "Disnaker" in read(client, "/terms/edit?name=Disnaker")
    form = {
        "old": "Disnaker",
        "stamp": stamp,
        "name": "Dinas",
        "any": "Disnaker\nDinas",
        "near": "Malang",
        "case": "yes",
    }
    assert client.post("/terms/save", form).status_code == 302
    (term,) = tomllib.loads(config.read_text())["terms"]
    assert term == {"name": "Dinas", "any": ["Disnaker", "Dinas"], "near": ["Malang"], "case": True}
    late = client.post("/terms/save", {**form, "old": "Dinas", "name": "Lain"})
    assert (late.status_code, "sudah diubah orang lain" in late.content.decode()) == (422, True)
    assert 'value="Lain"' in late.content.decode()
    client.post("/terms/remove", {"name": "Dinas", "stamp": get_office().get_stamp()})
    assert "terms" not in tomllib.loads(config.read_text())
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["term.save", "term.remove"]


def test_a_term_without_a_word_is_refused_and_nothing_is_lost(config: Path) -> None:
    reply = log_in().post("/terms/save", {"name": "Kosong", "any": "...", "none": "simpan ini"})
    assert reply.status_code == 422
    assert "simpan ini" in reply.content.decode()


def test_a_file_that_cannot_be_read_leaves_the_list_with_one_sentence(config: Path) -> None:
    poll()
    client = log_in()
    config.write_text("[agency", encoding="utf-8")
    page = read(client, "/sources")
    assert "is not valid TOML" in page
    assert "kabar" in page
    assert "is not valid TOML" in read(client, "/terms")


@pytest.mark.parametrize("count", [2, 12])
def test_the_list_asks_as_much_for_few_sources_as_for_many(
    config: Path, count: int, django_assert_max_num_queries: Any
) -> None:
    client = log_in()
    for number in range(count):
        poll(name=f"kabar {number}")
    client.get("/sources")
    with django_assert_max_num_queries(12):
        client.get("/sources")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("kabar: https://a.test answered HTTP 503", "Situs sedang bermasalah (HTTP 503)."),
        ("kabar: something of its own", "kabar: something of its own"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_error_of_a_known_sort_is_said_in_indonesian(sentence: str | None, said: str) -> None:
    assert tell_fault(sentence) == said
