"""The answer to an analyst's SQL as CSV, JSON, Parquet or a table; the store sees to it that it only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import IO, Any

from reports.column import Column
from reports.table import lay_out
from reports.writer import WRITERS
from storage.readonly import run_readonly

FORMATS = ("table", "csv", "json", "parquet")
BATCH = 1_000


def write_answer(sql: str, form: str, file: IO[bytes], *, seconds: float, rows: int) -> bool:
    """Run one SELECT and write what it gives; True when there were more than `rows` rows.

    StatementError says what is wrong with the statement, or that it took too long.
    """
    names, answer = run_readonly(sql, seconds, rows)
    names = _tell_apart(names)
    if form == "table":
        for line in lay_out(names, answer):
            file.write(f"{line}\n".encode())
    elif form == "parquet":
        _write_parquet(names, list(answer), file)
    else:
        writer = WRITERS[form](file, [Column(name, "any") for name in names])
        for batch in _batches(answer):
            writer.write(batch)
        writer.close()
    return answer.cut


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


def _write_parquet(names: Sequence[str], rows: Sequence[Sequence[Any]], file: IO[bytes]) -> None:
    """Types are taken from the values; a column of mixed ones becomes text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = []
    for column in columns:
        try:
            arrays.append(pa.array(column))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            arrays.append(pa.array([None if value is None else str(value) for value in column], pa.string()))
    pq.write_table(pa.table(dict(zip(names, arrays, strict=True))), file, compression="zstd")
