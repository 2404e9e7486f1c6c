"""What people decided about a mention and why, one event a mention and field; and acts on many at once."""

from __future__ import annotations

from django.db import models

from storage.models.mention import Mention
from storage.models.person import User


class BulkAct(models.Model):
    """One act on many mentions, done in batches by whoever runs it; `done` of `total` are behind it."""

    class State(models.TextChoices):
        RUNNING = "running"
        STOPPED = "stopped"
        FINISHED = "finished"

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    query = models.TextField(default="", blank=True, help_text="the search whose finds these are; empty: picked")
    action = models.JSONField(help_text='what is done, such as {"tag": "praise"}')
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0, help_text="looked at, whether changed or not")
    changed = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0, help_text="of an undo: somebody decided otherwise since")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    stop = models.BooleanField(default=False, help_text="somebody asked it to stop")
    finished = models.DateTimeField(null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        db_table = "bulk_act"


class BulkList(models.Model):
    """The mentions of an act on many, as they were counted before it began; kept apart so that progress is cheap."""

    bulk = models.OneToOneField(BulkAct, models.CASCADE, primary_key=True, related_name="list")
    mentions = models.JSONField(help_text="their keys, newest first")

    class Meta:
        db_table = "bulk_list"


class ReviewEvent(models.Model):
    """One decision about one field of one mention. Never changed and never deleted, but for the mark `undone`."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False, help_text="None: we")
    action = models.CharField(max_length=16, help_text="the field, or what happened (docs/review.md)")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(default="", db_default="", blank=True)
    bulk = models.ForeignKey(BulkAct, models.PROTECT, null=True, related_name="events", db_index=False)
    # no constraint and no index: it is an event of the same mention, and its mark `undone` says the other way round
    undoes = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, related_name="+", db_index=False, db_constraint=False
    )
    undone = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "review_event"
        indexes = (
            models.Index(fields=("mention", "id"), name="review_event_of_mention"),  # the history on a page
            # the undo of an act on many
            models.Index(
                fields=("bulk", "mention"), name="review_event_of_bulk", condition=models.Q(bulk__isnull=False)
            ),
            # what somebody did last, to undo it
            models.Index(fields=("by", "id"), name="review_event_by", condition=models.Q(by__isnull=False)),
        )
