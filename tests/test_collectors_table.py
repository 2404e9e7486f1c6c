"""Files that somebody hands in: what is read, what is refused and why, and that twice is once."""

from __future__ import annotations

import json
import tracemalloc
from copy import copy
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from collectors.collector import ParseError
from collectors.item import Item
from collectors.table import import_items, preview_table
from collectors.tables.read import RefusedRow

JAKARTA = ZoneInfo("Asia/Jakarta")
INDONESIAN = (
    "No;Tanggal;Jam;Nama Pengirim;Isi Komentar;Tautan;Rating\n"
    "1;05/11/2026;14.30;Budi Santoso;Kapan loket buka?;https://dinas.example/1;4\n"
    '2;6 November 2026;;Siti;"Mohon\n\ndijawab; terima kasih";;\n'
)


def read(path: Path, **mapping: str) -> tuple[list[Item], list[RefusedRow]]:
    found = list(import_items(path, mapping, JAKARTA))
    return [one for one in found if isinstance(one, Item)], [one for one in found if isinstance(one, RefusedRow)]


def write_book(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_in_the_spellings_that_spreadsheets_save(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "komentar.csv"
    text = "Tanggal;Nama;Komentar\n05/11/2026;André;Pelayanan “baik” – sekali\n".replace(";", separator)
    path.write_text(text, encoding=encoding)
    ((item,), refused) = read(path)
    assert (item.author.name, item.text, refused) == ("André", "Pelayanan “baik” – sekali", [])
    assert item.published == datetime(2026, 11, 5, 12, tzinfo=UTC)


def test_known_headers_need_no_map(tmp_path: Path) -> None:
    path = tmp_path / "komentar.csv"
    path.write_text(INDONESIAN)
    (first, second), refused = read(path)
    assert refused == []
    assert first.published == datetime(2026, 11, 5, 7, 30, tzinfo=UTC)
    assert (first.kind, dict(first.reactions), first.url) == ("review", {"rating": 4}, "https://dinas.example/1")
    assert (second.kind, second.text) == ("comment", "Mohon\n\ndijawab; terima kasih")
    assert second.published_precision == "day"


def test_a_map_goes_before_the_headers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("kolom a,Komentar,Nama,kode_unik\nisi sebenarnya,bukan ini,Budi,K-7\n")
    ((item,), _) = read(path, **{"Kolom A": "text", "KODE UNIK": "id", "nama": "-"})
    assert (item.external_id, item.text, item.author.name) == ("K-7", "isi sebenarnya", None)


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ({"Judul": "text"}, 'has no column "Judul"; its columns are "Tanggal", "Nama", "Catatan"'),
        ({"Nama": "penulis"}, 'no field is called "penulis"'),
        ({}, 'no column for the text was found among "Tanggal", "Nama", "Catatan"'),
    ],
)
def test_a_map_that_cannot_be_is_named(tmp_path: Path, mapping: dict[str, str], sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Tanggal,Nama,Catatan\n1/1/2026,Budi,Baik\n")
    with pytest.raises(ParseError, match=sentence):
        read(path, **mapping)


def test_a_bad_row_is_refused_with_its_line_and_reason_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(
        "tanggal,nama,komentar,id\n"
        "31/02/2026,Budi,Tanggal keliru,1\n"
        "kemarin sore,Budi,Tanggal tak jelas,2\n"
        "1/11/2026,Budi,,3\n"
        "1/11/2026,Budi,Baik,4,lebih\n"
        "\n"
        f"1/11/2026,Budi,{'x' * 70_000},5\n"
        f"1/11/2026,Budi,Baik,{'9' * 600}\n"
        "1/11/2026,Budi,\0,6\n"
        "1/11/2026,Budi\n"
        "1/11/2026,Budi,Yang ini baik,7\n"
    )
    items, refused = read(path)
    assert [item.text for item in items] == ["Yang ini baik"]
    assert [(row.line, row.reason) for row in refused] == [
        (2, 'its date "31/02/2026" cannot be read'),
        (3, 'its date "kemarin sore" cannot be read'),
        (4, "it has no text"),
        (5, "has 5 cells where the header has 4"),
        (7, "its text has 70,000 characters, more than 65,536"),
        (8, "its id has 600 characters, more than 512"),
        (9, "holds a NUL character"),
        (10, "it has no text"),
    ]


def test_a_cell_without_end_costs_one_row(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"nama,komentar\nA,baik\nB,{'y' * 10_000_000}\nC,juga baik\n")
    items, refused = read(path)
    assert [item.author.name for item in items] == ["A", "C"]
    assert [(row.line, row.reason) for row in refused] == [(3, "has a cell of more than 1,000,000 characters")]


def test_month_first_is_seen_from_the_other_rows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("date,comment\n11/05/2026,a\n11/25/2026 08:00,b\n")
    items, _ = read(path)
    assert [item.published for item in items] == [
        datetime(2026, 11, 5, 12, tzinfo=UTC),
        datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
    ]


def test_twice_is_once_and_equal_rows_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("nama,komentar\nA,Baik\nB,Baik\nA,Baik\nA,Baik\n")
    once, twice = read(path)[0], read(path)[0]
    assert [item.external_id for item in once] == [item.external_id for item in twice]
    assert len({item.external_id for item in once}) == 4
    path.write_text("komentar,nama,catatan\nBaik,A,x\nBaik,B,\n")  # other columns and order, the same rows
    assert [item.external_id for item in read(path)[0]] == [item.external_id for item in once[:2]]


def test_a_workbook_gives_values_dates_and_no_formula(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "laporan.xlsx",
        ["Rekap komentar bulan November"],
        [],
        ["ID", "Tanggal", "Jam", "Nama", "Komentar", "Bintang"],
        [
            "K1",
            datetime(2026, 11, 5, 14, 30),  # noqa: DTZ001 - as a sheet holds it
            None,
            "Budi",
            "Cepat",
            5,
        ],
        ["K2", date(2026, 11, 6), time(8, 15), "Siti", '=HYPERLINK("http://jahat.example")', None],
        ["K3", 46332.5, None, "Tono", 12345, 3.0],
        ["K4", 46333, None, "Wati", "  ", None],
    )
    items, refused = read(path)
    assert [(item.external_id, item.text) for item in items] == [("K1", "Cepat"), ("K3", "12345")]
    assert [item.published for item in items] == [
        datetime(2026, 11, 5, 7, 30, tzinfo=UTC),
        datetime(2026, 11, 6, 5, 0, tzinfo=UTC),
    ]
    assert [(row.line, row.reason) for row in refused] == [(5, "it has no text"), (7, "it has no text")]


def test_the_first_sheet_with_anything_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("Data").append(["komentar"])
    book["Data"].append(["Baik"])
    book.save(tmp_path / "x.xlsx")
    assert [item.text for item in read(tmp_path / "x.xlsx")[0]] == ["Baik"]


def test_jsonl_is_read_with_its_authors_and_its_bad_lines_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    lines = [
        {
            "external_id": "comment:1",
            "text": "Baik",
            "author": {"name": "Budi"},
            "published": "2026-11-05T14:30:00+07:00",
        },
        {"external_id": "comment:2", "text": "Parkir", "author": "Siti", "parent": "comment:1", "extra": [1]},
        {"text": None},
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + '\n{"text": \n"teks"\n[1]\n{"text": NaN}\n')
    (first, second), refused = read(path)
    assert (first.external_id, first.author.name) == ("comment:1", "Budi")
    assert first.published == datetime(2026, 11, 5, 7, 30, tzinfo=UTC)
    assert (second.parent, second.author.name) == ("comment:1", "Siti")
    assert [row.line for row in refused] == [3, 4, 5, 6, 7]
    assert refused[1].reason.startswith("it is no valid JSON")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "x.csv: is empty"),
        (b" \n", "x.csv: is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b'[{"text": "a"}]', "one JSON list"),
        (b"PK\x03\x04 broken", "no readable workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "no column for the text"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, body: bytes, sentence: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(body)
    with pytest.raises(ParseError, match=sentence):
        read(path)


def test_a_workbook_that_would_unpack_without_end_is_refused_unread(tmp_path: Path) -> None:
    path = write_book(tmp_path / "x.xlsx", ["komentar"], ["Baik"])
    with ZipFile(path, "a", ZIP_DEFLATED) as parcel:
        parcel.writestr("xl/media/0.bin", bytes(64 << 20), compresslevel=1)
        for number in range(1, 17):  # the same packed bytes, listed again and again
            again = copy(parcel.getinfo("xl/media/0.bin"))
            again.filename = f"xl/media/{number}.bin"
            parcel.filelist.append(again)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(ParseError, match=r"would unpack to 1,0[0-9]{2} MiB"):
        read(path)


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    good = write_book(tmp_path / "good.xlsx", ["komentar"], ["Baik"])
    path = tmp_path / "x.xlsx"
    with ZipFile(good) as old, ZipFile(path, "w") as new:
        for part in old.infolist():
            body = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                body = body.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
            new.writestr(part.filename, body)
    with pytest.raises(ParseError, match="declares entities"):
        read(path)


def test_any_other_zip_file_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with ZipFile(path, "w") as parcel:
        parcel.writestr("surat.txt", "halo")
    with pytest.raises(ParseError, match="no XLSX workbook"):
        read(path)


def test_a_preview_shows_the_first_rows_and_how_they_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("Catatan,Nama,Komentar\n,A,satu\n,B,\n,C,tiga\n,D,empat\n")
    preview = preview_table(path, {}, JAKARTA, rows=3)
    assert preview.columns == {"Catatan": None, "Nama": "author", "Komentar": "text"}
    assert [item.text for item in preview.items] == ["satu", "tiga"]
    assert [row.line for row in preview.refused] == [3]


def test_many_rows_need_no_more_memory_than_few(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("w") as file:
        file.write("tanggal,nama,komentar\n")
        file.writelines(f"2026-11-05 08:00,Warga {n},Komentar nomor {n} tentang layanan\n" for n in range(3_000))
    tracemalloc.start()
    count = sum(1 for _ in import_items(path, {}, JAKARTA))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_000
    assert peak < 2 << 20
