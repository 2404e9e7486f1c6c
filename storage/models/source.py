"""A configured place that is polled, where its next poll resumes, and what we are asked to wait for."""

from __future__ import annotations

from django.db import models


class Source(models.Model):
    """One `[[sources]]` table of the configuration, with the state that the configuration does not know."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20)
    url = models.TextField()
    configured = models.BooleanField(default=True, help_text="False: it stands in config.toml no more")
    enabled = models.BooleanField(default=True, help_text="as config.toml says")
    paused = models.BooleanField(default=False, help_text="by an officer, or because the server said 410")
    paused_why = models.TextField(default="", blank=True)
    every = models.DurationField(help_text="the period in force, from which silence is told")
    added = models.DateTimeField()
    last_run = models.DateTimeField(null=True)
    last_success = models.DateTimeField(null=True)
    last_error = models.TextField(default="", blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="runs since the last success")
    wanted = models.DateTimeField(null=True, help_text="since when an officer asks that it be polled now")

    class Meta:
        db_table = "source"


class Cursor(models.Model):
    """Where the next poll of a source resumes: the collector's own JSON, saved with the items it stands for."""

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True)
    state = models.TextField()
    saved = models.DateTimeField()

    class Meta:
        db_table = "cursor"


class HostHold(models.Model):
    """A host that asked us to wait (Retry-After, 429, 503): no request before `until`, also after a restart."""

    host = models.CharField(max_length=300, primary_key=True)
    until = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    reason = models.TextField(default="")

    class Meta:
        db_table = "host_hold"
