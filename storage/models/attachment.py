"""Pictures that came with a mention that the office itself recorded."""

from __future__ import annotations

from django.db import models

from storage.models.mention import Mention
from storage.models.person import User


class Attachment(models.Model):
    """One picture, made anew from the pixels of what was uploaded."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="attachments")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    name = models.CharField(max_length=200, help_text="as the file was called; only shown")
    mime = models.CharField(max_length=40)
    body = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        db_table = "attachment"
