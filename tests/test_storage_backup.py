"""A backup while the store is used, and putting it back."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from storage.backup import backup, restore
from storage.connection import closing_connection
from storage.dialect import is_safe, is_sqlite
from storage.error import BackupError, BusyError, MissingError
from storage.file import count_mentions
from storage.ingest import save
from storage.lease import release_lease, take_lease
from storage.models import Mention, Revision, Source, TermMatch
from storage.record import TermHit
from storage.schema import check_database, get_path, mark_made, migrate
from tests.storage_sample import NOW, make_batch, make_incoming, make_source, search

pytestmark = pytest.mark.django_db(transaction=True)
HIT = TermHit(term="Dinas", field="text", start=0, length=5, passage="Dinas")


@pytest.fixture
def source(transactional_db: None) -> Iterator[Source]:
    yield make_source()
    if is_sqlite():
        for left in Path(connection.settings_dict["NAME"]).parent.glob("test.sqlite3.*"):
            left.unlink()


def fill(source: Source, first: int, last: int) -> None:
    save(
        source.pk,
        make_batch(*(make_incoming(str(n), terms=(HIT,), raw="<p>", bands=(n,)) for n in range(first, last))),
    )


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            if not table.startswith(("mention_search", "sqlite_")) and table != "django_migrations":
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                found[table] = cursor.fetchall()
    return found


def test_what_is_restored_is_what_was_backed_up(source: Source, tmp_path: Path) -> None:
    fill(source, 0, 50)
    save(source.pk, make_batch(make_incoming("1", text="antrean lain"), gone=("2",)))
    before, found = snapshot(), search("antrean")
    made = backup(tmp_path / "store.backup")
    assert made.mentions == 50
    fill(source, 50, 60)
    Mention.objects.filter(external_id="3").delete()
    assert restore(tmp_path / "store.backup").mentions == 50
    assert snapshot() == before
    assert search("antrean") == found
    assert (Revision.objects.count(), TermMatch.objects.count()) == (1, 49)
    fill(source, 50, 60)  # sequences go on behind what was restored
    assert Mention.objects.count() == 60
    migrate()


def test_a_backup_while_another_writes_holds_whole_batches(source: Source, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing_connection():
            number = 0
            while not stop.is_set():
                fill(source, number, number + 20)
                number += 20

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [backup(tmp_path / "store.backup").mentions for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    assert [count % 20 for count in counts] == [0] * 5
    assert counts == sorted(counts)
    assert Mention.objects.count() >= counts[-1]


def test_nothing_is_restored_while_somebody_collects(source: Source, tmp_path: Path) -> None:
    backup(tmp_path / "store.backup")
    fence = take_lease("scheduler", "host/1", 30, NOW)
    assert fence is not None
    with pytest.raises(BusyError, match="host/1 is collecting"):
        restore(tmp_path / "store.backup", NOW)
    assert restore(tmp_path / "store.backup", NOW + timedelta(minutes=1))
    release_lease(fence)


@pytest.mark.parametrize("body", [b"", b"not a backup at all", b"SQLite format 3\0" + b"x" * 5_000, b"PK\3\4 cut"])
def test_what_is_no_backup_is_refused_and_the_store_stays(source: Source, tmp_path: Path, body: bytes) -> None:
    fill(source, 0, 3)
    (tmp_path / "it").write_bytes(body)
    with pytest.raises(BackupError, match="it: is "):
        restore(tmp_path / "it")
    assert Mention.objects.count() == 3


def test_a_backup_that_was_damaged_is_refused(source: Source, tmp_path: Path) -> None:
    fill(source, 0, 200)
    path = backup(tmp_path / "store.backup").path
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xa5" * (len(whole) - len(whole) // 2))
    with pytest.raises(BackupError):
        restore(path)
    assert Mention.objects.count() == 200


def test_a_backup_of_a_newer_program_is_refused(source: Source, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('storage', '9999_new', %s)", [NOW])
    path = backup(tmp_path / "store.backup").path
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '9999_new'")
    with pytest.raises(BackupError, match="newer Kentongan"):
        restore(path)


def test_a_place_that_is_not_there_is_named(source: Source, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=str(tmp_path / "no")):
        backup(tmp_path / "no" / "file")
    with pytest.raises(BackupError, match="there is no such file"):
        restore(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def _sqlite_only() -> None:
    if not is_sqlite():
        pytest.skip("a SQLite store is a file")


def test_a_store_that_another_process_has_open_is_not_replaced(source: Source, tmp_path: Path) -> None:
    _sqlite_only()
    if not is_safe(sqlite3.sqlite_version_info):
        pytest.skip("without WAL an idle connection cannot be noticed")
    fill(source, 0, 3)
    path = backup(tmp_path / "store.backup").path
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("SELECT count(*) FROM mention").fetchone()
    fill(source, 3, 5)
    with pytest.raises(BusyError, match="another process has it open"):
        restore(path)
    other.close()
    assert Mention.objects.count() == 5
    kept = restore(path).kept
    assert kept is not None
    assert count_mentions(kept) == 5


def test_a_damaged_store_is_replaced_by_its_backup(source: Source, tmp_path: Path) -> None:
    _sqlite_only()
    fill(source, 0, 3)
    path = backup(tmp_path / "store.backup").path
    connections.close_all()
    Path(connection.settings_dict["NAME"]).write_bytes(b"rubbish" * 1_000)
    assert restore(path).mentions == 3


def test_a_lost_store_is_missed_and_comes_back_from_its_backup(source: Source, tmp_path: Path) -> None:
    _sqlite_only()
    fill(source, 0, 3)
    path = backup(tmp_path / "store.backup").path
    mark_made(get_path())
    connections.close_all()
    Path(connection.settings_dict["NAME"]).unlink()
    with pytest.raises(MissingError, match="restore a backup"):
        check_database()
    assert restore(path).mentions == 3
