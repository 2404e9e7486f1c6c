"""The log: one line a record, whatever stands in it, and never more than it may hold."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kentongan import log
from kentongan.log import set_up_log

HOSTILE = "koran: baris\r\n10:15:00 forged line \x1b[2J\u2028 \x00 \u202e end"


@pytest.fixture(autouse=True)
def quiet_root() -> Iterator[None]:
    """Give the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers, root.level = handlers, level


def test_a_record_is_one_line_for_a_person_and_one_object_for_a_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_log(tmp_path, "run")
    logging.getLogger("kentongan.pipeline").warning("%s", HOSTILE)
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.endswith(r"warning koran: baris\r\n10:15:00 forged line \x1b[2J\u2028 \x00 \u202e end" + "\n")
    (line,) = (tmp_path / "log" / "run.jsonl").read_bytes().splitlines()
    record = json.loads(line)
    assert (record["level"], record["logger"], record["message"]) == ("warning", "kentongan.pipeline", HOSTILE)


def test_the_files_of_a_log_are_rotated_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SIZE", 1_000)
    monkeypatch.setattr(log, "FILES", 2)
    set_up_log(tmp_path, "run")
    for number in range(200):
        logging.getLogger("kentongan").info("run %d", number)
    files = sorted((tmp_path / "log").iterdir())
    assert [file.name for file in files] == ["run.jsonl", "run.jsonl.1", "run.jsonl.2"]
    assert all(file.stat().st_size <= 1_000 for file in files)
    assert '"run 199"' in files[0].read_text()


def test_libraries_that_tell_addresses_are_kept_quiet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_log(None, "run")
    logging.getLogger("urllib3.connectionpool").warning("GET /?key=s3cret")
    assert capsys.readouterr().err == ""
    assert list(tmp_path.iterdir()) == []


def test_what_stands_on_stdout_goes_into_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_log(tmp_path, "run")
    logging.getLogger(log.SAID).info("situs-dinas: 3 new")
    assert capsys.readouterr().err == ""
    assert "situs-dinas: 3 new" in (tmp_path / "log" / "run.jsonl").read_text()
