"""Who has which mention open now."""

from __future__ import annotations

from django.db import models

from storage.models.mention import Mention
from storage.models.person import User


class Presence(models.Model):
    """Somebody has a mention open, as of `seen`; old ones mean nothing and may be deleted."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    mention = models.ForeignKey(Mention, models.CASCADE, related_name="+")
    seen = models.DateTimeField()

    class Meta:
        db_table = "presence"
        constraints = (models.UniqueConstraint(fields=("user", "mention"), name="presence_once"),)
