"""The export in the browser: what one may see, masked, as a file, and written down."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.test import Client

from reports import download
from storage.ingest import save
from storage.models import AuditEvent, Mention, User
from tests.storage_sample import make_batch, make_incoming, make_source

pytestmark = pytest.mark.usefixtures("db")

TEXT = "=NIK 3573911203900001 ditolak, hp 0812-3450-0067"


@pytest.fixture
def client() -> Client:
    save(make_source().pk, make_batch(make_incoming("1", text=TEXT), make_incoming("2"), make_incoming("3")))
    Mention.objects.filter(external_id="2").update(confidential=True)
    client = Client()
    client.force_login(User.objects.create_user("ana", "kata sandi panjang", role="analyst"))
    return client


def fetch(client: Client, form: str, search: str = "") -> bytes:
    reply = client.post("/export", {"format": form, "q": search})
    assert reply.status_code == 200
    assert reply["Content-Disposition"].startswith('attachment; filename="kentongan-')
    return b"".join(reply.streaming_content)  # type: ignore[attr-defined]


def test_a_download_is_masked_holds_what_one_may_see_and_is_written_down(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(fetch(client, "csv").decode(), newline="")))
    assert sorted(row["external_id"] for row in rows) == ["1", "3"]
    assert "'=NIK •••••••••••••••• ditolak, hp ••••-••••-••67" in {row["text"] for row in rows}
    event = AuditEvent.objects.get(action="export")
    assert (event.actor, event.subject, event.origin, (event.after or {})["mentions"]) == (
        "ana",
        "browser",
        "127.0.0.1",
        2,
    )


def test_a_book_holds_what_the_search_finds_and_no_formula(client: Client) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(fetch(client, "xlsx", "ditolak"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if str(cell.value).startswith("=NIK")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_a_download_ends_at_the_most_rows(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST", 1)
    assert fetch(client, "csv").count(b"\r\n") == 2


def test_a_wrong_search_is_shown_in_the_stream_and_a_wrong_format_refused(client: Client) -> None:
    reply = client.post("/export", {"format": "csv", "q": "source:nowhere"})
    assert (reply.status_code, reply["Location"]) == (303, "/?q=source%3Anowhere")
    assert client.post("/export", {"format": "parquet"}).status_code == 400
    assert not AuditEvent.objects.filter(action="export").exists()


def test_who_may_not_export_has_no_button_and_gets_nothing(client: Client) -> None:
    assert "/export" in client.get("/?view=semua").content.decode()
    agent = Client()
    agent.force_login(User.objects.create_user("sari", "kata sandi panjang", role="agent"))
    assert "/export" not in agent.get("/?view=semua").content.decode()
    assert agent.post("/export", {"format": "csv"}).status_code == 403
