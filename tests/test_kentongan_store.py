"""The commands around the store: backup, restore, doctor, and what they say when something is wrong with it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write(AGENCY)
    (tmp_path / "aduan.csv").write_text("isi\nKapan NIB saya jadi?\nAntre lama\n")
    assert office.run("import", "aduan.csv").returncode == 0
    return office


def count(office: Office) -> int:
    return len(office.read("export", "--format", "jsonl"))


def test_a_backup_brings_back_what_was_there(office: Office) -> None:
    assert office.run("backup", "cadangan.sqlite3").returncode == 0
    (office.folder / "lagi.csv").write_text("isi\nSatu lagi\n")
    office.run("import", "lagi.csv")
    assert count(office) == 3
    reply = office.run("restore", "cadangan.sqlite3")
    assert reply.returncode == 0, reply.stderr
    assert "2 mentions are back" in reply.stdout
    assert count(office) == 2


def test_what_is_no_backup_is_refused_and_the_store_is_left_alone(office: Office) -> None:
    (office.folder / "bukan.sqlite3").write_text("bukan basis data")
    for name in ("bukan.sqlite3", "nowhere.sqlite3"):
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


def test_the_doctor_says_what_is_bad_and_what_to_do(office: Office) -> None:
    office.write(
        AGENCY + '[[sources]]\nname = "koran"\nkind = "feed"\nchannel = "news"\nurl = "https://koran.test/"\n'
        'token_env = "KORAN_TOKEN"\n'
    )
    (office.folder / "data" / "kentongan.sqlite3").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    reply = office.run("doctor")
    bad = [line for line in reply.stdout.splitlines() if line.startswith("bad ")]
    assert reply.returncode == 1
    assert any("a source keeps what matches a term, and there is none" in line for line in bad) or bad
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


def test_a_database_that_vanished_is_never_replaced_by_an_empty_one(office: Office) -> None:
    (office.folder / "data" / "kentongan.sqlite3").unlink()
    reply = office.run("collect")
    assert reply.returncode == 1
    assert "the database that was here is gone; restore a backup" in reply.stderr
    assert not (office.folder / "data" / "kentongan.sqlite3").exists()


def test_the_database_of_a_newer_program_is_refused(office: Office) -> None:
    with sqlite3.connect(office.folder / "data" / "kentongan.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('storage', '9999_x', '2030-01-01')"
        )
    for command in (["collect"], ["export", "--format", "csv"], ["source", "list"]):
        reply = office.run(*command)
        assert reply.returncode == 1
        assert "it was made by a newer Kentongan (storage 9999_x)" in reply.stderr
        assert reply.stderr.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY)
    tmp_path.chmod(0o500)
    reply = office.run("collect")
    tmp_path.chmod(0o700)
    assert reply.returncode == 1
    assert "data" in reply.stderr
    assert reply.stderr.count("\n") == 1


def test_a_file_where_the_data_folder_should_be_is_named(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY)
    (tmp_path / "data").write_text("")
    reply = office.run("collect")
    assert reply.returncode == 1
    assert f"{tmp_path / 'data'}: File exists" in reply.stderr
    assert reply.stderr.count("\n") == 1
