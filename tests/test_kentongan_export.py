"""`kentongan export`: masked unless somebody says why not, and then it is written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office

TEXT = "NIK 3573911203900001 ditolak, hp 081234500067"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write(AGENCY)
    (tmp_path / "aduan.csv").write_text(f'isi,nama\n"{TEXT}",081234500067\nAntre lama,Contoh\n')
    reply = office.run("import", "aduan.csv")
    assert reply.returncode == 0, reply.stderr
    return office


def read_trail(office: Office) -> list[list[str]]:
    """What the audit trail says of exports: action, count, reason."""
    program = (
        "import json; print(json.dumps([[e.action, e.after['mentions'], e.after['query'], e.why]"
        " for e in AuditEvent.objects.filter(action__startswith='export').order_by('id')]))"
    )
    rows: list[list[str]] = json.loads(office.run("shell", "-v", "0", "-c", program).stdout)
    return rows


def test_an_export_is_masked_and_a_revealed_one_is_written_down_with_its_reason(office: Office) -> None:
    masked = office.run("export", "--format", "jsonl")
    revealed = office.run(
        "export", "--format", "jsonl", "--query", "NIK", "--reveal", "--why", "permintaan subjek data"
    )
    assert (masked.returncode, revealed.returncode) == (0, 0), masked.stderr + revealed.stderr
    assert "3573911203900001" not in masked.stdout
    assert "0812345" not in masked.stdout
    row = json.loads(revealed.stdout)
    assert (row["text"], row["author"]) == (TEXT, "081234500067")
    assert read_trail(office) == [["export", 2, "", ""], ["export.reveal", 1, "NIK", "permintaan subjek data"]]


@pytest.mark.parametrize(("options", "sentence"), [(["--reveal"], "needs a reason"), (["--raw"], "add --reveal")])
def test_without_a_reason_nothing_is_written(office: Office, options: list[str], sentence: str) -> None:
    reply = office.run("export", "--format", "jsonl", "-o", "keluar.jsonl", *options)
    assert reply.returncode == 2
    assert sentence in reply.stderr
    assert not (office.folder / "keluar.jsonl").exists()
    assert read_trail(office) == []


def test_an_empty_reason_is_none(office: Office) -> None:
    assert office.run("export", "--format", "csv", "--reveal", "--why", "  ").returncode == 2


def test_the_audit_trail_is_listed_and_proved_on_the_command_line(office: Office) -> None:
    office.run("export", "--format", "csv", "--reveal", "--why", "pemeriksaan")
    listed = office.run("audit", "list")
    assert "export.reveal" in listed.stdout
    assert listed.stdout.rstrip().endswith("pemeriksaan")
    whole = office.run("audit", "verify")
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.startswith("1 events, the trail is whole; head ")
    assert office.run("audit", "verify", "--head", whole.stdout.split()[-1]).returncode == 0
    program = (
        "from django.db import connection; c = connection.cursor(); c.execute('DROP TRIGGER audit_event_unchanged');"
        " AuditEvent.objects.update(why='tidak ada')"
    )
    assert office.run("shell", "-v", "0", "-c", program).returncode == 0
    broken = office.run("audit", "verify")
    assert broken.returncode == 1
    assert broken.stderr == "event 1: it, or the event before it, is not as it was written\n"
