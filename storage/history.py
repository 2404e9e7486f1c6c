"""The record of runs: when a source was polled, how it ended, and since when it has been silent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from storage.connection import naming_errors
from storage.models import Run, Source
from storage.record import Ending

DIED = "ended without a word"


@naming_errors
def begin_run(source_id: int, now: datetime) -> int:
    """Record that a run begins, and that earlier ones of this source which never ended have failed; the run's id."""
    with transaction.atomic():
        Run.objects.filter(source_id=source_id, finished__isnull=True).update(
            finished=now, outcome=Run.Outcome.FAILED, error=DIED
        )
        return Run.objects.create(source_id=source_id, started=now).pk


@naming_errors
def end_run(run_id: int, source_id: int, ending: Ending, now: datetime) -> None:
    """Record how a run ended. A skipped run is neither a success nor a failure of its source."""
    saved = ending.saved
    with transaction.atomic():
        Run.objects.filter(pk=run_id).update(
            finished=now,
            outcome=ending.outcome,
            new=saved.new,
            updated=saved.updated,
            unchanged=ending.unchanged + saved.unchanged,
            gone=saved.gone,
            ignored=ending.ignored,
            quarantined=saved.quarantined,
            requests=ending.requests,
            bytes=ending.bytes,
            seconds=ending.seconds,
            error=ending.error,
        )
        source = Source.objects.filter(pk=source_id)
        if ending.outcome == Run.Outcome.SKIPPED:
            source.update(last_run=now)
        elif ending.outcome == Run.Outcome.FAILED:
            source.update(last_run=now, last_error=ending.error, failures=F("failures") + 1)
        else:
            source.update(last_run=now, last_success=now, last_error=ending.error, failures=0)
