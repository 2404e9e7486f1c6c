"""`/import`: a table becomes mentions as `kentongan import` makes them; what is refused is told with its line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from storage.models import Mention, User
from tests.inbox_office import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = (
    "Nama,Tanggal,Isi Aduan,Jenis Layanan\n"
    "Sari,24/11/2025 10:15,Kapan NIB saya jadi?,OSS\n"
    "Budi,=kapan(),Antre lama,MPP\n"
    ",25/11/2025,,OSS\n"
    "Wati,25/11/2025,<b>Petugasnya</b> ramah,MPP\n"
)


@pytest.fixture
def client(db: None, settings: Any, tmp_path: Path) -> Client:
    settings.UPLOADS = tmp_path / "uploads"
    return log_in("agent")


@pytest.fixture(autouse=True)
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration of the test's own, which an import reads anew."""
    path = tmp_path / "config.toml"
    source = '[[sources]]\nname = "koran"\nkind = "feed"\nurl = "https://koran.test/"\n'
    path.write_text(f'[agency]\nname = "Dinas"\ncontact = "a@b.test"\n{source}')
    monkeypatch.setenv("KENTONGAN_CONFIG", str(path))


def log_in(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(role, PASSWORD, role=role))
    return client


def upload(client: Client, body: str | bytes = ROWS, file: str = "aduan.csv", **said: str) -> str:
    """The address of the page that asks about the columns."""
    sent = SimpleUploadedFile(file, body.encode() if isinstance(body, str) else body)
    reply = client.post("/import", {"file": sent, "name": "", "channel": "website", **said})
    assert reply.status_code == 303, reply.content.decode()
    return str(reply["Location"])


def read(client: Client, address: str, status: int = 200) -> str:
    reply = client.get(address)
    assert reply.status_code == status
    return reply.content.decode()


def get_fields(page: str) -> dict[str, str]:
    """What the page's button to store it all would send."""
    form = page.partition('<form method="post" action="/import/')[2].partition("</form>")[0]
    found = dict(re.findall(r'name="(source|channel|column\d+)" value="([^"]*)"', form))
    return {name: value.replace("&quot;", '"') for name, value in found.items()}


def test_a_table_is_guessed_shown_and_stored_without_javascript(client: Client) -> None:
    address = upload(client)
    page = read(client, address)
    for words in ("Isi Aduan", "Kapan NIB saya jadi?", "24 November 2025, 10.15", "Baris 4: teksnya kosong"):
        assert words in page, words
    assert not Mention.objects.exists(), "a preview stores nothing"
    reply = client.post(address.partition("?")[0], get_fields(page))
    assert reply.status_code == 303, reply.content.decode()
    done = read(client, reply["Location"])
    assert "Baris 3: tanggalnya &quot;=kapan()&quot; tidak dapat dibaca" in done
    rows = Mention.objects.order_by("-id").values_list("author_name", "text", "source__name", "channel")
    assert list(rows) == [
        ("Wati", "<b>Petugasnya</b> ramah", "import:aduan", "website"),
        ("Sari", "Kapan NIB saya jadi?", "import:aduan", "website"),
    ]


def test_the_refused_rows_are_a_table_without_a_live_formula(client: Client) -> None:
    address = upload(client)
    client.post(address.partition("?")[0], get_fields(read(client, address)))
    reply = client.get(f"{address.partition('?')[0]}/refused.csv")
    assert reply["Content-Disposition"] == 'attachment; filename="baris-ditolak.csv"'
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert rows == [
        ["baris", "alasan"],
        ["3", 'tanggalnya "=kapan()" tidak dapat dibaca'],
        ["4", "teksnya kosong"],
    ]


def test_handing_in_the_same_table_twice_changes_nothing(client: Client) -> None:
    for _ in range(2):
        address = upload(client)
        reply = client.post(address.partition("?")[0], get_fields(read(client, address)))
    assert Mention.objects.count() == 2
    assert re.search(r"Sudah ada</dt><dd>2<", read(client, reply["Location"]))


def test_columns_that_nobody_knows_are_asked_about_and_chosen(client: Client) -> None:
    address = upload(client, "Kolom A;Kolom B\nKapan buka?;Rini\n", channel="social", name="google 2025")
    page = read(client, address)
    assert "Kolom mana yang berisi teks?" in page
    assert 'name="source" value="google 2025"' in page
    assert "Simpan semua baris" not in page
    page = read(client, f"{address}&column0=text&column1=author")
    assert "Kapan buka?" in page
    client.post(address.partition("?")[0], get_fields(page))
    mention = Mention.objects.select_related("source").get()
    assert (mention.author_name, mention.channel, mention.source.name) == ("Rini", "social", "google 2025")


def test_two_columns_for_one_field_are_refused_before_one_is_lost(client: Client) -> None:
    address = upload(client)
    page = read(client, f"{address}&column0=text&column2=text")
    assert "Dua kolom dipilih untuk “Teks”" in page
    reply = client.post(address.partition("?")[0], {"column0": "text", "column2": "text"})
    assert reply.status_code == 422
    assert not Mention.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "berkas Excel lama"),
        (b"PK\x03\x04" + bytes(600), "Excel ini rusak"),
        (b"[1]", "satu daftar JSON"),
        (b"   \n", "kosong"),
        (b"\x00\x01\x02\x03" * 50, "tidak memuat baris"),
    ],
)
def test_what_is_no_table_is_one_sentence(client: Client, body: bytes, words: str) -> None:
    assert words in read(client, upload(client, body))


def test_what_is_no_name_and_no_channel_is_refused(client: Client) -> None:
    said = {"file": SimpleUploadedFile("x.csv", b"teks\na"), "name": "a\u0007b", "channel": "merpati"}
    page = client.post("/import", said)
    assert page.status_code == 422
    assert "id_name_error" in page.content.decode()
    assert "id_channel_error" in page.content.decode()


def test_a_name_that_a_polled_source_has_is_refused(client: Client) -> None:
    address = upload(client, name="koran")
    reply = client.post(address.partition("?")[0], get_fields(read(client, address)))
    assert reply.status_code == 422
    assert "sudah dipakai sumber" in reply.content.decode()
    assert not Mention.objects.exists()


def test_a_file_is_its_own_officer_s_and_nobody_else_s(client: Client) -> None:
    address = upload(client)
    colleague = log_in("supervisor")
    assert read(colleague, address, 404)
    assert read(client, "/import/" + "0" * 32, 404)
    assert read(client, "/import/..", 404)
    assert log_in("viewer").get("/import").status_code == 403


def test_what_was_stored_or_forgotten_is_not_kept(client: Client, settings: Any) -> None:
    address = upload(client)
    folder = next(Path(settings.UPLOADS).iterdir())
    assert (folder / "table").read_text() == ROWS
    client.post(address.partition("?")[0], get_fields(read(client, address)))
    assert [path.name for path in folder.iterdir()] == ["facts.json"]
    assert folder.stat().st_mode & 0o077 == 0


def test_a_larger_file_than_ten_megabytes_is_refused(client: Client) -> None:
    sent = SimpleUploadedFile("besar.csv", b"teks\n" + b"x" * (11 << 20))
    assert client.post("/import", {"file": sent, "channel": "website"}).status_code in {400, 413, 422}
    assert not Mention.objects.exists()
