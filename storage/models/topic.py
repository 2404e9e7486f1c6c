"""The office's own list of topics, a tree of two levels, and which mention is about which."""

from __future__ import annotations

from django.db import models

from storage.models.mention import Mention
from storage.models.person import User


class Topic(models.Model):
    """What mentions can be about, in the office's words; an archived one stays where it is and is not offered."""

    name = models.CharField(max_length=100)
    slug = models.CharField(max_length=100, unique=True, help_text="its name in a search")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    colour = models.CharField(
        max_length=20, default="", blank=True, help_text="the name of one of the page's colours"
    )
    archived = models.BooleanField(default=False)
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "topic"


class MentionTopic(models.Model):
    """A mention is about a topic."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="topics", db_index=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="mentions", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "mention_topic"
        constraints = (models.UniqueConstraint(fields=("mention", "topic"), name="mention_topic_once"),)
        indexes = (models.Index(fields=("topic", "mention"), name="mention_topic_of_topic"),)  # topic: in a query
