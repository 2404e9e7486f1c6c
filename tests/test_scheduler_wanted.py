"""An officer asks that a source be collected now: the scheduler hears it, once, without being asked in its period."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from collectors.fetcher import FetchSettings
from pipeline.outcome import Outcome
from pipeline.plan import Plan, Planned, Plans
from pipeline.source import Configured, pause_source, sync_sources, take_wanted, want_source
from pipeline.terms import compile_terms
from scheduler import Scheduler
from storage.models import Source
from tests.pipeline_sample import NOW, ScriptedCollector, make_batch, make_item, make_job, make_spec

DAY = timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_a_wanted_source_is_run_soon_and_once_and_a_paused_one_is_not() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the connections of a scheduler's threads end with its process, and PostgreSQL waits for them")
    spec = make_spec()
    table = Configured(name=spec.name, kind=spec.kind, url=spec.url, channel=spec.channel, every=DAY)
    planned = Planned(spec=spec, collector=ScriptedCollector(make_batch(make_item("a"))), every=DAY)
    plan = Plan(
        sources=(planned,),
        tables=(table,),
        terms=compile_terms(()),
        fetching=FetchSettings(contact="uji@dinas.test"),
        limit=timedelta(minutes=1),
        threads=2,
        zone=NOW.tzinfo or spec.zone,
    )
    key, outcomes, heard = sync_sources([table], NOW)[spec.name], [], threading.Semaphore(0)

    def tell(outcome: Outcome) -> None:
        outcomes.append(outcome)
        heard.release()

    scheduler = Scheduler(Plans(lambda: plan, lambda: 1), tell, tick=0.02)
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    try:
        assert heard.acquire(timeout=20)  # never polled: at once
        want_source(key, NOW)
        assert heard.acquire(timeout=20)
        assert [outcome.new + outcome.unchanged for outcome in outcomes] == [1, 1]
        assert Source.objects.get().wanted is None
        pause_source(key, "uji")
        want_source(key, NOW)
        assert not heard.acquire(timeout=0.5)
    finally:
        scheduler.stopping.set()
        thread.join()


@pytest.mark.django_db
def test_a_wish_is_taken_once_and_the_first_one_counts() -> None:
    key = make_job(ScriptedCollector()).source_id
    want_source(key, NOW)
    want_source(key, NOW + DAY)
    assert Source.objects.get(pk=key).wanted == NOW
    assert take_wanted() == ["situs dinas"]
    assert take_wanted() == []
