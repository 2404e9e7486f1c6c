"""Analysts query views by SQL, and can do nothing else."""

from __future__ import annotations

import pytest
from django.db import connection

from storage.ingest import begin_run, end_run, save
from storage.models import Mention, MentionTopic, Topic, User
from storage.readonly import StatementError, run_readonly
from storage.record import Ending, Poison, TermHit
from storage.review import set_tag
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db(transaction=True)

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"
COLUMNS = {
    "mentions": "id source channel kind external_id url canonical_url title text author author_handle author_url"
    " publisher parent thread published published_precision edited gone reactions collected language story status tag"
    " assignee unit priority confidential reviewed belongs topics",
    "events": "id mention_id source at actor action before after why bulk_id undoes_id undone",
    "topics": "mention_id topic parent",
    "sources": "id name kind channel url configured enabled paused paused_why every_seconds added last_run"
    " last_success last_error failures",
    "runs": "id source started finished outcome new updated unchanged gone ignored quarantined requests bytes seconds"
    " error note",
    "revisions": "id mention_id source title text edited replaced",
    "terms": "id mention_id term field start length passage",
    "refusals": "id source run_id seen reason version bytes",
}


@pytest.fixture
def store(transactional_db: None) -> None:
    source = make_source()
    run = begin_run(source.pk, NOW)
    hit = TermHit(term="Dinas", field="text", start=0, length=5, passage="Dinas")
    save(source.pk, make_batch(make_incoming("1", terms=(hit,)), make_incoming("2")), run)
    saved = save(source.pk, make_batch(make_incoming("2", text="lain")), run)
    save(source.pk, make_batch(poison=(Poison(raw=b"???", reason="no id"),)), run)
    end_run(run, source.pk, NOW, Ending(outcome="ok", saved=saved), NOW)
    agent = User.objects.create_user("sari", role="agent")
    decided = set_tag(Mention.objects.get(external_id="1"), "praise", by=agent).mention
    MentionTopic.objects.create(
        mention=decided, topic=Topic.objects.create(name="Izin", slug="izin"), by=agent, at=NOW
    )


@pytest.mark.parametrize("view", COLUMNS)
def test_a_documented_view_has_these_columns_and_rows(store: None, view: str) -> None:
    columns, rows = run_readonly(f"SELECT * FROM {view}")
    assert columns == COLUMNS[view].split()
    assert len(list(rows)) == {"mentions": 2, "revisions": 1}.get(view, 1)


def test_a_period_is_seconds_on_both_databases(store: None) -> None:
    assert list(run_readonly("SELECT every_seconds FROM sources")[1]) == [(900.0,)]


def test_rows_beyond_the_limit_are_left_and_told(store: None) -> None:
    _, rows = run_readonly("SELECT external_id FROM mentions ORDER BY external_id", rows=1)
    assert (list(rows), rows.cut) == ([("1",)], True)
    _, rows = run_readonly("SELECT external_id FROM mentions ORDER BY external_id;", rows=2)
    assert (list(rows), rows.cut) == ([("1",), ("2",)], False)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mention",
        "UPDATE mention SET text = ''",
        "INSERT INTO lease VALUES ('a', 'b', 1, '2026-01-01')",
        "DROP VIEW mentions",
        "CREATE TABLE x (y int)",
        "SELECT 1; DELETE FROM mention",
        "SELECT 1; COMMIT; DELETE FROM mention",
        "WITH gone AS (DELETE FROM mention RETURNING id) SELECT * FROM gone",
        "ATTACH '/tmp/other.sqlite3' AS other",
        "PRAGMA journal_mode = DELETE",
        "SELECT load_extension('x')",
        "SELECT set_config('transaction_read_only', 'off', false); DELETE FROM mention",
        "VACUUM",
        "BEGIN",
        "",
        "  ; ",
        "SELECT nothing FROM mentions",
        "kapan loket buka?",
        "SELECT \0",
    ],
)
def test_whatever_does_not_just_read_is_refused_in_one_sentence(store: None, sql: str) -> None:
    with pytest.raises(StatementError) as raised:
        list(run_readonly(sql)[1])
    assert str(raised.value).startswith("the statement ")
    assert "\n" not in str(raised.value)
    assert Mention.objects.count() == 2


@pytest.mark.parametrize("what", ["count(*)", "i"], ids=["before the first row", "while rows come"])
def test_an_endless_statement_ends_at_its_time(store: None, what: str) -> None:
    with pytest.raises(StatementError, match=r"took longer than 0\.2 seconds"):
        for _ in run_readonly(ENDLESS.format(what), seconds=0.2, rows=1_000_000_000)[1]:
            pass


def test_a_statement_that_is_left_halfway_gives_its_connection_back(store: None) -> None:
    _, rows = run_readonly("SELECT * FROM mentions")
    next(rows)
    rows.close()
    assert list(rows) == []


def test_what_was_written_before_is_seen(store: None) -> None:
    Mention.objects.filter(external_id="1").update(text="sesudah")
    sql = "SELECT count(*) FROM mentions WHERE text = 'sesudah'"
    assert list(run_readonly(sql)[1]) == [(1,)]
    assert connection.vendor in {"sqlite", "postgresql"}
