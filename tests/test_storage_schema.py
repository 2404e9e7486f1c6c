"""Which database may be used, and that it has this program's tables, however old it is."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections

from storage.dialect import describe_database, is_safe, is_sqlite
from storage.error import (
    BusyError,
    DamagedError,
    FullError,
    MissingError,
    NewerError,
    ReadOnlyError,
    StoreError,
    explain_database,
)
from storage.file import check_file, read_levels
from storage.ingest import save
from storage.models import Mention, MentionTopic, ReviewEvent, Topic, User
from storage.schema import check_database, migrate
from tests.storage_sample import NOW, make_batch, make_incoming, make_source, search

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db: None, tmp_path: Path) -> Iterator[Path]:
    """Where a SQLite database of our own may be; there is none yet."""
    if not is_sqlite():
        pytest.skip("a SQLite store is a file")
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(tmp_path / "own.sqlite3")
    yield tmp_path / "own.sqlite3"
    connections.close_all()
    connection.settings_dict["NAME"] = before


def describe() -> list[tuple[str, str, str]]:
    """Every table, index, trigger and view of a SQLite database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2")
        return list(cursor.fetchall())


def test_a_first_start_makes_a_database_and_a_second_one_nothing(place: Path) -> None:
    notices = check_database()
    assert bool(notices) is not is_safe(sqlite3.sqlite_version_info)
    assert not place.exists()
    assert migrate() is None
    assert migrate() is None
    assert check_database() == notices
    assert place.exists()


def test_an_old_database_migrated_equals_a_new_one_and_is_kept_as_it_was(place: Path) -> None:
    migrate()
    new = describe()
    connections.close_all()
    place.unlink()
    call_command("migrate", "storage", "0001", verbosity=0)
    first = read_levels(place)
    kept = migrate()
    assert describe() == new
    assert kept == place.with_name("own.sqlite3.before-0002_search")
    check_file(kept)
    assert read_levels(kept) == first
    assert [name for app, name in first if app == "storage"] == ["0001_initial"]


def test_every_view_can_be_read_and_says_what_was_decided(transactional_db: None) -> None:
    sari = User.objects.create_user("Sari", role="agent")
    save(make_source().pk, make_batch(make_incoming("1"), make_incoming("2")))
    mention = Mention.objects.order_by("pk")[0]
    permits = Topic.objects.create(name="Perizinan", slug="perizinan")
    for topic in (permits, Topic.objects.create(name="Pajak", slug="pajak", parent=permits)):
        MentionTopic.objects.create(mention=mention, topic=topic, by=sari, at=NOW)
    ReviewEvent.objects.create(mention=mention, at=NOW, by=sari, action="status", before="new", after="closed")
    Mention.objects.filter(pk=mention.pk).update(assignee=sari, status="closed")
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, tag, assignee, unit, priority, topics FROM mentions ORDER BY id")
        assert cursor.fetchall() == [
            ("closed", "", "sari", "", 0, "Pajak, Perizinan"),
            ("new", "", None, "", 0, None),
        ]
        cursor.execute("SELECT source, actor, action, before, undone FROM events WHERE after = 'closed'")
        assert cursor.fetchall() == [("situs dinas", "sari", "status", "new", False)]
        cursor.execute("SELECT topic, parent FROM topics ORDER BY 1")
        assert cursor.fetchall() == [("Pajak", "Perizinan"), ("Perizinan", None)]


def test_migrations_can_be_taken_back(transactional_db: None) -> None:
    call_command("migrate", "storage", "0001", verbosity=0)
    call_command("migrate", verbosity=0)
    save(make_source().pk, make_batch(make_incoming("1")))
    assert len(search("antrean")) == 1


def test_a_deleted_mention_is_searched_no_more(transactional_db: None) -> None:
    save(make_source().pk, make_batch(make_incoming("1"), make_incoming("2")))
    Mention.objects.filter(external_id="1").delete()
    assert search("antrean") == [Mention.objects.get().pk]


def _migrate(url: str) -> None:
    """In a process of its own: Django on a database that others make too."""
    connection.settings_dict.update(describe_database(url, Path()))
    migrate()
    connection.close()


def test_three_that_start_at_once_make_one_database(place: Path) -> None:
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_migrate, args=(f"sqlite:////{place}",)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert migrate() is None


def test_a_database_of_a_newer_program_is_refused(transactional_db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('storage', '9999_new', %s)", [NOW])
    try:
        for look in (check_database, migrate):
            with pytest.raises(NewerError, match=r"newer Kentongan \(storage 9999_new\)"):
                look()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_new'")


def test_an_empty_database_never_takes_the_place_of_one_that_was_there(place: Path) -> None:
    migrate()
    connections.close_all()
    place.unlink()
    with pytest.raises(MissingError, match="the database that was here is gone"):
        migrate()
    place.touch()
    with pytest.raises(MissingError, match="the database that was here is gone"):
        migrate()
    assert place.stat().st_size == 0


def test_a_folder_that_is_not_there_is_named(place: Path) -> None:
    connection.settings_dict["NAME"] = str(place.parent / "unmounted" / "own.sqlite3")
    with pytest.raises(MissingError, match=r"unmounted/own\.sqlite3: its folder does not exist"):
        migrate()
    assert not (place.parent / "unmounted").exists()


def test_a_file_that_is_no_database_is_named(place: Path) -> None:
    place.write_text("catatan rapat\n" * 500)
    with pytest.raises(DamagedError, match=r"own.sqlite3: the file is no SQLite database"):
        migrate()
    assert place.read_text().startswith("catatan")


def test_another_programs_database_is_left_alone(place: Path) -> None:
    other = sqlite3.connect(place)
    other.execute("CREATE TABLE catatan (isi)")
    other.close()
    with pytest.raises(DamagedError, match="another program's tables"):
        migrate()


def test_a_full_disk_is_told_in_one_sentence_and_half_a_batch_is_not_kept(place: Path) -> None:
    migrate()
    source = make_source()
    save(source.pk, make_batch(make_incoming("0")))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 20}")
    many = make_batch(*(make_incoming(str(number), text=f"antrean {number} " * 50) for number in range(1, 500)))
    with pytest.raises(FullError, match=r"own.sqlite3: there is no space left on the disk"):
        save(source.pk, many)
    assert Mention.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1000000")
    assert save(source.pk, many).new == 499


def test_a_database_that_may_only_be_read_is_told_in_one_sentence(place: Path) -> None:
    migrate()
    source = make_source()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
    with pytest.raises(ReadOnlyError, match=r"own.sqlite3: it may not be written"):
        save(source.pk, make_batch(make_incoming("0")))


def test_a_store_that_another_process_holds_too_long_is_told_in_one_sentence(place: Path) -> None:
    migrate()
    source = make_source()
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(BusyError, match=r"own.sqlite3: another process holds it"):
        save(source.pk, make_batch(make_incoming("0")))
    other.close()
    assert save(source.pk, make_batch(make_incoming("0"))).new == 1


def test_a_server_that_does_not_answer_is_told_in_one_sentence() -> None:
    with pytest.raises(psycopg.OperationalError) as raised:
        psycopg.connect("host=127.0.0.1 port=1 dbname=x connect_timeout=2")
    explained = explain_database(raised.value, "database x on 127.0.0.1")
    assert str(explained) == "database x on 127.0.0.1: the database server does not answer; is it running?"


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        *(((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False)),
        *(((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)),
    ],
)
def test_wal_is_used_only_where_it_is_safe(version: tuple[int, ...], safe: bool) -> None:
    assert is_safe(version) is safe


def test_an_unknown_error_of_the_database_is_not_explained_away() -> None:
    assert explain_database(sqlite3.OperationalError("no such table: x"), "x") is None
    assert isinstance(explain_database(_raised(), "x.sqlite3"), StoreError)


def _raised() -> sqlite3.Error:
    try:
        sqlite3.connect("file:/nowhere/at/all?mode=ro", uri=True)
    except sqlite3.Error as error:
        return error
    raise AssertionError
