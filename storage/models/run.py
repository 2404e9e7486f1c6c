"""One poll of one source and its outcome; and who may run at all."""

from __future__ import annotations

from django.db import models

from storage.models.source import Source


class Run(models.Model):
    """One poll of one source. Counts are of items; `seconds` is wall time."""

    class Outcome(models.TextChoices):
        OK = "ok"
        PARTIAL = "partial"
        FAILED = "failed"
        SKIPPED = "skipped"

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs", db_index=False)
    started = models.DateTimeField()
    finished = models.DateTimeField(null=True, help_text="None: it is running, or its process died")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", blank=True)
    new = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    ignored = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.TextField(default="", blank=True)
    note = models.TextField(
        default="", blank=True, help_text="what the collector wants said, e.g. that REST is closed"
    )

    class Meta:
        db_table = "run"
        indexes = (
            models.Index(fields=("source", "-id"), name="run_of_source"),  # the last runs of a source
            # those whose process died, when the next run of a source begins
            models.Index(fields=("source",), name="run_unfinished", condition=models.Q(finished__isnull=True)),
        )


class Lease(models.Model):
    """Who holds a right that only one process may hold: the scheduler, or one source's run.

    `fence` grows with every change of holder; a write that carries an older fence is refused.
    """

    name = models.CharField(max_length=220, primary_key=True)
    holder = models.CharField(max_length=200)
    fence = models.PositiveBigIntegerField(default=0)
    expires = models.DateTimeField()

    class Meta:
        db_table = "lease"
