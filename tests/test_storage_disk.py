"""A full disk: named as what it is, nothing lost, and work goes on alone when there is space again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import Office, open_office

COUNT = ("query", "SELECT count(*) AS n FROM mentions", "--format", "json")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose whole disk is 4 MB."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode:
        pytest.skip("a small disk can be made by root only")
    try:
        with open_office(tmp_path) as office:
            yield office
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_a_full_disk_is_named_and_nothing_of_what_was_stored_is_lost(office: Office) -> None:
    assert office.run("collect", "suara-tirtamarga").returncode == 0
    before = office.run(*COUNT).stdout
    filler = office.folder / "filler"
    filler.write_bytes(b"x" * shutil.disk_usage(office.folder).free)
    full = "kentongan.sqlite3: there is no space left on the disk; make room, nothing is lost\n"
    for command in (("collect",), ("source", "list"), ("run",), COUNT):
        reply = office.run(*command)
        assert (reply.returncode, reply.stdout, reply.stderr) == (1, "", full), command
    filler.unlink()
    assert office.run(*COUNT).stdout == before
    assert office.run("collect").returncode == 0
