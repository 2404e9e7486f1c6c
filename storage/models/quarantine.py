"""Items that could not be read: kept whole, with the reason, until somebody replays or drops them."""

from __future__ import annotations

from django.db import models

from storage.models.run import Run
from storage.models.source import Source


class Quarantine(models.Model):
    """One item of one run that could not be stored; the same bytes of a source are kept once."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="quarantine")
    run = models.ForeignKey(Run, models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+")
    seen = models.DateTimeField()
    reason = models.TextField()
    raw = models.BinaryField(help_text="at most 256 KB")
    raw_hash = models.BinaryField(max_length=16)
    version = models.CharField(max_length=20, help_text="of the program that could not read it")

    class Meta:
        db_table = "quarantine"
        constraints = (models.UniqueConstraint(fields=("source", "raw_hash"), name="quarantine_once"),)
