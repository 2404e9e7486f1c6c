"""The audit trail: only added to, and every row that was changed or taken away is found (P5)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from storage.audit import verify, write_event
from storage.dialect import is_sqlite
from storage.models import AuditEvent, AuditHead
from tests.storage_sample import NOW

pytestmark = pytest.mark.usefixtures("db")

CHANGES: dict[str, Callable[[Any], Any]] = {
    "id": lambda value: value + 1_000,
    "at": lambda value: value + timedelta(microseconds=1),
    "actor": lambda value: value + "x",
    "action": lambda _: "mention.read",
    "subject": lambda value: value.swapcase(),
    "before": lambda _: {"paused": True},
    "after": lambda value: {**value, "count": value["count"] + 1},
    "why": lambda _: "",
    "origin": lambda _: "10.0.0.9",
    "chain": lambda value: value[::-1],
}


def write_events(count: int) -> None:
    for number in range(count):
        write_event(
            "sari",
            "mention.reveal",
            f"Sebutan {number}",
            before=None if number % 3 else {"shown": False, "b": 1.5},
            after={"count": number, "a": ["é", None, True]},
            why="permintaan subjek data",
            origin="10.0.0.7",
            at=NOW + timedelta(seconds=number),
        )


def open_trail() -> None:
    """What somebody does who has the whole database in their hands."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_kept")
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_unchanged")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS audit_event_kept ON audit_event")


def test_a_trail_that_nobody_touched_is_whole() -> None:
    write_events(20)
    verdict = verify()
    assert (verdict.events, verdict.breaks) == (20, ())
    assert verdict.head == AuditEvent.objects.get(pk=20).chain == AuditHead.objects.get().chain


def test_an_empty_trail_is_whole() -> None:
    assert (verify().events, verify().breaks) == (0, ())


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_of_any_row_is_found(column: str) -> None:
    write_events(40)
    open_trail()
    chosen = random.Random(column).sample(range(1, 41), 10)
    for key in chosen:
        with transaction.atomic():
            rows = AuditEvent.objects.filter(pk=key)
            old = rows.values_list(column, flat=True).get()
            assert rows.update(**{column: CHANGES[column](old)}) == 1
            assert verify().breaks, key
            transaction.set_rollback(True)
        assert verify().breaks == ()


def test_a_row_that_was_taken_away_is_found_also_the_last_ones() -> None:
    write_events(40)
    open_trail()
    for first, last in [(1, 1), (40, 40), (39, 40), (1, 40), (17, 17), (3, 30), (20, 21), (2, 2), (38, 39), (1, 39)]:
        with transaction.atomic():
            AuditEvent.objects.filter(pk__range=(first, last)).delete()
            assert any("missing" in found.sentence for found in verify().breaks), (first, last)
            transaction.set_rollback(True)


def test_a_trail_that_was_written_anew_does_not_hold_a_head_that_was_noted() -> None:
    write_events(5)
    noted = verify().head
    write_events(2)
    assert verify(noted).breaks == ()
    open_trail()
    AuditEvent.objects.all().delete()
    AuditHead.objects.update(last=0, chain="")
    write_events(3)
    assert verify().breaks == ()
    assert "written anew" in verify(noted).breaks[0].sentence


@pytest.mark.parametrize("act", ["change", "delete"])
def test_the_database_itself_refuses_to_change_the_trail(act: str) -> None:
    write_events(3)
    if is_sqlite():  # tests/conftest.py took it away
        what = {"name": "audit_event_kept", "what": "DELETE ON audit_event", "when": ""}
        connection.cursor().execute(import_module("storage.migrations.0005_audit").SQLITE.format(**what))
    rows = AuditEvent.objects.filter(pk=2)
    with pytest.raises(DatabaseError, match="only takes new rows"), transaction.atomic():
        if act == "change":
            rows.update(why="lain")
        else:
            rows.delete()
    assert verify().breaks == ()


def test_an_event_belongs_to_the_transaction_of_its_act() -> None:
    write_events(2)
    with transaction.atomic():
        write_events(1)
        transaction.set_rollback(True)
    write_events(1)
    assert (verify().events, verify().breaks) == (3, ())


def test_nobody_but_the_trail_itself_writes_it() -> None:
    """A row without its place in the chain would break it."""
    root = Path(__file__).parent.parent
    rooms = ("storage", "pipeline", "reports", "inbox", "kentongan")
    files = [path for room in rooms for path in (root / room).rglob("*.py")]
    written = {"AuditEvent.objects.create", "AuditEvent("}
    found = [path for path in files if any(each in path.read_text(encoding="utf-8") for each in written)]
    assert {path.relative_to(root).as_posix() for path in found} == {"storage/audit.py", "storage/models/audit.py"}
