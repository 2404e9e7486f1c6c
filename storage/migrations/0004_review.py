"""What people decide: the people, their decisions with their history, topics, notes, views; and the columns of a mention.

No table of mentions is made anew: a column with a constant default is added at once, however many rows there are. The
views of 0003 that show mentions get the new columns, and decisions and topics become views of their own.
"""

import django.db.models.deletion
from django.apps import apps as installed
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState, StateApps

# Tables of others that refer to a person must wait for it: they only ask for this room's first migration.
_OTHERS = ("account", "mfa", "socialaccount", "usersessions")

_MENTIONS = """
    SELECT m.id, s.name AS source, m.channel, m.kind, m.external_id, m.url, m.canonical_url, m.title, m.text,
        m.author_name AS author, m.author_handle, m.author_url, m.publisher, m.parent, m.thread, m.published,
        m.published_precision, m.edited, m.gone, m.reactions, m.collected, m.language, m.story{more}
    FROM mention m JOIN source s ON s.id = m.source_id{join}"""
_JOIN = " LEFT JOIN person a ON a.id = m.assignee_id"
_DECIDED = """, m.status, m.tag, a.username AS assignee, m.unit, m.priority, m.confidential, m.reviewed, m.belongs,
        (SELECT {joined} FROM (SELECT t.name FROM mention_topic mt JOIN topic t ON t.id = mt.topic_id
            WHERE mt.mention_id = m.id ORDER BY t.name) AS named) AS topics"""
_JOINED = {"sqlite": "group_concat(name, ', ')", "postgresql": "string_agg(name, ', ')"}
# A JSON text without its quotes, so that `after = 'closed'` finds what it says.
_VALUE = {"sqlite": "json_extract(e.{name}, '$')", "postgresql": "e.{name} #>> '{{}}'"}
_BESIDE = {
    "events": """
        SELECT e.id, e.mention_id, s.name AS source, e.at, p.username AS actor, e.action, {before} AS before, {after} AS after, e.why,
            e.bulk_id, e.undoes_id, e.undone
        FROM review_event e JOIN mention m ON m.id = e.mention_id JOIN source s ON s.id = m.source_id
            LEFT JOIN person p ON p.id = e.by_id""",
    "topics": """
        SELECT mt.mention_id, t.name AS topic, o.name AS parent
        FROM mention_topic mt JOIN topic t ON t.id = mt.topic_id LEFT JOIN topic o ON o.id = t.parent_id""",
}


class AddColumn(migrations.AddField):
    """AddField, where Django would make SQLite's table anew: a column that is NULL or a constant is added at once."""

    def database_forwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.name)
        definition, _ = editor.column_sql(model, field)
        refers = ' REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED' if field.remote_field else ""
        editor.execute(
            f'ALTER TABLE "{model._meta.db_table}" ADD COLUMN "{field.column}" {definition}{refers}', params=None
        )

    def database_backwards(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if editor.connection.vendor != "sqlite":
            super().database_backwards(app_label, editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        editor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP COLUMN "{column}"', params=None)


def _create_views(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    decided = _DECIDED.format(joined=_JOINED[editor.connection.vendor])
    values = {name: _VALUE[editor.connection.vendor].format(name=name) for name in ("before", "after")}
    editor.execute("DROP VIEW mentions", params=None)
    editor.execute(f"CREATE VIEW mentions AS {_MENTIONS.format(more=decided, join=_JOIN)}", params=None)
    for name, select in _BESIDE.items():
        editor.execute(f"CREATE VIEW {name} AS {select.format(**values)}", params=None)


def _drop_views(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("mentions", *_BESIDE):
        editor.execute(f"DROP VIEW {name}", params=None)
    editor.execute(f"CREATE VIEW mentions AS {_MENTIONS.format(more='', join='')}", params=None)


class Migration(migrations.Migration):
    dependencies = [("storage", "0003_views")]
    run_before = [(label, "0001_initial") for label in _OTHERS if label in installed.app_configs]
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(help_text="lower case; what one logs in with", max_length=150, unique=True),
                ),
                (
                    "name",
                    models.CharField(blank=True, default="", help_text="as colleagues call them", max_length=200),
                ),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("agent", "Agent"),
                            ("analyst", "Analyst"),
                            ("supervisor", "Supervisor"),
                            ("admin", "Admin"),
                        ],
                        default="viewer",
                        max_length=12,
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, default="", help_text="the part of the office", max_length=100),
                ),
                ("language", models.CharField(blank=True, default="", help_text="empty: the agency's", max_length=8)),
                ("is_active", models.BooleanField(default=True)),
                ("date_joined", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "person",
            },
        ),
        migrations.CreateModel(
            name="BulkAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "query",
                    models.TextField(
                        blank=True, default="", help_text="the search whose finds these are; empty: picked"
                    ),
                ),
                ("action", models.JSONField(help_text='what is done, such as {"tag": "praise"}')),
                ("total", models.PositiveIntegerField()),
                ("done", models.PositiveIntegerField(default=0, help_text="looked at, whether changed or not")),
                ("changed", models.PositiveIntegerField(default=0)),
                (
                    "kept",
                    models.PositiveIntegerField(default=0, help_text="of an undo: somebody decided otherwise since"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("stopped", "Stopped"), ("finished", "Finished")],
                        default="running",
                        max_length=8,
                    ),
                ),
                ("stop", models.BooleanField(default=False, help_text="somebody asked it to stop")),
                ("finished", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="storage.bulkact",
                    ),
                ),
            ],
            options={
                "db_table": "bulk_act",
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("name", models.CharField(help_text="as the file was called; only shown", max_length=200)),
                ("mime", models.CharField(max_length=40)),
                ("body", models.BinaryField()),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attachments", to="storage.mention"
                    ),
                ),
            ],
            options={
                "db_table": "attachment",
            },
        ),
        migrations.CreateModel(
            name="BulkList",
            fields=[
                (
                    "bulk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="list",
                        serialize=False,
                        to="storage.bulkact",
                    ),
                ),
                ("mentions", models.JSONField(help_text="their keys, newest first")),
            ],
            options={
                "db_table": "bulk_list",
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("edited", models.DateTimeField(null=True)),
                ("removed", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="storage.mention"
                    ),
                ),
            ],
            options={
                "db_table": "note",
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("slug", models.CharField(help_text="its name in an address", max_length=120, unique=True)),
                ("query", models.TextField()),
                ("position", models.IntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="None: everybody's",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "saved_view",
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("slug", models.CharField(help_text="its name in a search", max_length=100, unique=True)),
                (
                    "colour",
                    models.CharField(
                        blank=True, default="", help_text="the name of one of the page's colours", max_length=20
                    ),
                ),
                ("archived", models.BooleanField(default=False)),
                ("position", models.IntegerField(default=0)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="storage.topic",
                    ),
                ),
            ],
            options={
                "db_table": "topic",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("saved", models.DateTimeField()),
                (
                    "mention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="storage.mention"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "draft",
                "constraints": [models.UniqueConstraint(fields=("user", "mention"), name="draft_once")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen", models.DateTimeField()),
                (
                    "mention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="storage.mention"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "presence",
                "constraints": [models.UniqueConstraint(fields=("user", "mention"), name="presence_once")],
            },
        ),
        migrations.CreateModel(
            name="ReviewEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("action", models.CharField(help_text="the field, or what happened (docs/review.md)", max_length=16)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("why", models.TextField(blank=True, db_default="", default="")),
                ("undone", models.BooleanField(db_default=False, default=False)),
                (
                    "bulk",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="storage.bulkact",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        help_text="None: we",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mention",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="storage.mention",
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="storage.reviewevent",
                    ),
                ),
            ],
            options={
                "db_table": "review_event",
                "indexes": [
                    models.Index(fields=["mention", "id"], name="review_event_of_mention"),
                    models.Index(
                        condition=models.Q(("bulk__isnull", False)),
                        fields=["bulk", "mention"],
                        name="review_event_of_bulk",
                    ),
                    models.Index(
                        condition=models.Q(("by__isnull", False)), fields=["by", "id"], name="review_event_by"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MentionTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mention",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topics",
                        to="storage.mention",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="storage.topic",
                    ),
                ),
            ],
            options={
                "db_table": "mention_topic",
                "indexes": [models.Index(fields=["topic", "mention"], name="mention_topic_of_topic")],
                "constraints": [models.UniqueConstraint(fields=("mention", "topic"), name="mention_topic_once")],
            },
        ),
        AddColumn(
            model_name="mention",
            name="status",
            field=models.CharField(
                choices=[
                    ("new", "New"),
                    ("in_progress", "In Progress"),
                    ("answered", "Answered"),
                    ("closed", "Closed"),
                    ("not_ours", "Not Ours"),
                    ("ignored", "Ignored"),
                ],
                db_default="new",
                default="new",
                max_length=12,
            ),
        ),
        AddColumn(
            model_name="mention",
            name="tag",
            field=models.CharField(
                blank=True,
                choices=[
                    ("question", "Question"),
                    ("complaint", "Complaint"),
                    ("praise", "Praise"),
                    ("other", "Other"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        AddColumn(
            model_name="mention",
            name="assignee",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddColumn(
            model_name="mention",
            name="unit",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        AddColumn(
            model_name="mention",
            name="priority",
            field=models.SmallIntegerField(db_default=0, default=0, help_text="0 normal, 1 high"),
        ),
        AddColumn(
            model_name="mention",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        AddColumn(
            model_name="mention",
            name="confidential_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddColumn(
            model_name="mention",
            name="version",
            field=models.IntegerField(db_default=0, default=0, help_text="grows with every decision"),
        ),
        AddColumn(
            model_name="mention",
            name="reviewed",
            field=models.DateTimeField(help_text="when a person last decided", null=True),
        ),
        AddColumn(
            model_name="mention",
            name="belongs",
            field=models.TextField(blank=True, db_default="", default="", help_text="where what is not ours belongs"),
        ),
        AddColumn(
            model_name="source",
            name="wanted",
            field=models.DateTimeField(help_text="since when an officer asks that it be polled now", null=True),
        ),
        AddColumn(
            model_name="auditevent",
            name="origin",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="the address it came from", max_length=64
            ),
        ),
        AddColumn(
            model_name="auditevent",
            name="chain",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="a hash over this row and the chain before it",
                max_length=64,
            ),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["source", "status", "tag", "id"], name="mention_of_source"),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(fields=["status", "tag", "id"], name="mention_status"),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(condition=models.Q(("status", "new")), fields=["id"], name="mention_new"),
        ),
        migrations.AddIndex(
            model_name="mention",
            index=models.Index(
                condition=models.Q(("assignee__isnull", False)), fields=["assignee", "id"], name="mention_assignee"
            ),
        ),
        migrations.RunPython(_create_views, _drop_views),
    ]
