"""What colleagues write beside a mention, and what is still being written."""

from __future__ import annotations

from django.db import models

from storage.models.mention import Mention
from storage.models.person import User


class Note(models.Model):
    """A colleague's note; one that was removed keeps its text for the history and is shown no more."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    text = models.TextField()
    edited = models.DateTimeField(null=True)
    removed = models.DateTimeField(null=True)

    class Meta:
        db_table = "note"


class Draft(models.Model):
    """The note that somebody was writing, kept over a lost session and a restart until it is saved or emptied."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    mention = models.ForeignKey(Mention, models.CASCADE, related_name="+")
    text = models.TextField()
    saved = models.DateTimeField()

    class Meta:
        db_table = "draft"
        constraints = (models.UniqueConstraint(fields=("user", "mention"), name="draft_once"),)
