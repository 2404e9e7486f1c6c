"""`kentongan import`: rows of a file go the way of what is collected; what is refused is listed, the rest kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office

ROWS = (
    "Nama,Tanggal,Isi Aduan,Jenis Layanan\n"
    "Sari,24/11/2026 10:15,Kapan NIB saya jadi?,OSS\n"
    "Budi,kapan-kapan,Antre lama,MPP\n"
    ",25/11/2026,,OSS\n"
    "Wati,25/11/2026,Petugasnya ramah,MPP\n"
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write(AGENCY)
    (tmp_path / "aduan.csv").write_text(ROWS)
    return office


def test_good_rows_are_kept_and_bad_ones_listed_with_their_line(office: Office) -> None:
    reply = office.run("import", "aduan.csv")
    assert reply.returncode == 1
    assert reply.stdout == "aduan.csv: 2 new, 2 refused (source import:aduan)\n"
    refused = [line for line in reply.stderr.splitlines() if line.startswith("aduan.csv, line ")]
    assert refused == [
        'aduan.csv, line 3: its date "kapan-kapan" cannot be read',
        "aduan.csv, line 4: it has no text",
    ]
    rows = office.read("export", "--format", "jsonl")
    assert [(row["author"], row["text"], row["source"], row["channel"]) for row in rows] == [
        ("Wati", "Petugasnya ramah", "import:aduan", "website"),
        ("Sari", "Kapan NIB saya jadi?", "import:aduan", "website"),
    ]
    assert rows[1]["published"] == "2026-11-24T03:15:00+00:00"


def test_importing_twice_changes_nothing_and_an_export_can_be_read_back(office: Office) -> None:
    office.run("import", "aduan.csv")
    assert office.run("import", "aduan.csv").stdout == "aduan.csv: 2 unchanged, 2 refused (source import:aduan)\n"
    office.run("export", "--format", "jsonl", "-o", "keluar.jsonl")
    reply = office.run("import", "keluar.jsonl", "--source", "salinan")
    assert (reply.returncode, reply.stdout) == (0, "keluar.jsonl: 2 new (source salinan)\n"), reply.stderr
    assert len(office.read("export", "--format", "jsonl", "--query", "source:salinan")) == 2


def test_a_map_names_the_columns_and_a_preview_stores_nothing(office: Office) -> None:
    (office.folder / "lain.csv").write_text("Kolom A;Kolom B\nKapan buka?;Rini\n")
    without = office.run("import", "lain.csv")
    assert without.returncode == 1
    assert "no column for the text was found" in without.stderr
    reply = office.run("import", "lain.csv", "--preview", "--map", "Kolom A=text", "Kolom B=author")
    assert reply.returncode == 0, reply.stderr
    assert reply.stdout.splitlines()[:2] == ["Kolom A → text", "Kolom B → author"]
    assert "Rini: Kapan buka?" in reply.stdout
    assert office.read("query", "SELECT id FROM mentions", "--format", "jsonl", code=2) == []
    assert office.run("query", "SELECT id FROM mentions", "--format", "json").stdout == "[]\n"


def test_a_configured_import_keeps_its_map(office: Office) -> None:
    (office.folder / "lain.csv").write_text("Kolom A\nKapan buka?\n")
    office.write(
        AGENCY + '[[sources]]\nname = "google"\nkind = "import"\nchannel = "social"\nkeep = "all"\n'
        'map = { "Kolom A" = "text" }\n'
    )
    reply = office.run("import", "lain.csv", "--source", "google")
    assert reply.stdout == "lain.csv: 1 new (source google)\n", reply.stderr
    assert office.read("export", "--format", "jsonl")[0]["channel"] == "social"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nowhere.csv"], 1, "nowhere.csv: No such file or directory"),
        (["aduan.csv", "--map", "Isi"], 2, '--map Isi: write COLUMN=FIELD, such as "Isi Aduan=text"'),
        (["aduan.csv", "--map", "Isi Aduan=isi"], 1, 'no field is called "isi"'),
        (["aduan.csv", "--source", "koran"], 2, '"koran" is a feed source, which is polled'),
        (["kosong.csv"], 1, "kosong.csv: is empty"),
    ],
)
def test_a_file_that_cannot_be_imported_is_one_sentence(
    office: Office, arguments: list[str], code: int, sentence: str
) -> None:
    office.write(AGENCY + '[[sources]]\nname = "koran"\nkind = "feed"\nurl = "https://koran.test/"\n')
    (office.folder / "kosong.csv").write_text("")
    reply = office.run("import", *arguments)
    assert reply.returncode == code
    assert sentence in reply.stderr
    assert "Traceback" not in reply.stderr


def test_a_check_shows_what_an_import_would_store(office: Office) -> None:
    reply = office.run("source", "check", "--kind", "import", "--body", "aduan.csv", "--json")
    assert [json.loads(line)["text"] for line in reply.stdout.splitlines()] == [
        "Kapan NIB saya jadi?",
        "Petugasnya ramah",
    ]
    assert reply.stderr.splitlines()[-1] == "aduan.csv, line 4: it has no text"
    assert not (office.folder / "data").exists()
    assert office.run("source", "check", "--kind", "import").returncode == 2
