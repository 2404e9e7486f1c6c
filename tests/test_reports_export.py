"""Exports: the contract's keys in their order, whole files, and no foreign text that becomes a formula."""

from __future__ import annotations

import csv
import io
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from reports import export
from reports.export import find_keys, get_columns, stream_mentions
from reports.writer import CELL, WRITERS
from storage.models import Mention, MentionTopic, RawPayload, Source, TermMatch, Topic, User
from storage.query import QueryError, parse_query

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KEYS = [
    *("id", "source", "channel", "kind", "external_id", "url", "canonical_url", "title", "text", "author", "parent"),
    *("thread", "published", "edited", "gone", "collected", "language", "terms", "story", "tag", "topic", "status"),
    "assignee",
]
FORMULAS = [
    *("=1+1", '=HYPERLINK("http://x.test","klik")', "=cmd|'/C calc'!A0", "+62 341 555", "-2+3", "@SUM(A1:A9)"),
    *("\t=1+1", "\r=1+1", "\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "=1+1\nbaris kedua", '"=1+1"', "==1", "-"),
]


def add_mentions(*texts: str) -> None:
    source = Source.objects.create(
        name="situs-dinas", kind="feed", channel="website", url="x", every=timedelta(minutes=15), added=NOW
    )
    for number, text in enumerate(texts, start=1):
        Mention.objects.create(
            id=number * 2**53,
            source=source,
            external_id=f"comment:{number}",
            kind="comment",
            channel="website",
            text=text,
            author_name="Budi" if number % 2 else None,
            author_handle="budi@x",
            published=NOW,
            collected=NOW,
            language="id",
            content_hash=b"x" * 16,
        )


def write(form: str, query: str = "", *, raw: bool = False, revealed: bool = False) -> tuple[bytes, list[str]]:
    file = io.BytesIO()
    writer = WRITERS[form](file, get_columns(raw=raw))
    for batch in stream_mentions(find_keys(parse_query(query)), raw=raw, revealed=revealed):
        writer.write(batch)
    notes = writer.close()
    return file.getvalue(), notes


def read(form: str, body: bytes) -> list[dict[str, Any]]:
    if form == "jsonl":
        return [json.loads(line) for line in body.decode().splitlines()]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    if form == "parquet":
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(body)).to_pylist()
        return rows
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    names, *cells = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, names), row, strict=True)) for row in cells]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_every_format_has_the_contracts_keys_in_order(form: str) -> None:
    add_mentions("Apakah syarat NIB?", "Antre lama")
    body, notes = write(form)
    second, first = read(form, body)
    assert list(first) == KEYS
    assert (first["source"], first["text"], first["author"]) == ("situs-dinas", "Apakah syarat NIB?", "Budi")
    assert second["author"] == "budi@x"
    assert int(first["id"]) == 2**53
    assert (first["status"], first["tag"] or None, first["assignee"] or None) == ("new", None, None)
    assert notes == []


def test_a_json_line_has_null_where_nothing_is_known_and_times_with_their_zone() -> None:
    add_mentions("a")
    TermMatch.objects.create(mention_id=2**53, term="Dinas", field="text", start=0, length=1, passage="a")
    TermMatch.objects.create(mention_id=2**53, term="Dinas", field="title", start=0, length=1, passage="a")
    (row,) = read("jsonl", write("jsonl")[0])
    assert row["published"] == "2026-11-24T03:00:00+00:00"
    assert row["terms"] == ["Dinas"]
    assert [row[key] for key in ("title", "gone", "story", "tag", "assignee")] == [None] * 5


def test_the_raw_payload_is_one_more_column_and_only_when_asked_for() -> None:
    add_mentions("a", "b")
    RawPayload.objects.create(mention_id=2**53, body=zlib.compress(b'{"id": 1}'))
    assert [row["raw"] for row in read("jsonl", write("jsonl", raw=True, revealed=True)[0])] == [None, '{"id": 1}']
    assert "raw" not in read("jsonl", write("jsonl")[0])[0]


PERSONAL = "NIK 3573911203900001, hp 0812-3450-0067, contoh.warga@gmail.com, rek BCA 1234000890"


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_personal_data_leaves_the_store_only_when_it_was_asked_for(form: str) -> None:
    add_mentions(f"{PERSONAL}; biaya Rp 1.250.000")
    link = "https://example.com/cek?nik=3573911203900001"
    Mention.objects.update(title=PERSONAL, url=link, canonical_url=link, author_name="contoh.warga@gmail.com")
    (masked,) = read(form, write(form)[0])
    (shown,) = read(form, write(form, revealed=True)[0])
    for name in ("title", "text", "author", "url", "canonical_url"):
        assert _split(masked[name]) == [], name
        assert len(masked[name]) == len(shown[name])
    assert masked["text"].endswith("rek BCA ••••••••••; biaya Rp 1.250.000")
    assert shown["text"].startswith(PERSONAL)
    assert shown["url"] == link


def _split(text: str) -> list[str]:
    """Each piece of personal data that a text still holds."""
    return [each for each in ("3573911203900001", "0812-3450", "contoh.warga", "1234000890") if each in text]


def test_a_raw_payload_is_never_given_out_masked() -> None:
    add_mentions("a")
    with pytest.raises(ValueError, match="cannot be masked"):
        write("jsonl", raw=True)


def test_a_formula_in_csv_stays_a_text_behind_an_apostrophe() -> None:
    add_mentions(*FORMULAS)
    rows = read("csv", write("csv")[0])
    assert [row["text"] for row in rows] == [f"'{text}" if text[0] != '"' else text for text in reversed(FORMULAS)]


def test_a_formula_in_excel_is_a_quoted_text_that_reads_back_unchanged() -> None:
    add_mentions(*FORMULAS)
    sheet = openpyxl.load_workbook(io.BytesIO(write("xlsx")[0])).worksheets[0]
    cells = [row[KEYS.index("text")] for row in sheet.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(FORMULAS)
    # Excel's own escape of a control character, which openpyxl does not read
    assert [str(cell.value).replace("_x000D_", "\r") for cell in reversed(cells)] == FORMULAS
    assert [bool(cell.quotePrefix) for cell in cells] == [text[0] != '"' for text in reversed(FORMULAS)]


def test_a_text_too_long_for_a_cell_is_cut_and_said() -> None:
    add_mentions("a" * 40_000)
    body, notes = write("xlsx")
    assert len(read("xlsx", body)[0]["text"]) == CELL
    assert notes == ["1 text was cut to the 32,767 characters of a cell; jsonl keeps every character"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "xlsx"])
def test_an_empty_store_gives_an_empty_file_that_can_be_read(form: str) -> None:
    assert read(form, write(form)[0]) == []


def test_batches_meet_without_a_gap_or_a_double(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "BATCH", 3)
    add_mentions(*"abcdefg")
    batches = list(stream_mentions(find_keys(parse_query(""))))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert [row[8] for batch in batches for row in batch] == list("gfedcba")


def test_an_export_of_a_search_holds_what_it_finds() -> None:
    add_mentions("Syarat izin usaha", "Antre lama", "Perizinan lama")
    TermMatch.objects.create(mention_id=2**54, term="Dinas", field="text", start=0, length=1, passage="a")
    assert [row["text"] for row in read("jsonl", write("jsonl", "term:Dinas")[0])] == ["Antre lama"]
    with pytest.raises(QueryError, match="no source"):
        write("jsonl", "source:nowhere")


def test_an_export_says_what_people_decided_and_finds_by_it() -> None:
    add_mentions("Syarat izin usaha", "Antre lama")
    sari = User.objects.create_user("sari", name="Sari Dewi")
    Mention.objects.filter(pk=2**53).update(tag="question", status="answered", assignee=sari)
    for position, name in enumerate(("Perizinan", "Jam buka")):
        topic = Topic.objects.create(name=name, slug=name.lower(), position=position)
        MentionTopic.objects.create(mention_id=2**53, topic=topic, at=NOW)
    (row,) = read("jsonl", write("jsonl", "status:terjawab petugas:sari")[0])
    decided = [row[key] for key in ("tag", "topic", "status", "assignee")]
    assert decided == ["question", "Perizinan; Jam buka", "answered", "sari"]
