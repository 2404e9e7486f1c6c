"""Leases as a process holds them."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.holder import name_holder
from pipeline.turn import Turns
from storage.lease import find_holder, take_lease
from tests.pipeline_sample import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def test_a_lease_is_held_for_a_block_and_then_free() -> None:
    turns = Turns(lambda: NOW)
    with turns.take("x") as fence:
        assert fence is not None and turns.holds(fence)
        assert find_holder("x", NOW) == name_holder()
        with turns.take("x") as second:
            assert second is None
    assert not turns.holds(fence)
    assert find_holder("x", NOW) is None
    turns.close()


def test_a_lease_is_kept_alive_and_one_that_was_taken_over_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    turns = Turns(clock)
    fence = turns.seize("x")
    assert fence is not None
    clock.at += timedelta(seconds=25)
    turns.renew()
    assert find_holder("x", NOW + timedelta(seconds=50)) == name_holder()
    clock.at += timedelta(minutes=5)
    assert take_lease("x", "another", 30, clock.at) is not None
    with caplog.at_level(logging.WARNING):
        turns.renew()
    assert not turns.holds(fence)
    assert caplog.messages == ["the lease x was taken over by another process"]
    turns.give_back(fence)
    assert find_holder("x", clock.at) == "another"
    turns.close()


def test_a_holder_that_slept_does_not_believe_that_it_still_holds() -> None:
    turns = Turns(lambda: NOW, seconds=0.0)
    fence = turns.seize("x")
    assert fence is not None
    assert not turns.holds(fence)
    turns.close()


def test_a_thread_renews_what_is_held_until_the_end() -> None:
    renewed = threading.Event()
    began = datetime.now(UTC)

    def now() -> datetime:
        if threading.current_thread().name == "lease renewal":
            renewed.set()
        return began

    turns = Turns(now, seconds=0.3)
    with turns.take("x"):
        assert renewed.wait(10)
    turns.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "lease renewal"]
