"""Rows of text and numbers into a file of one format each; a foreign text never becomes a formula (W9)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol

from reports.column import Column

Row = Sequence[Any]
# What a spreadsheet may take for the start of a formula; the last four are their full-width twins.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
SHEET_ROWS = 1_048_576
CELL = 32_767  # characters that a spreadsheet's cell holds


class Writer(Protocol):
    """Takes rows batch by batch and keeps none of them."""

    def write(self, rows: Iterable[Row]) -> None: ...

    def close(self) -> list[str]:
        """Finish the file; sentences about what did not fit into it."""


def _spell(value: Any) -> Any:
    """A value as JSON and CSV spell it: times by ISO 8601 with their zone."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes | memoryview) else value


def _spell_json(value: Any) -> Any:
    """What JSON has no word for: numbers of the database stay numbers, all else becomes text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    spelled = _spell(value)
    return str(value) if spelled is value else spelled


class JsonLinesWriter:
    """One JSON object a line."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._file = file
        self._names = [column.name for column in columns]
        self._encode = json.JSONEncoder(ensure_ascii=False, default=_spell_json).encode

    def write(self, rows: Iterable[Row]) -> None:
        encode, names = self._encode, self._names
        lines = [encode(dict(zip(names, row, strict=True))) for row in rows]
        self._file.write(("\n".join(lines) + "\n").encode() if lines else b"")

    def close(self) -> list[str]:
        return []


class JsonWriter:
    """One JSON list of objects, an object a line."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._file = file
        self._buffer = io.BytesIO()
        self._lines = JsonLinesWriter(self._buffer, columns)
        self._begun = False

    def write(self, rows: Iterable[Row]) -> None:
        self._lines.write(rows)
        for line in self._buffer.getvalue().splitlines():
            self._file.write((b",\n" if self._begun else b"[") + line)
            self._begun = True
        self._buffer.seek(0)
        self._buffer.truncate()

    def close(self) -> list[str]:
        self._file.write(b"]\n" if self._begun else b"[]\n")
        return []


class CsvWriter:
    """Comma-separated, UTF-8, names in the first line. An apostrophe goes before what looks like a formula."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        # "\r\n": with "\n" alone, Python's csv leaves a lone carriage return unquoted.
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        self._csv.writerow([_disarm(column.name) for column in columns])
        self._spell = [_SPELL_CSV[column.holds] for column in columns]

    def write(self, rows: Iterable[Row]) -> None:
        self._csv.writerows([spell(value) for spell, value in zip(self._spell, row, strict=True)] for row in rows)

    def close(self) -> list[str]:
        self._text.flush()
        self._text.detach()
        return []


def _disarm(value: Any) -> Any:
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA) else value


def _join(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else _spell(value)


def _keep(value: Any) -> Any:
    return value


def _disarm_any(value: Any) -> Any:
    return _disarm(_join(value))


# By what a column holds, because asking every cell what it is takes a third of the time of an export.
_SPELL_CSV: dict[str, Callable[[Any], Any]] = {
    "text": _disarm,
    "texts": _disarm_any,
    "number": _keep,
    "real": _keep,
    "time": _spell,
    "any": _disarm_any,
}


class XlsxWriter:
    """Excel, written row by row; what is longer than a sheet goes on in the next one.

    Texts are stored as texts and marked as such (`quote_prefix`, the apostrophe that Excel itself would put), so
    that they stay texts when somebody edits the cell, and still read back as they were.
    """

    def __init__(self, file: IO[bytes], columns: Sequence[Column], folder: Path | None = None) -> None:
        import xlsxwriter

        options = {"constant_memory": True, "tmpdir": str(folder) if folder else None}
        self._book = xlsxwriter.Workbook(file, options)
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._bold = self._book.add_format({"bold": True})
        self._columns = columns
        self._sheets = self._cut = 0
        self._add_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if self._next == SHEET_ROWS:
                self._add_sheet()
            for place, (column, value) in enumerate(zip(self._columns, row, strict=True)):
                if value is not None:
                    self._write_cell(place, column, _join(value))
            self._next += 1

    def _add_sheet(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(f"Kentongan {self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.name, self._bold)
        self._next = 1

    def _write_cell(self, place: int, column: Column, value: Any) -> None:
        # An id has more digits than Excel's numbers keep.
        if isinstance(value, bool) or (isinstance(value, int | float) and column.name not in {"id", "story"}):
            self._sheet.write(self._next, place, value)
            return
        text = str(value)
        if len(text) > CELL:
            text, self._cut = text[: CELL - 1] + "…", self._cut + 1
        self._sheet.write_string(self._next, place, text, self._quoted if text.startswith(FORMULA) else None)

    def close(self) -> list[str]:
        self._book.close()
        notes = []
        if self._cut:
            many = "1 text was" if self._cut == 1 else f"{self._cut:,} texts were"
            notes.append(f"{many} cut to the {CELL:,} characters of a cell; jsonl keeps every character")
        if self._sheets > 1:
            notes.append(f"{self._sheets} sheets: one holds {SHEET_ROWS:,} rows at the most")
        return notes


class ParquetWriter:
    """Apache Parquet in row groups, for DuckDB, Spark, pandas."""

    GROUP_ROWS = 50_000
    GROUP_BYTES = 32 * 1024**2

    def __init__(self, file: IO[bytes], columns: Sequence[Column]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._arrow = pa
        types = {
            "text": pa.string(),
            "texts": pa.list_(pa.string()),
            "number": pa.int64(),
            "real": pa.float64(),
            "time": pa.timestamp("us", tz="UTC"),
        }
        self._schema = pa.schema([(column.name, types[column.holds]) for column in columns])
        self._parquet = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._waiting: list[Any] = []

    def write(self, rows: Iterable[Row]) -> None:
        columns = list(zip(*rows, strict=True))
        if not columns:
            return
        arrays = [self._arrow.array(c, field.type) for c, field in zip(columns, self._schema, strict=True)]
        self._waiting.append(self._arrow.record_batch(arrays, schema=self._schema))
        count = sum(batch.num_rows for batch in self._waiting)
        if count >= self.GROUP_ROWS or sum(batch.nbytes for batch in self._waiting) >= self.GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._parquet.write_table(self._arrow.Table.from_batches(self._waiting))
            self._waiting.clear()

    def close(self) -> list[str]:
        self._flush()
        self._parquet.close()
        return []


WRITERS: dict[str, Callable[[IO[bytes], Sequence[Column]], Writer]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "json": JsonWriter,
    "xlsx": XlsxWriter,
    "parquet": ParquetWriter,
}
