"""Searches that were given a name."""

from __future__ import annotations

from django.db import models

from storage.models.person import User


class SavedView(models.Model):
    """A search by name, of one person or of all."""

    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=120, unique=True, help_text="its name in an address")
    query = models.TextField()
    owner = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", help_text="None: everybody's")
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "saved_view"
