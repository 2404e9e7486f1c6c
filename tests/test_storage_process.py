"""Several processes at one store: one of them leads, and what two save at once is saved once (J1, J3)."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

import pytest
from django.db import connections

from storage.error import LeaseLostError
from storage.ingest import save
from storage.lease import renew_lease, take_lease
from storage.models import Mention
from storage.record import Fence
from tests.storage_sample import make_batch, make_incoming, make_source, search

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = 0.5  # seconds
PATIENCE = 20  # seconds until the test has failed
_FORK = get_context("fork")


class Crew:
    """Forked processes, each with a pipe to us."""

    def __init__(self, work: Callable[..., None], arguments: list[tuple[Any, ...]]) -> None:
        connections.close_all()
        self.pipes: list[Connection] = []
        self.processes = []
        for each in arguments:
            ours, theirs = _FORK.Pipe()
            process = _FORK.Process(target=work, args=(theirs, *each))
            process.start()
            theirs.close()
            self.pipes.append(ours)
            self.processes.append(process)
        self._open = list(self.pipes)

    def hear(self, wanted: str) -> tuple[int, Any]:
        """The next message of this kind: from which process, and what."""
        while ready := wait(self._open, PATIENCE):
            for pipe in self.pipes:
                if pipe not in ready:
                    continue
                try:
                    kind, what = pipe.recv()
                except EOFError:  # this one has ended
                    self._open.remove(pipe)
                    continue
                if kind == wanted:
                    return self.pipes.index(pipe), what
        raise AssertionError(f"nobody said {wanted} in {PATIENCE} s")

    def end(self) -> None:
        for process, pipe in zip(self.processes, self.pipes, strict=True):
            process.kill()
            process.join()
            pipe.close()


def lead(says: Connection, source_id: int) -> None:
    """Try to lead; whoever leads writes with its fence. The very first leader falls asleep after its first write."""
    fence: Fence | None = None
    name = str(os.getpid())
    while not says.poll(0.02):
        if fence is None:
            fence = take_lease("scheduler", name, LEASE, datetime.now(UTC))
            if fence is None:
                continue
            says.send(("took", fence.number))
        try:
            save(source_id, make_batch(make_incoming(f"{fence.number}/{datetime.now(UTC):%f}")), fences=[fence])
        except LeaseLostError:
            says.send(("refused", fence.number))
            fence = None
            continue
        if fence.number == 1:
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            renew_lease(fence, LEASE, datetime.now(UTC))


def test_a_leader_that_is_stopped_is_followed_by_another_and_refused_when_it_wakes(transactional_db: None) -> None:
    source = make_source()
    crew = Crew(lead, [(source.pk,)] * 3)
    try:
        first, number = crew.hear("took")
        assert number == 1
        second, number = crew.hear("took")
        assert number == 2
        assert second != first
        written = set(Mention.objects.filter(external_id__startswith="1/").values_list("external_id", flat=True))
        assert len(written) == 1
        os.kill(crew.processes[first].pid or 0, signal.SIGCONT)
        assert crew.hear("refused") == (first, 1)
        assert Mention.objects.filter(external_id__startswith="1/").count() == 1
    finally:
        crew.end()


def save_all(says: Connection, source_id: int, start: int) -> None:
    """Save the same hundred in batches, beginning anywhere; say how many were new."""
    new = 0
    for place in range(20):
        numbers = range((start + place) % 20 * 5, (start + place) % 20 * 5 + 5)
        new += save(source_id, make_batch(*(make_incoming(f"{number}") for number in numbers))).new
    says.send(("new", new))


def test_four_that_save_one_source_at_once_save_everything_once(transactional_db: None) -> None:
    source = make_source()
    crew = Crew(save_all, [(source.pk, start) for start in (0, 0, 7, 13)])
    try:
        counts = [crew.hear("new")[1] for _ in range(4)]
    finally:
        crew.end()
    assert sum(counts) == 100
    assert Mention.objects.count() == len(search("antrean")) == 100


def test_different_sources_that_want_the_same_keys_all_get_one(transactional_db: None) -> None:
    sources = [make_source(str(number)) for number in range(4)]
    crew = Crew(save_all, [(source.pk, 0) for source in sources])
    try:
        counts = [crew.hear("new")[1] for _ in range(4)]
    finally:
        crew.end()
    assert counts == [100] * 4
    assert Mention.objects.count() == 400
