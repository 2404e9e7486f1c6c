"""An analyst in a real browser: sees personal data masked, says why they must see it, and is shown it."""

from __future__ import annotations

from storage.ingest import save
from storage.models import AuditEvent, Mention
from tests.inbox_browser import LAPTOP, LiveOffice, assert_accessible, log_in
from tests.storage_sample import make_batch, make_incoming, make_source

NIK = "3573911203900001"


def test_an_analyst_writes_a_reason_and_is_shown_the_mention(office: LiveOffice) -> None:
    save(make_source("loket uji").pk, make_batch(make_incoming("nik", text=f"NIK {NIK} ditolak, hp 0812-3450-0067")))
    key = Mention.objects.get(external_id="nik").pk
    page = office.open_page(LAPTOP)
    log_in(page, "analyst")
    page.goto(f"/mentions/{key}?view=semua")
    assert NIK not in page.content()
    page.get_by_text("Data pribadi disamarkan", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Alasan melihat data pribadi").fill("permintaan subjek data")
    page.get_by_role("button", name="Tampilkan").click()
    page.locator("#opened .words-text", has_text=NIK).wait_for()
    assert_accessible(page)
    assert AuditEvent.objects.get(action="mention.reveal").why == "permintaan subjek data"
