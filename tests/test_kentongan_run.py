"""`kentongan run` on the sample city: it begins by itself, tells each run, follows a change, and ends when asked."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from tests.kentongan_office import Office, open_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as office:
        yield office


def read_until(process: subprocess.Popen[str], wanted: set[str]) -> list[str]:
    """The lines of a process until each of the words began one."""
    assert process.stdout is not None
    lines: list[str] = []
    while wanted - {line.partition(":")[0] for line in lines}:
        line = process.stdout.readline()
        assert line, f"it ended after {lines}: {process.stderr.read() if process.stderr else ''}"
        lines.append(line.rstrip("\n"))
    return lines


def end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, float, str]:
    """Ask it to end: exit code, seconds, and what it said on stderr."""
    asked = monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    return process.returncode, monotonic() - asked, said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_source_is_collected_and_a_signal_ends_it_cleanly(office: Office, number: signal.Signals) -> None:
    with office.start("run") as process:
        lines = read_until(process, {"situs-dinas", "ruang-warga", "suara-tirtamarga", "kabar-tirtamarga"})
        code, seconds, said = end(process, number)
    assert (code, "Traceback" in said) == (0, False)
    assert seconds < 15
    assert lines[0].startswith("Disnaker-PMPTSP Kota Tirtamarga: 4 sources; the data lives in ")
    with sqlite3.connect(office.folder / "kentongan.sqlite3") as database:
        (mentions,) = database.execute("SELECT count(*) FROM mention").fetchone()
        (unfinished,) = database.execute("SELECT count(*) FROM run WHERE finished IS NULL").fetchone()
        (leases,) = database.execute("SELECT count(*) FROM lease WHERE expires > datetime('now')").fetchone()
    assert mentions > 200
    assert (unfinished, leases) == (0, 0)


def test_without_a_network_each_source_is_named_in_one_sentence_and_it_goes_on(office: Office) -> None:
    config = (office.folder / "config.toml").read_text().partition("[[sources]]")[0]
    office.write(
        config + "".join(f'[[sources]]\nname = "{n}"\nkind = "feed"\nurl = "http://127.0.0.1:9/"\n' for n in "ab")
    )
    with office.start("run") as process:
        lines = read_until(process, {"a", "b"})
        assert process.poll() is None
        code, _, _ = end(process, signal.SIGTERM)
    assert code == 0
    assert all(line.endswith("[failed]") for line in lines if line.partition(":")[0] in {"a", "b"})


def test_a_database_that_is_taken_away_ends_it_in_one_sentence_and_no_new_one_takes_its_place(office: Office) -> None:
    with office.start("run") as process:
        read_until(process, {"suara-tirtamarga"})
        database = office.folder / "kentongan.sqlite3"
        database.rename(office.folder / "moved")
        _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"{database}: the database was moved, removed or replaced while it was used" in said.splitlines()[-1]
    for command in (("run",), ("query", "SELECT 1"), ("source", "list")):
        reply = office.run(*command)
        assert (reply.returncode, reply.stdout) == (1, "") and "the database that was here is gone" in reply.stderr


def test_a_missing_secret_stops_the_start_in_one_sentence(office: Office) -> None:
    config = (office.folder / "config.toml").read_text()
    office.write(config.replace('name = "situs-dinas"', 'name = "situs-dinas"\ntoken_env = "X_TOKEN"'))
    reply = office.run("run")
    assert reply.returncode == 2
    sentence = 'config.toml, [[sources]] "situs-dinas": the environment variable X_TOKEN (token_env) is not set'
    assert sentence in reply.stderr
    assert "Traceback" not in reply.stderr
