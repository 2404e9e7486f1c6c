"""Who did what, when: append-only."""

from __future__ import annotations

from django.db import models


class AuditEvent(models.Model):
    """One act of a person or a command; never changed, never deleted."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=200, help_text="a user name, or the command on the server")
    action = models.CharField(max_length=60)
    subject = models.TextField(help_text="what it was done to, by name")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(default="", blank=True)
    origin = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="the address it came from"
    )
    chain = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="a hash over this row and the chain before it"
    )

    class Meta:
        db_table = "audit_event"


class AuditHead(models.Model):
    """The last event of the trail, in a row of its own: an event that is taken away from the end is missed."""

    ONLY = 1  # the key of the one row

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    last = models.BigIntegerField(default=0, help_text="the number of the last event")
    chain = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "audit_head"
