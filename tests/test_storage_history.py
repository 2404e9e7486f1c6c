"""The record of runs, and what it says about a source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.history import DIED, KEPT, begin_run, end_run
from storage.ingest import save
from storage.models import Mention, Run, Source
from storage.record import Ending, Saved
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


def test_a_run_is_recorded_with_what_it_changed(source: Source) -> None:
    run_id = begin_run(source.pk, NOW)
    saved = save(source.pk, make_batch(make_incoming("1"), make_incoming("2")), run_id)
    ending = Ending(outcome="ok", saved=saved, unchanged=3, requests=2, bytes=99, seconds=0.5)
    end_run(run_id, source.pk, NOW, ending, LATER)
    run = Run.objects.get()
    assert (run.started, run.finished, run.outcome, run.error) == (NOW, LATER, "ok", "")
    assert (run.new, run.unchanged, run.requests, run.bytes, run.seconds) == (2, 3, 2, 99, 0.5)
    assert Mention.objects.filter(run=run).count() == 2


def test_a_run_whose_process_died_is_marked_failed_when_the_next_one_begins(source: Source) -> None:
    begin_run(source.pk, NOW)
    begin_run(make_source("lain").pk, NOW)
    begin_run(source.pk, LATER)
    first, other, second = Run.objects.order_by("pk")
    assert (first.outcome, first.error, first.finished) == ("failed", DIED, LATER)
    assert (other.finished, second.finished) == (None, None)


@pytest.mark.parametrize(
    ("outcome", "success", "failures", "error"),
    [("ok", LATER, 0, "x"), ("partial", LATER, 0, "x"), ("failed", NOW, 3, "x"), ("skipped", NOW, 2, "before")],
)
def test_a_source_remembers_its_last_success_and_counts_failures_since(
    source: Source, outcome: str, success: object, failures: int, error: str
) -> None:
    Source.objects.update(last_success=NOW, failures=2, last_error="before")
    end_run(begin_run(source.pk, NOW), source.pk, NOW, Ending(outcome=outcome, error="x", saved=Saved()), LATER)
    source.refresh_from_db()
    assert (source.last_run, source.last_success, source.failures, source.last_error) == (
        *(LATER, success, failures, error),
    )


def test_runs_older_than_three_months_are_forgotten_and_their_mentions_stay(source: Source) -> None:
    old = begin_run(source.pk, NOW - KEPT - timedelta(days=1))
    save(source.pk, make_batch(make_incoming("1")), old)
    end_run(old, source.pk, NOW, Ending(outcome="ok"), NOW - KEPT)
    end_run(None, source.pk, NOW, Ending(outcome="ok"), NOW)
    assert list(Run.objects.values_list("started", flat=True)) == [NOW]
    assert Mention.objects.count() == 1
