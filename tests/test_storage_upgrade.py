"""A store of before people decided, with what it holds, becomes what a new one is, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from storage.backup import backup, restore
from storage.dialect import is_sqlite
from storage.ingest import save
from storage.models import Mention, ReviewEvent, Source, User
from storage.review import set_tag
from storage.schema import migrate
from tests.storage_sample import make_batch, make_incoming, search

pytestmark = pytest.mark.django_db(transaction=True)
TABLES = ("mention", "source", "audit_event", "review_event", "person", "bulk_act", "mention_topic", "topic", "note")


@pytest.fixture
def old(transactional_db: None) -> Iterator[None]:
    """The store as the program before made it, with three mentions."""
    call_command("migrate", "storage", "0003", verbosity=0)
    with connection.cursor() as cursor:
        every = "900000000" if is_sqlite() else "interval '15 minutes'"
        cursor.execute(
            "INSERT INTO source (name, kind, channel, url, configured, enabled, paused, paused_why, every, added,"
            f" last_error, failures) VALUES ('situs', 'feed', 'website', '', %s, %s, %s, '', {every}, %s, '', 0)"
            " RETURNING id",
            (True, True, False, "2026-11-24 03:00:00+00:00"),
        )
        key = cursor.fetchone()[0]
    save(key, make_batch(*(make_incoming(str(number), raw="<p>") for number in range(3))))
    yield
    call_command("migrate", verbosity=0)


def describe() -> dict[str, object]:
    """The columns and indices of the tables, and the columns of the views."""
    found: dict[str, object] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            columns = connection.introspection.get_table_description(cursor, table)
            found[table] = [tuple(column) for column in columns]
            constraints = connection.introspection.get_constraints(cursor, table)
            found[f"{table}, indices"] = sorted(
                str((each["columns"], each["unique"], each["foreign_key"])) for each in constraints.values()
            )
        for view in ("mentions", "events", "topics"):
            cursor.execute(f"SELECT * FROM {view} LIMIT 0")
            found[view] = [column[0] for column in cursor.description]
    return found


def test_an_old_store_with_rows_becomes_what_a_new_one_is(
    transactional_db: None, request: pytest.FixtureRequest
) -> None:
    new = describe()
    request.getfixturevalue("old")
    migrate()
    assert describe() == new
    agent = User.objects.create_user("sari", role="agent")
    mentions = list(Mention.objects.order_by("pk"))
    assert {(each.status, each.tag, each.assignee, each.version, each.confidential) for each in mentions} == {
        ("new", "", None, 0, False)
    }
    decided = next(each for each in mentions if each.external_id == "0")
    set_tag(decided, "complaint", by=agent)
    assert save(decided.source_id, make_batch(make_incoming("0", text="antrean lain"), make_incoming("9"))).new == 1
    assert ReviewEvent.objects.filter(action="source").count() == 1
    next(each for each in mentions if each.external_id == "1").delete()
    assert len(search("antrean")) == 3


def test_what_is_decided_can_be_taken_out_of_a_store_and_put_in_again(old: None) -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", "storage", "0003", verbosity=0)
    call_command("migrate", verbosity=0)
    assert Mention.objects.filter(status="new").count() == 3


def test_an_older_programs_backup_is_restored_and_brought_up_to_date(old: None, tmp_path: Path) -> None:
    kept = backup(tmp_path / "old.backup").path
    migrate()
    set_tag(Mention.objects.order_by("pk")[0], "praise", by=User.objects.create_user("sari", role="agent"))
    assert restore(kept).mentions == 3
    migrate()
    assert (Mention.objects.filter(tag="").count(), User.objects.count()) == (3, 0)
    assert Source.objects.get().wanted is None
    set_tag(Mention.objects.order_by("pk")[0], "praise", by=User.objects.create_user("budi", role="agent"))


def test_who_was_logged_in_is_not_part_of_a_backup(transactional_db: None, tmp_path: Path) -> None:
    from django.contrib.sessions.models import Session

    User.objects.create_user("sari", role="agent")
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date="2027-01-01T00:00:00Z")
    kept = backup(tmp_path / "store.backup").path
    restore(kept)
    assert (User.objects.count(), Session.objects.count()) == (1, 0)
