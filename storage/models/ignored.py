"""What a source said and no term named: kept for a while, so that another term can still find it."""

from __future__ import annotations

from django.db import models

from storage.models.source import Source


class Ignored(models.Model):
    """One item that was not kept; of each source the newest (storage/ignored.py), and none for ever."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="ignored", db_index=False)
    external_id = models.TextField()
    seen = models.DateTimeField()
    title = models.TextField(null=True)
    url = models.TextField(null=True)
    why = models.TextField()
    body = models.BinaryField(help_text="the whole item (storage/parcel.py)")

    class Meta:
        db_table = "ignored"
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="ignored_once"),)
        indexes = (models.Index(fields=("source", "id"), name="ignored_of_source"),)  # the newest of a source
