"""An analyst's SQL: each format holds the same answer, on the real store, and the store is left as it was."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reports.query import write_answer
from reports.table import lay_out
from storage.dialect import is_sqlite
from storage.ingest import save
from storage.readonly import StatementError
from tests.kentongan_office import AGENCY, Office
from tests.storage_sample import make_batch, make_incoming, make_source

SQL = (
    "SELECT 1 AS number, 'Apakah syarat NIB?' AS text, NULL AS missing, '=1+1' AS formula, 2.5 AS real "
    "UNION ALL SELECT 2, 'Antre; lama', NULL, 'b', 3.5 ORDER BY 1"
)


def ask(sql: str, form: str, *, rows: int = 100) -> bytes:
    file = io.BytesIO()
    write_answer(sql, form, file, seconds=10, rows=rows)
    return file.getvalue()


@pytest.mark.django_db(transaction=True)
def test_every_format_holds_the_same_answer(transactional_db: None) -> None:
    expected = [
        {"number": 1, "text": "Apakah syarat NIB?", "missing": None, "formula": "=1+1", "real": 2.5},
        {"number": 2, "text": "Antre; lama", "missing": None, "formula": "b", "real": 3.5},
    ]
    told = json.loads(ask(SQL, "json"))
    assert [{**row, "real": float(row["real"])} for row in told] == expected
    table = pq.read_table(io.BytesIO(ask(SQL, "parquet"))).to_pylist()
    assert [{**row, "real": float(row["real"])} for row in table] == expected
    first, second = csv.DictReader(io.StringIO(ask(SQL, "csv").decode(), newline=""))
    assert (first["text"], first["formula"], second["text"], second["missing"]) == (
        "Apakah syarat NIB?",
        "'=1+1",
        "Antre; lama",
        "",
    )
    assert ask(SQL, "table").decode().splitlines()[0].split() == list(expected[0])


COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20500) SELECT {} FROM n"


@pytest.mark.django_db(transaction=True)
def test_a_parquet_answer_is_written_in_groups(transactional_db: None) -> None:
    body = ask(
        COUNT.format("i, CASE WHEN i > 15000 THEN 'lama' END AS late, NULL AS never, i * 0.1 AS part"),
        "parquet",
        rows=30_000,
    )
    file = pq.ParquetFile(io.BytesIO(body))
    assert (file.num_row_groups, file.metadata.num_rows) == (3, 20_500)
    table = file.read()
    assert table["i"].to_pylist() == list(range(1, 20_501))
    assert table["late"].to_pylist() == [None] * 15_000 + ["lama"] * 5_500
    assert set(table["never"].to_pylist()) == {None}
    assert table["part"].to_pylist()[-1] == pytest.approx(2_050)


@pytest.mark.django_db(transaction=True)
def test_a_column_that_changes_its_type_late_is_named(transactional_db: None) -> None:
    if not is_sqlite():
        pytest.skip("a column of PostgreSQL has one type")
    changing = COUNT.format("CASE WHEN i > 15000 THEN 'lama' ELSE i END AS lama")
    with pytest.raises(StatementError, match=r'column "lama" is int64 .* CAST it'):
        ask(changing, "parquet", rows=30_000)


@pytest.mark.django_db(transaction=True)
def test_reactions_are_json_text_in_every_format(transactional_db: None) -> None:
    save(make_source().pk, make_batch(make_incoming("1", reactions={"like": 3}), make_incoming("2")))
    sql = "SELECT reactions FROM mentions ORDER BY external_id"
    assert json.loads(ask(sql, "json")) == [{"reactions": '{"like": 3}'}, {"reactions": None}]
    assert pq.read_table(io.BytesIO(ask(sql, "parquet")))["reactions"].to_pylist() == ['{"like": 3}', None]
    assert ask(sql, "csv").decode().splitlines()[1] == '"{""like"": 3}"'


@pytest.mark.django_db(transaction=True)
def test_more_rows_than_allowed_are_cut_and_said(transactional_db: None) -> None:
    file = io.BytesIO()
    assert write_answer(SQL, "json", file, seconds=10, rows=1) is True
    assert len(json.loads(file.getvalue())) == 1
    assert write_answer(SQL, "json", io.BytesIO(), seconds=10, rows=2) is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["csv", "json", "parquet", "table"])
def test_an_empty_answer_can_be_read(transactional_db: None, form: str) -> None:
    body = ask("SELECT id, text FROM mentions WHERE 1 = 0", form)
    if form == "json":
        assert json.loads(body) == []
    elif form == "parquet":
        assert pq.read_table(io.BytesIO(body)).column_names == ["id", "text"]
    else:
        assert body.decode().splitlines()[0].replace(",", " ").split() == ["id", "text"]


@pytest.mark.django_db(transaction=True)
def test_columns_of_one_name_are_told_apart(transactional_db: None) -> None:
    assert json.loads(ask("SELECT 1 AS a, 2 AS a, 3 AS b", "json")) == [{"a": 1, "a_2": 2, "b": 3}]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sql", ["DELETE FROM mention", "SELECT * FROM nowhere", "SELEC 1", "", "SELECT 1; SELECT 2"])
def test_what_is_no_question_is_one_sentence(transactional_db: None, sql: str) -> None:
    with pytest.raises(StatementError) as caught:
        ask(sql, "json")
    assert "\n" not in str(caught.value)


def test_a_table_keeps_each_cell_on_its_line() -> None:
    lines = list(lay_out(["a", "text"], [(1, "satu\ndua \x1b[2J"), (20, "x" * 100), (3, None), (4, b"\0\1")]))
    assert lines[2] == " 1  satu dua  [2J"
    assert lines[3].endswith("x…")
    assert len(lines[3]) == 64
    assert lines[4:] == [" 3", " 4  2 bytes"]


def test_the_command_answers_and_names_what_is_wrong(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY)
    office.run("source", "list")
    reply = office.run("query", "SELECT count(*) AS n FROM mentions", "--format", "json")
    assert (reply.returncode, json.loads(reply.stdout)) == (0, [{"n": 0}])
    wrong = office.run("query", "SELECT nothing FROM mentions")
    assert (wrong.returncode, wrong.stdout, wrong.stderr.count("\n")) == (2, "", 1)
    cut = office.run("query", SQL, "--rows", "1", "--format", "csv", "-o", "answer.csv")
    assert cut.stderr == "note: only the first 1 rows; --rows allows more\n"
    assert (tmp_path / "answer.csv").read_text().count("\n") == 2
