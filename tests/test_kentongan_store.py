"""The commands around the store: backup, restore, doctor, and what they say when something is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office, make_database


@pytest.fixture
def database_url(tmp_path: Path) -> Iterator[str]:
    with make_database(f"office-{os.getpid()}-{tmp_path.name}") as url:
        yield url


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    """An office on either database."""
    return found_office(tmp_path, f'[storage]\nurl = "{database_url}"\n')


@pytest.fixture
def file_office(tmp_path: Path) -> Office:
    """An office whose database is a file beside its configuration."""
    return found_office(tmp_path, "")


def found_office(folder: Path, storage: str) -> Office:
    office = Office(folder)
    office.write(AGENCY + storage)
    (folder / "aduan.csv").write_text("isi\nKapan NIB saya jadi?\nAntre lama\n")
    reply = office.run("import", "aduan.csv")
    assert reply.returncode == 0, reply.stderr
    return office


def count(office: Office) -> int:
    return len(office.read("export", "--format", "jsonl"))


def test_a_backup_brings_back_what_was_there(office: Office) -> None:
    assert office.run("backup", "cadangan").returncode == 0
    (office.folder / "lagi.csv").write_text("isi\nSatu lagi\n")
    office.run("import", "lagi.csv")
    assert count(office) == 3
    reply = office.run("restore", "cadangan")
    assert reply.returncode == 0, reply.stderr
    assert "2 mentions are back" in reply.stdout
    assert count(office) == 2


def test_what_is_no_backup_is_refused_and_the_store_is_left_alone(office: Office) -> None:
    (office.folder / "bukan").write_text("bukan basis data")
    for name in ("bukan", "nowhere"):
        reply = office.run("restore", name)
        assert reply.returncode == 1
        assert name in reply.stderr
        assert reply.stderr.count("\n") == 1
    assert count(office) == 2


def test_the_doctor_finds_a_good_office_in_order(office: Office) -> None:
    reply = office.run("doctor")
    lines = reply.stdout.splitlines()
    assert reply.returncode == 0, reply.stdout
    assert all(line.startswith(("ok    ", "warn  ")) for line in lines)
    for subject in ("configuration", "disk", "database", "scheduler", "silent", "quarantine"):
        assert any(line[6:].startswith(f"{subject}:") for line in lines), subject


def test_the_doctor_says_what_is_bad_and_what_to_do(file_office: Office) -> None:
    file_office.write(
        AGENCY + '[[sources]]\nname = "koran"\nkind = "feed"\nchannel = "news"\nurl = "https://koran.test/"\n'
        'token_env = "KORAN_TOKEN"\n'
    )
    (file_office.folder / "data" / "kentongan.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    reply = file_office.run("doctor")
    bad = [line for line in reply.stdout.splitlines() if line.startswith("bad ")]
    assert reply.returncode == 1
    assert any("koran keeps what matches a term, and there is none" in line for line in bad)
    assert any("KORAN_TOKEN" in line for line in bad)
    assert any("database" in line for line in bad)
    assert "Traceback" not in reply.stderr


def test_reading_where_nothing_was_collected_yet_makes_no_database(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY)
    reply = office.run("export", "--format", "csv")
    assert reply.returncode == 1
    assert "there is no database yet; `kentongan run` or `kentongan collect` makes it" in reply.stderr
    assert not (tmp_path / "data").exists()


def test_a_database_that_vanished_is_never_replaced_by_an_empty_one(file_office: Office) -> None:
    (file_office.folder / "data" / "kentongan.sqlite3").unlink()
    reply = file_office.run("collect")
    assert reply.returncode == 1
    assert "the database that was here is gone; restore a backup" in reply.stderr
    assert not (file_office.folder / "data" / "kentongan.sqlite3").exists()


def test_the_database_of_a_newer_program_is_refused(office: Office) -> None:
    newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('storage', '9999_x', '2030-01-01')"
    program = f"from django.db import connection; connection.cursor().execute({newer!r})"
    assert office.run("shell", "-v", "0", "-c", program).returncode == 0
    for command in (["collect"], ["export", "--format", "csv"], ["source", "list"]):
        reply = office.run(*command)
        assert reply.returncode == 1
        assert "it was made by a newer Kentongan (storage 9999_x)" in reply.stderr
        assert reply.stderr.count("\n") == 1


def test_a_file_where_the_data_folder_should_be_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY)
    (tmp_path / "data").write_text("")
    reply = office.run("collect")
    assert reply.returncode == 1
    assert f"{tmp_path / 'data'}: File exists" in reply.stderr
    assert reply.stderr.count("\n") == 1


def test_every_export_and_question_works(office: Office) -> None:
    for form in ("csv", "jsonl", "xlsx", "parquet"):
        reply = office.run("export", "--format", form, "--query", "NIB", "-o", f"keluar.{form}")
        assert reply.returncode == 0, reply.stderr
        assert (office.folder / f"keluar.{form}").stat().st_size > 0
    assert len(office.read("export", "--format", "jsonl", "--query", "NIB")) == 1
    assert office.run("query", "SELECT count(*) AS n FROM mentions", "--format", "json").stdout == '[{"n": 2}]\n'
    wrong = office.run("export", "--format", "csv", "--query", "source:nowhere")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert sorted(file.name for file in office.folder.glob("keluar.*")) == [
        *("keluar.csv", "keluar.jsonl", "keluar.parquet", "keluar.xlsx")
    ]


def test_a_result_that_cannot_be_written_is_named_and_leaves_nothing(office: Office) -> None:
    (office.folder / "folder").mkdir()
    for target, sentence in (
        ("nowhere/keluar.csv", "nowhere/keluar.csv: its folder does not exist\n"),
        ("folder", "folder: is a folder\n"),
    ):
        reply = office.run("export", "--format", "csv", "-o", target)
        assert (reply.returncode, reply.stderr) == (1, sentence)
    assert list((office.folder / "folder").iterdir()) == []
    assert not list(office.folder.glob(".*.part"))
