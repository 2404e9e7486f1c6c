"""The rows of the sources, their silence, and the runs that are remembered."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from collectors.network.politeness import Hold
from pipeline.holds import StoredHolds
from pipeline.silence import SilenceLog, find_silent
from pipeline.source import (
    LAST_RUNS_KEPT,
    Configured,
    find_paused,
    pause_source,
    prune_runs,
    resume_source,
    sync_sources,
)
from storage.connection import closing_connection
from storage.models import HostHold, Run, Source
from tests.pipeline_sample import NOW

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
TABLE = Configured(name="a", kind="feed", url="https://a.test/", channel="news", every=QUARTER)


def test_rows_follow_the_configuration_and_keep_what_only_they_know() -> None:
    ids = sync_sources([TABLE, replace(TABLE, name="b")], NOW)
    pause_source(ids["a"], "for a test")
    later = NOW + timedelta(days=1)
    again = sync_sources([replace(TABLE, url="https://new.test/", enabled=False), replace(TABLE, name="c")], later)
    assert again["a"] == ids["a"]
    a, b, c = Source.objects.order_by("name")
    assert (a.url, a.enabled, a.added, a.paused, a.paused_why) == (
        "https://new.test/",
        False,
        NOW,
        True,
        "for a test",
    )
    assert (b.configured, c.configured, c.added) == (False, True, later)
    sync_sources([replace(TABLE, name="b")], later)
    assert Source.objects.get(name="b").configured


def test_a_pause_lasts_until_it_is_lifted() -> None:
    ids = sync_sources([TABLE], NOW)
    pause_source(ids["a"], "gone")
    assert find_paused() == {"a"}
    resume_source(ids["a"])
    assert find_paused() == frozenset()
    assert Source.objects.get().paused_why == ""


def test_who_had_no_success_for_three_periods_is_silent() -> None:
    tables = [replace(TABLE, name=name) for name in ("late", "new", "old", "fine", "paused")]
    tables += [replace(TABLE, name="off", enabled=False), replace(TABLE, name="file", kind="import")]
    sync_sources(tables, NOW - timedelta(days=1))
    Source.objects.update(last_success=NOW - 4 * QUARTER)
    Source.objects.filter(name="late").update(last_error="late: answered HTTP 500")
    Source.objects.filter(name="new").update(last_success=None, added=NOW - 2 * QUARTER)
    Source.objects.filter(name="old").update(last_success=None)
    Source.objects.filter(name="fine").update(last_success=NOW - 2 * QUARTER)
    Source.objects.filter(name="paused").update(paused=True)
    silent = find_silent(NOW)
    assert [(one.name, one.since) for one in silent] == [
        ("old", NOW - timedelta(days=1)),
        ("late", NOW - 4 * QUARTER),
    ]
    assert silent[1].error == "late: answered HTTP 500"


def test_a_silence_is_said_once_and_its_end_once(caplog: pytest.LogCaptureFixture) -> None:
    sync_sources([TABLE], NOW)
    log = SilenceLog()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            log.look(NOW + timedelta(hours=1))
        Source.objects.update(last_success=NOW + timedelta(hours=1))
        for _ in range(3):
            log.look(NOW + timedelta(hours=1))
    assert caplog.messages == ["a: silent since 2026-11-24 03:00 UTC", "a: is silent no more"]


def test_old_runs_are_forgotten_but_never_the_last_of_a_source() -> None:
    ids = sync_sources([TABLE, replace(TABLE, name="b")], NOW)
    old, new = NOW - timedelta(days=200), NOW - timedelta(days=2)
    for source_id, at, count in ((ids["a"], old, 30), (ids["a"], new, 40), (ids["b"], old, 60)):
        Run.objects.bulk_create(Run(source_id=source_id, started=at) for _ in range(count))
    assert prune_runs(NOW) == 20 + 10
    assert Run.objects.filter(source=ids["a"]).count() == LAST_RUNS_KEPT
    assert Run.objects.filter(source=ids["b"]).count() == LAST_RUNS_KEPT
    assert prune_runs(NOW) == 0


def test_a_hold_outlives_the_process_that_met_it() -> None:
    hold = Hold(until=NOW, failures=2, reason="HTTP 429")
    first = StoredHolds()
    assert first.get("a.test") is None
    first.set("a.test", hold)
    assert first.get("a.test") == StoredHolds().get("a.test") == hold
    first.set("a.test", None)
    assert first.get("a.test") is None
    assert not HostHold.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_several_who_bring_the_rows_up_to_date_at_once_make_each_row_once() -> None:
    wanted = [replace(TABLE, name=str(number)) for number in range(20)]
    together = Barrier(4)

    def sync() -> dict[str, int]:
        together.wait(10)
        with closing_connection():
            return sync_sources(wanted, NOW)

    with ThreadPoolExecutor(4) as pool:
        ids = [future.result() for future in [pool.submit(sync) for _ in range(4)]]
    assert ids == [ids[0]] * 4
    assert Source.objects.count() == 20


def test_rows_that_say_it_already_are_only_read(django_assert_num_queries: Any) -> None:
    sync_sources([TABLE], NOW)
    with django_assert_num_queries(2):
        sync_sources([TABLE], NOW)
