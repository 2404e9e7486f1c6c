"""The normalized record: what a source said, what we add beside it, and what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from storage.models.person import User
from storage.models.run import Run
from storage.models.source import Source

if TYPE_CHECKING:
    _BigInteger = models.BigIntegerField[int, int]
else:
    _BigInteger = models.BigIntegerField


class TimeKeyField(_BigInteger):
    """A key that we give ourselves (storage/timekey.py); on SQLite it is the table's own row number."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        # Only a column of type "integer" is SQLite's row number; a "bigint" key would cost a second tree.
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def rel_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return self.db_type(connection)


class Status(models.TextChoices):
    """Whose turn it is; how one leads to another stands in docs/review.md."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"
    NOT_OURS = "not_ours"
    IGNORED = "ignored"


class Tag(models.TextChoices):
    """What a mention is; the list is fixed. None yet is the empty text."""

    QUESTION = "question"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    OTHER = "other"


class Mention(models.Model):
    """One comment, post, article, review or message, kept exactly once per (source, external_id).

    `id` is a time key (storage/timekey.py): newest first is `ORDER BY id DESC`, and no list ever sorts.
    """

    id = TimeKeyField(primary_key=True)

    # what the source said
    source = models.ForeignKey(Source, models.PROTECT, related_name="mentions", db_index=False)
    external_id = models.TextField()
    kind = models.CharField(max_length=10)
    channel = models.CharField(max_length=20)
    url = models.TextField(null=True)
    title = models.TextField(null=True)
    text = models.TextField()
    author_name = models.TextField(null=True)
    author_handle = models.TextField(null=True)
    author_url = models.TextField(null=True)
    publisher = models.TextField(null=True)
    parent = models.TextField(null=True, help_text="external_id; it may arrive later, so no foreign key")
    thread = models.TextField(null=True, help_text="external_id of what the conversation stands under")
    published = models.DateTimeField(null=True)
    published_precision = models.CharField(max_length=6, null=True)
    edited = models.DateTimeField(null=True)
    gone = models.DateTimeField(null=True, help_text="when we learned that the source deleted it")
    reactions = models.JSONField(null=True)

    # what we add
    collected = models.DateTimeField()
    canonical_url = models.TextField(null=True)
    language = models.CharField(max_length=8)
    content_hash = models.BinaryField(max_length=16)
    story = models.BigIntegerField(null=True, help_text="id of the first mention of the same story")
    # no constraint and no index: old runs are forgotten, and nobody asks for a run's mentions
    run = models.ForeignKey(Run, models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+")

    # what people decide, only by storage/review.py and storage/bulk.py; a new row takes the database's defaults
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.NEW, db_default=Status.NEW)
    tag = models.CharField(max_length=10, choices=Tag.choices, default="", db_default="", blank=True)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.CharField(max_length=100, default="", db_default="", blank=True)
    priority = models.SmallIntegerField(default=0, db_default=0, help_text="0 normal, 1 high")
    confidential = models.BooleanField(default=False, db_default=False)
    confidential_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.IntegerField(default=0, db_default=0, help_text="grows with every decision")
    reviewed = models.DateTimeField(null=True, help_text="when a person last decided")
    belongs = models.TextField(default="", db_default="", blank=True, help_text="where what is not ours belongs")

    class Meta:
        db_table = "mention"
        constraints = (models.UniqueConstraint(fields=("source", "external_id"), name="mention_identity"),)
        indexes = (
            # the conversation around a mention
            models.Index(
                fields=("source", "thread", "id"),
                name="mention_thread",
                condition=models.Q(thread__isnull=False),
            ),
            # the same story elsewhere
            models.Index(fields=("story", "id"), name="mention_story", condition=models.Q(story__isnull=False)),
            # a list of one source's mentions of a status, newest first
            models.Index(fields=("source", "status", "tag", "id"), name="mention_of_source"),
            # the same without a source; without it SQLite would skip through the index above, and sort
            models.Index(fields=("status", "tag", "id"), name="mention_status"),
            # what is new, newest first, whatever its tag
            models.Index(fields=("id",), name="mention_new", condition=models.Q(status="new")),
            # what is mine
            models.Index(
                fields=("assignee", "id"), name="mention_assignee", condition=models.Q(assignee__isnull=False)
            ),
        )


class RawPayload(models.Model):
    """The source's own markup or JSON of a mention, zlib-compressed, kept apart so that lists never read it."""

    mention = models.OneToOneField(Mention, models.CASCADE, primary_key=True, related_name="raw")
    body = models.BinaryField()

    class Meta:
        db_table = "raw_payload"


class Revision(models.Model):
    """What a mention said before its source changed it."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="revisions")
    title = models.TextField(null=True)
    text = models.TextField()
    edited = models.DateTimeField(null=True, help_text="the source's time of this old version")
    replaced = models.DateTimeField(help_text="when we saw the newer one")

    class Meta:
        db_table = "revision"


class TermMatch(models.Model):
    """A term found in a mention, with the passage that shows why."""

    mention = models.ForeignKey(Mention, models.CASCADE, related_name="matches")
    term = models.CharField(max_length=200)
    field = models.CharField(max_length=5, help_text="title or text")
    start = models.PositiveIntegerField(help_text="characters from the start of the field")
    length = models.PositiveIntegerField()
    passage = models.TextField(help_text="the words around it, for display")

    class Meta:
        db_table = "term_match"
        indexes = (models.Index(fields=("term", "mention"), name="term_match_of_term"),)  # term: in a query


class StoryBand(models.Model):
    """One band of an article's MinHash: articles that share a band may tell the same story.

    One tree and nothing beside it (storage/migrations/0002_search.py), so there is no foreign key either.
    """

    pk = models.CompositePrimaryKey("band", "mention_id")
    band = models.BigIntegerField()
    mention_id = models.BigIntegerField()

    class Meta:
        db_table = "story_band"
