"""What is found by its content: the search tables (FTS5 in SQLite, tsvector with GIN in PostgreSQL), and story_band.

A mention's key is its row's key in the search table too, so newest first is the search table's own order. They are
filled by `save`, in the batch; only the deletion of a mention, which is rare, is left to a trigger.

story_band holds 24 rows an article, so it is one tree and no more (docs/decisions/0072): a row that outlives its article or
its article's text only names a candidate whose text is compared anyway.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Contentless: the words are not stored a second time. A SQLite before 3.43 cannot delete from such a table, so there
# the words are stored. The words come folded: no diacritics are left to be removed.
_SQLITE = """
CREATE TABLE story_band (band INTEGER, mention_id INTEGER, PRIMARY KEY (band, mention_id)) WITHOUT ROWID;
CREATE VIRTUAL TABLE mention_search USING fts5(words, facets, tokenize = "unicode61 remove_diacritics 0"{contentless});
CREATE TRIGGER mention_search_delete AFTER DELETE ON mention BEGIN
    DELETE FROM mention_search WHERE rowid = old.id;
END;
"""
_SQLITE_UNDO = """
DROP TRIGGER mention_search_delete;
DROP TABLE mention_search;
DROP TABLE story_band;
"""

# Without a large sample the planner takes a rare word for a common one and walks the whole key for it.
_POSTGRESQL = """
CREATE TABLE story_band (band bigint, mention_id bigint, PRIMARY KEY (band, mention_id));
CREATE TABLE mention_search (mention_id bigint PRIMARY KEY, document tsvector NOT NULL);
CREATE INDEX mention_search_document ON mention_search USING gin (document);
ALTER TABLE mention_search ALTER COLUMN document SET STATISTICS 10000;
CREATE FUNCTION mention_search_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN TRUNCATE mention_search; ELSE DELETE FROM mention_search WHERE mention_id = OLD.id; END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mention_search_delete AFTER DELETE ON mention FOR EACH ROW EXECUTE FUNCTION mention_search_forget();
CREATE TRIGGER mention_search_truncate AFTER TRUNCATE ON mention FOR EACH STATEMENT
    EXECUTE FUNCTION mention_search_forget();
"""
_POSTGRESQL_UNDO = """
DROP TRIGGER mention_search_delete ON mention; DROP TRIGGER mention_search_truncate ON mention;
DROP FUNCTION mention_search_forget(); DROP TABLE mention_search; DROP TABLE story_band;
"""


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        from sqlite3 import sqlite_version_info

        contentless = ", content = '', contentless_delete = 1" if sqlite_version_info >= (3, 43) else ""
        _run(editor, _SQLITE.format(contentless=contentless))
    else:
        editor.execute(_POSTGRESQL, params=None)


def _drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        _run(editor, _SQLITE_UNDO)
    else:
        editor.execute(_POSTGRESQL_UNDO, params=None)


def _run(editor: BaseDatabaseSchemaEditor, script: str) -> None:
    """Statement by statement: SQLite's own script runner would end the migration's transaction."""
    from sqlite3 import complete_statement

    statement = ""
    for line in script.strip().splitlines(keepends=True):
        statement += line
        if complete_statement(statement):
            editor.execute(statement, params=None)
            statement = ""


class Migration(migrations.Migration):
    dependencies = [("storage", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(_create, _drop)],
            state_operations=[
                migrations.CreateModel(
                    name="StoryBand",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "band", "mention_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("band", models.BigIntegerField()),
                        ("mention_id", models.BigIntegerField()),
                    ],
                    options={"db_table": "story_band"},
                )
            ],
        )
    ]
