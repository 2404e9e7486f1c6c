"""From SQLite to PostgreSQL: every table keeps its count and its hash (S9)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.backup import restore
from storage.dialect import is_sqlite
from storage.error import BackupError
from storage.ingest import save
from storage.models import Mention, Source
from tests.conftest import CONFIG
from tests.storage_digest import digest
from tests.storage_sample import make_batch, make_incoming, make_source, search

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def moved(transactional_db: None, tmp_path: Path) -> tuple[Path, dict[str, list[object]]]:
    """A SQLite store that another process made, and its digest."""
    if is_sqlite():
        pytest.skip("one moves to PostgreSQL")
    (tmp_path / "config.toml").write_text(CONFIG.format(url="sqlite:///old.sqlite3"))
    environment = os.environ | {"KENTONGAN_CONFIG": str(tmp_path / "config.toml")}
    environment["DJANGO_SETTINGS_MODULE"] = "kentongan.settings"
    command = [sys.executable, "-m", "tests.storage_digest"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return tmp_path / "old.sqlite3", json.loads(done.stdout)


def test_every_table_keeps_its_count_and_hash(moved: tuple[Path, dict[str, list[object]]]) -> None:
    path, before = moved
    make_source("of before")
    assert restore(path).mentions == 1_201
    assert {table: list(found) for table, found in digest().items()} == before
    assert len(search("antrean")) == 1_201
    source = Source.objects.get()
    assert save(source.pk, make_batch(make_incoming("1", text="antrean lain"), make_incoming("new"))).new == 1
    make_source("another")


def test_a_store_of_another_version_is_not_moved(moved: tuple[Path, dict[str, list[object]]]) -> None:
    import sqlite3

    make_source("of before")
    old = sqlite3.connect(moved[0])
    old.execute("DELETE FROM django_migrations WHERE name LIKE '0003%'")
    old.commit()
    old.close()
    with pytest.raises(BackupError, match="another version"):
        restore(moved[0])
    assert (Source.objects.get().name, Mention.objects.count()) == ("of before", 0)
