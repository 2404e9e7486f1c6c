"""The answer to an analyst's SQL as CSV, JSON, Parquet or a table; the store sees to it that it only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from reports.column import Column
from reports.table import lay_out
from reports.writer import WRITERS
from storage.readonly import StatementError, run_readonly

BATCH = 1_000
FIRST = 10_000  # rows that tell the types of a Parquet file; also the rows of a group


def write_answer(sql: str, form: str, file: IO[bytes], *, seconds: float, rows: int) -> bool:
    """Run one SELECT and write what it gives; True when there were more than `rows` rows.

    StatementError says what is wrong with the statement, or that it took too long.
    """
    names, answer = run_readonly(sql, seconds, rows)
    with closing(answer):
        _write(_tell_apart(names), answer, form, file)
    return answer.cut


def _write(names: Sequence[str], rows: Iterator[Sequence[Any]], form: str, file: IO[bytes]) -> None:
    if form == "table":
        for line in lay_out(names, rows):
            file.write(f"{line}\n".encode())
    elif form == "parquet":
        _write_parquet(names, rows, file)
    else:
        writer = WRITERS[form](file, [Column(name, "any") for name in names])
        for batch in _batches(rows):
            writer.write(batch)
        writer.close()


def _batches(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _tell_apart(names: Sequence[str]) -> list[str]:
    """The names, numbered where two are the same: in an object the second would replace the first."""
    seen: Counter[str] = Counter()
    apart = []
    for name in names:
        seen[name] += 1
        apart.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return apart


def _write_parquet(names: Sequence[str], rows: Iterator[Sequence[Any]], file: IO[bytes]) -> None:
    """In row groups, so that an answer as large as the store needs no memory.

    Types are taken from the first rows; a column of mixed ones, or of which they say nothing, becomes text.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = list(islice(rows, FIRST))
    schema = pa.schema([(name, _find_type(column)) for name, column in zip(names, _turn(first, names), strict=True)])
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        batch = first
        while batch:
            columns = zip(schema, _turn(batch, names), strict=True)
            arrays = [_make_array(column, field.name, field.type) for field, column in columns]
            writer.write_table(pa.table(arrays, schema=schema))
            batch = list(islice(rows, FIRST))


def _turn(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(names)


def _find_type(column: Sequence[Any]) -> Any:
    import pyarrow as pa

    try:
        found = pa.array(column).type
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.string()
    if pa.types.is_decimal(found):
        return pa.float64()  # as SQLite and JSON have it; the first rows do not tell how many digits later ones need
    return pa.string() if pa.types.is_null(found) else found


def _make_array(column: Sequence[Any], name: str, kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_string(kind):
        column = [value if value is None or isinstance(value, str) else str(value) for value in column]
    elif pa.types.is_float64(kind):
        column = [float(value) if isinstance(value, Decimal) else value for value in column]
    try:
        return pa.array(column, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        what = f'column "{name}" is {kind} in the first {FIRST:,} rows and something else later'
        raise StatementError(f"{what}; CAST it in the statement, or write csv") from error
