"""What analysts query: views whose names and columns stay, whatever becomes of the tables (docs/store.md).

A later migration that rebuilds a table on SQLite must drop the views of it (and the trigger of 0002) first and make
them again afterwards.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VIEWS = {
    "mentions": """
        SELECT m.id, s.name AS source, m.channel, m.kind, m.external_id, m.url, m.canonical_url, m.title, m.text,
            m.author_name AS author, m.author_handle, m.author_url, m.publisher, m.parent, m.thread, m.published,
            m.published_precision, m.edited, m.gone, m.reactions, m.collected, m.language, m.story
        FROM mention m JOIN source s ON s.id = m.source_id""",
    "sources": """
        SELECT id, name, kind, channel, url, configured, enabled, paused, paused_why, {every} AS every_seconds, added,
            last_run, last_success, last_error, failures
        FROM source""",
    "runs": """
        SELECT r.id, s.name AS source, r.started, r.finished, r.outcome, r.new, r.updated, r.unchanged, r.gone,
            r.ignored, r.quarantined, r.requests, r.bytes, r.seconds, r.error, r.note
        FROM run r JOIN source s ON s.id = r.source_id""",
    "revisions": """
        SELECT v.id, v.mention_id, s.name AS source, v.title, v.text, v.edited, v.replaced
        FROM revision v JOIN mention m ON m.id = v.mention_id JOIN source s ON s.id = m.source_id""",
    "terms": "SELECT id, mention_id, term, field, start, length, passage FROM term_match",
    "refusals": """
        SELECT q.id, s.name AS source, q.run_id, q.seen, q.reason, q.version, length(q.raw) AS bytes
        FROM quarantine q JOIN source s ON s.id = q.source_id""",
}
# A period is microseconds in SQLite, an interval in PostgreSQL.
EVERY = {"sqlite": "every / 1000000.0", "postgresql": "CAST(extract(epoch FROM every) AS double precision)"}


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name, select in VIEWS.items():
        editor.execute(f"CREATE VIEW {name} AS {select.format(every=EVERY[editor.connection.vendor])}", params=None)


def _drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name in VIEWS:
        editor.execute(f"DROP VIEW {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("storage", "0002_search")]
    operations = [migrations.RunPython(_create, _drop)]
