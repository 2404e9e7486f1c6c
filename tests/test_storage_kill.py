"""Acknowledged is stored: a process that saves is killed at any moment; nothing is lost, doubled or halved (S1)."""

from __future__ import annotations

import os
import random
import signal
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from storage.dialect import is_sqlite
from storage.ingest import save
from storage.models import Cursor, Mention, Revision, Source
from storage.schema import migrate
from tests.storage_sample import make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db(transaction=True)
BATCH = 15
_FORK = get_context("fork")


@pytest.fixture
def source(transactional_db: None) -> Source:
    return make_source()


def write(source_id: int, first: int, said: Connection) -> None:
    """In a process of its own: save batch after batch, each with an edit of the one before; say what is committed."""
    for number in count(first):
        new = [
            make_incoming(f"{number}/{place}", raw="<p>antrean</p>" * 20, bands=(number,)) for place in range(BATCH)
        ]
        edit = [] if number == first else [make_incoming(f"{number - 1}/0", text=f"antrean diubah {number}")]
        save(source_id, make_batch(*new, *edit))
        said.send(number)


def kill_once(source: Source, first: int, chance: random.Random) -> int:
    """One life of a writer; the last batch that it said was committed."""
    connections.close_all()
    hears, says = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=write, args=(source.pk, first, says))
    process.start()
    says.close()
    hears.recv()  # it is at work
    process.join(chance.uniform(0, 0.1))
    process.kill()
    process.join()
    last = first
    try:
        while True:
            last = hears.recv()
    except EOFError:
        hears.close()
    assert process.exitcode == -signal.SIGKILL
    return last


def check(source: Source, acknowledged: int) -> int:
    """Every acknowledged batch is whole, the next one is whole or not there; the number of the next to write."""
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("PRAGMA integrity_check")
            assert cursor.fetchall() == [("ok",)]
        cursor.execute("SELECT count(*) FROM mention_search")
        searched = cursor.fetchone()[0]
    names = list(Mention.objects.values_list("external_id", flat=True))
    assert len(names) == len(set(names)) == searched
    batches = sorted({int(name.partition("/")[0]) for name in names})
    assert batches == list(range(len(batches)))
    assert len(names) == BATCH * len(batches)
    assert acknowledged < len(batches) <= acknowledged + 2
    assert Revision.objects.values("mention").distinct().count() == Revision.objects.count()
    assert Cursor.objects.filter(source=source).exists()
    return len(batches)


def upgrade(said: Connection) -> None:
    """In a process of its own: bring an old database up to date."""
    said.send("begun")
    migrate()


def test_an_upgrade_that_is_killed_leaves_the_old_or_the_new_database(transactional_db: None, tmp_path: Path) -> None:
    if not is_sqlite():
        pytest.skip("PostgreSQL's own server does what we do here by ourselves")
    before = connection.settings_dict["NAME"]
    try:
        for number in range(10):
            connections.close_all()
            connection.settings_dict["NAME"] = str(tmp_path / f"{number}.sqlite3")
            call_command("migrate", "storage", "0001", verbosity=0)
            connections.close_all()
            hears, says = _FORK.Pipe(duplex=False)
            process = _FORK.Process(target=upgrade, args=(says,))
            process.start()
            hears.recv()
            process.join(random.uniform(0, 0.15))
            process.kill()
            process.join()
            hears.close()
            says.close()
            migrate()
            assert make_source().pk == 1
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                assert cursor.fetchall() == [("ok",)]
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def kill(source: Source, times: int, seed: int) -> None:
    chance, first = random.Random(seed), 0
    for _ in range(times):
        first = check(source, kill_once(source, first, chance))


def test_ten_kills_while_saving_lose_and_double_nothing(source: Source) -> None:
    kill(source, 10, seed=os.getpid())
    assert Mention.objects.count() >= 10 * BATCH


@pytest.mark.torture
def test_a_hundred_kills_while_saving_lose_and_double_nothing(source: Source) -> None:
    kill(source, 100, seed=os.getpid())
    assert Mention.objects.count() >= 100 * BATCH
