"""`kentongan run` and `demo` with the inbox: it answers, comes back, ends with its parent; and who may log in."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.kentongan_office import AGENCY, Office

PASSWORD = "ketuk tilu tiga kali"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.write(AGENCY)
    return office


def read_address(process: subprocess.Popen[str], begin: str = "The inbox: ") -> str:
    """The address that the command prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(begin):
            return line.removeprefix(begin).strip()
    raise AssertionError(process.stderr.read() if process.stderr else "it ended")


def find_children(pid: int) -> list[int]:
    """The processes that one has started."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def is_gone(pid: int) -> bool:
    """Does the process exist no more, but for its entry in the table?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(seconds: float) -> Iterator[None]:
    """Turns until so many seconds have passed."""
    end = monotonic() + seconds
    while monotonic() < end:
        yield
        os.sched_yield()


def test_the_inbox_answers_and_both_end_with_0_when_asked(office: Office) -> None:
    with office.start("run", "--port", "0") as process:
        address = read_address(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        with urlopen(address + "healthz", timeout=30) as reply:
            assert json.load(reply) == {"alive": True}
        (child,) = find_children(process.pid)
        asked = monotonic()
        process.send_signal(signal.SIGTERM)
        _, trouble = process.communicate(timeout=30)
    assert (process.returncode, monotonic() - asked < 15, is_gone(child)) == (0, True, True)
    assert "user add NAME --admin" in said
    assert "Traceback" not in trouble
    assert (office.folder / "data" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_killed_inbox_is_started_again_and_a_killed_parent_takes_it_along(office: Office) -> None:
    with office.start("run", "--port", "0") as process:
        address = read_address(process)
        urlopen(address + "healthz", timeout=30).close()
        (first,) = find_children(process.pid)
        os.kill(first, signal.SIGKILL)
        with urlopen(address + "healthz", timeout=30) as reply:  # the address stays taken: it only takes longer
            assert reply.status == 200
        (second,) = find_children(process.pid)
        assert second != first
        process.kill()
        process.wait()
        assert any(is_gone(second) for _ in until(10))


def test_an_address_that_is_taken_is_one_sentence(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        reply = office.run("run", "--port", str(port))
    assert reply.returncode == 1
    assert f"127.0.0.1:{port}: another program listens there" in reply.stderr.splitlines()[-1]
    assert "Traceback" not in reply.stderr
    assert office.run("run", "--port", "eighty").returncode == 2
    elsewhere = office.run("run", "--host", "192.0.2.7", "--port", "0")
    assert "is no address of this machine" in elsewhere.stderr


def test_what_never_reaches_django_is_refused_under_the_same_headers(office: Office) -> None:
    with office.start("run", "--port", "0") as process:
        parts = urlsplit(read_address(process))
        for headers, status in (({"Content-Length": str(12 * 1024**2)}, 413), ({"X-Long": "x" * 40_000}, 431)):
            connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
            connection.putrequest("POST", "/language")
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            reply = connection.getresponse()
            body = reply.read().decode()
            assert reply.status == status
            assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
            assert reply.headers["Cache-Control"] == "no-store"
            assert body.endswith("terlalu besar.\n")
            connection.close()


def test_the_demo_prints_a_log_in_for_each_role(tmp_path: Path) -> None:
    with Office(tmp_path).start("demo") as process:
        assert process.stdout is not None
        read_address(process)
        process.stdout.readline()
        lines = [process.stdout.readline().split() for _ in range(5)]
        assert any(line.startswith("    so far") for line in process.stdout)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert [line[0] for line in lines] == ["viewer", "agent", "analyst", "supervisor", "admin"]
    assert all(re.fullmatch(r"(\w{4}-){4}\w{4}", line[2]) for line in lines)
    assert len({line[2] for line in lines}) == 5
    assert process.returncode == 0


def test_people_are_added_listed_given_a_password_and_disabled(office: Office) -> None:
    made = office.run("user", "add", "Sari", "--role", "agent", "--name", "Sari Dewi", typed=f"{PASSWORD}\n")
    assert made.stdout == "sari (agent) may log in\n"
    assert office.run("user", "add", "bos", "--admin", typed=f"{PASSWORD}\n").returncode == 0
    rows = office.read("user", "list", "--json")
    assert [(row["username"], row["role"], row["active"]) for row in rows] == [
        ("bos", "admin", True),
        ("sari", "agent", True),
    ]
    assert office.run("user", "password", "sari", typed="semangka biru muda\n").returncode == 0
    assert office.run("user", "disable", "sari").returncode == 0
    assert [row["active"] for row in office.read("user", "list", "--json")] == [True, False]
    events = json.loads(
        office.run("query", "SELECT action, subject FROM audit_event ORDER BY id", "--format", "json").stdout or "[]"
    )
    assert [(e["action"], e["subject"]) for e in events if e["subject"] == "sari"] == [
        ("user.add", "sari"),
        ("user.password", "sari"),
        ("user.disable", "sari"),
    ]


@pytest.mark.parametrize(
    ("arguments", "typed", "sentence"),
    [
        (("add", "sari"), PASSWORD, "say what they may do"),
        (("add", "sari", "--role", "agent"), "pendek", "paling sedikit 12"),
        (("add", "sari", "--role", "agent"), "x" * 129, "paling banyak 128"),
        (("add", "sari", "--role", "agent"), "dinasuji2026!", "mudah ditebak"),
        (("add", "sari", "--role", "agent"), "jesuslovesme", "terlalu umum"),
        (("add", "sari wati", "--role", "agent"), PASSWORD, "huruf kecil"),
        (("add", "sari", "--role", "agent"), None, "no password came"),
        (("disable", "sari"), PASSWORD, "there is nobody of the name"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    office: Office, arguments: tuple[str, ...], typed: str | None, sentence: str
) -> None:
    reply = office.run("user", *arguments, typed="" if typed is None else f"{typed}\n")
    assert reply.returncode in {1, 2}
    assert sentence in reply.stderr
    assert "Traceback" not in reply.stderr


def test_the_last_administrator_cannot_be_disabled(office: Office) -> None:
    office.run("user", "add", "bos", "--admin", typed=f"{PASSWORD}\n")
    reply = office.run("user", "disable", "bos")
    assert (reply.returncode, "admin terakhir" in reply.stderr) == (1, True)
