"""The audit trail becomes a chain with a head, and neither it nor the history of decisions can be written anew.

SQLite's triggers go with their table: a later migration that makes one of these tables anew must make them again. Of a
decision only the mark `undone` changes; it goes with its mention, when that is erased. What empties or drops whole
tables (restore, move) fires no trigger of a row.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_FIELDS = ("id", "at", "actor", "action", "subject", "before", "after", "why", "origin")
_DECIDED = ("id", "mention_id", "at", "by_id", "action", "before", "after", "why", "bulk_id", "undoes_id")


def _chain(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Give what was written before there was a chain its hashes, in its order."""
    from storage.audit import link

    event = apps.get_model("storage", "AuditEvent")
    head = apps.get_model("storage", "AuditHead")
    chain, last = "", 0
    for row in event.objects.order_by("pk").values_list(*_FIELDS):
        chain, last = link(chain, list(row)), row[0]
        event.objects.filter(pk=last).update(chain=chain)
    head.objects.create(pk=1, last=last, chain=chain)


def _differs(editor: BaseDatabaseSchemaEditor, columns: tuple[str, ...]) -> str:
    if editor.connection.vendor == "sqlite":
        return " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
    old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def _protect(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    decided = _differs(editor, _DECIDED)
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE.format(name="audit_event_kept", what="DELETE ON audit_event", when=""))
        editor.execute(SQLITE.format(name="audit_event_unchanged", what="UPDATE ON audit_event", when=""))
        when = f"WHEN {decided}"
        editor.execute(SQLITE.format(name="review_event_unchanged", what="UPDATE ON review_event", when=when))
        return
    editor.execute(_FUNCTION)
    editor.execute(_POSTGRESQL.format(name="audit_event_kept", what="DELETE OR UPDATE ON audit_event", when=""))
    when = f"WHEN ({decided})"
    editor.execute(_POSTGRESQL.format(name="review_event_unchanged", what="UPDATE ON review_event", when=when))


SQLITE = (
    "CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW {when}"
    " BEGIN SELECT RAISE(ABORT, 'this table only takes new rows'); END"
)
_FUNCTION = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'this table only takes new rows' USING ERRCODE = 'restrict_violation'; END $$"
)
_POSTGRESQL = "CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"


def _open(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for name in ("audit_event_kept", "audit_event_unchanged", "review_event_unchanged"):
            editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    editor.execute("DROP TRIGGER audit_event_kept ON audit_event")
    editor.execute("DROP TRIGGER review_event_unchanged ON review_event")
    editor.execute("DROP FUNCTION refuse_change()")


class Migration(migrations.Migration):
    dependencies = [("storage", "0004_review")]
    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("last", models.BigIntegerField(default=0, help_text="the number of the last event")),
                ("chain", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={"db_table": "audit_head"},
        ),
        migrations.RunPython(_chain, migrations.RunPython.noop),
        migrations.RunPython(_protect, _open),
    ]
