"""`kentongan collect`, on the sample city over HTTP: what is printed, what is stored, and that twice is once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office, open_office

KEYS = [
    *("source", "kind", "outcome", "new", "updated", "unchanged", "gone", "ignored", "quarantined", "requests"),
    *("bytes", "seconds", "error"),
]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as office:
        yield office


def count(office: Office, table: str) -> int:
    with sqlite3.connect(office.folder / "kentongan.sqlite3") as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_collecting_twice_stores_once_and_tells_the_contracts_keys(office: Office) -> None:
    (first,) = office.read("collect", "situs-dinas", "--json")
    assert list(first) == KEYS
    assert (first["source"], first["outcome"], first["error"]) == ("situs-dinas", "ok", None)
    assert first["new"] == count(office, "mention") > 100
    (second,) = office.read("collect", "situs-dinas", "--json")
    assert second["new"] <= 5  # the city lives: a few comments may have come meanwhile
    assert count(office, "mention") == first["new"] + second["new"]


def test_a_person_reads_a_line_a_source(office: Office) -> None:
    reply = office.run("collect", "situs-dinas")
    assert reply.returncode == 0, reply.stderr
    (line,) = reply.stdout.splitlines()
    assert line.startswith("situs-dinas: ")
    assert " new" in line
    assert "requests" in line
    assert reply.stderr.startswith("note: a new database was made; the data lives in ")
    assert office.run("collect", "situs-dinas").stderr == ""


def test_an_unreachable_source_is_one_sentence_and_the_others_are_collected(office: Office) -> None:
    config = (office.folder / "config.toml").read_text()
    office.write(config + '\n[[sources]]\nname = "tutup"\nkind = "wordpress"\nurl = "http://127.0.0.1:9/"\n')
    reply = office.run("collect", "situs-dinas", "tutup")
    assert reply.returncode == 1
    lines = {line.partition(":")[0]: line for line in reply.stdout.splitlines()}
    assert set(lines) == {"situs-dinas", "tutup"}
    assert lines["tutup"].endswith("[failed]")
    assert "Traceback" not in reply.stderr
    states = {line["name"]: line for line in office.read("source", "list", "--json")}
    assert (states["situs-dinas"]["state"], states["tutup"]["state"]) == ("ok", "failing")
    assert "127.0.0.1" in states["tutup"]["why"]


def test_a_paused_source_is_skipped_until_it_is_resumed(office: Office) -> None:
    office.run("source", "pause", "situs-dinas", "--why", "libur")
    (line,) = office.read("collect", "situs-dinas", "--json")
    assert (line["outcome"], line["requests"]) == ("skipped", 0)
    assert line["error"] == "situs-dinas: is paused (libur); kentongan source resume situs-dinas"
    office.run("source", "resume", "situs-dinas")
    assert office.read("collect", "situs-dinas", "--json")[0]["outcome"] == "ok"


def test_an_unknown_name_is_bad_usage_and_nothing_is_asked(office: Office) -> None:
    reply = office.run("collect", "situs")
    assert (reply.returncode, reply.stdout) == (2, "")
    assert reply.stderr == 'config.toml: no source is called "situs" (did you mean "situs-dinas"?)\n'


def test_a_missing_secret_is_said_before_anything_is_asked(office: Office) -> None:
    config = (office.folder / "config.toml").read_text()
    office.write(
        config + '\n[[sources]]\nname = "x"\nkind = "feed"\nurl = "http://127.0.0.1:9/"\ntoken_env = "X_TOKEN"\n'
    )
    reply = office.run("collect")
    assert (reply.returncode, reply.stdout) == (2, "")
    assert reply.stderr == 'config.toml, [[sources]] "x": the environment variable X_TOKEN (token_env) is not set\n'


def test_nothing_to_collect_says_how_to_add_something(tmp_path: Path) -> None:
    other = Office(tmp_path)
    other.write(AGENCY)
    reply = other.run("collect")
    assert reply.returncode == 0
    assert reply.stdout == "config.toml names no source to collect; `kentongan source add ADDRESS` adds one\n"


def test_the_log_holds_no_text_and_no_author(office: Office) -> None:
    office.read("collect", "situs-dinas", "--json")
    with sqlite3.connect(office.folder / "kentongan.sqlite3") as database:
        rows = database.execute("SELECT author_name, text FROM mention WHERE author_name IS NOT NULL").fetchall()
    log = "".join(file.read_text() for file in (office.folder / "data").rglob("*.jsonl*"))
    assert rows
    assert not [row for row in rows if row[0] in log or row[1] in log]
