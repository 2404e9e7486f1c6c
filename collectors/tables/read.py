"""The rows of a handed-in CSV, XLSX or JSONL file, one after the other, however large it is; nothing is executed.

A row that cannot be read is refused with its line and the reason, and the next one is read.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import IO

from collectors.collector import ParseError
from collectors.json_body import load_json
from collectors.tables.column import count_known
from collectors.tables.xlsx import iter_sheet

Cell = str | int | float | bool | datetime | date | time | None

MAX_FIELD = 1_000_000  # characters of one cell that are read at all
MAX_LINE = 4_000_000
MAX_COLUMNS = 256
HEADER_WITHIN = 20  # rows; reports begin with a title and a date
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SEPARATORS = (";", ",", "\t", "|")
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: where it stands, and its cells by column."""

    line: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out: where it stands and, in one sentence, why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: its headers and its rows, which are read as they are asked for."""

    headers: tuple[str, ...]
    rows: Iterator[Row | RefusedRow]


@contextmanager
def open_table(path: Path, mapping: Mapping[str, str]) -> Iterator[Table]:
    """Open a file by what it is, not by its name; ParseError when it is no table."""
    with path.open("rb") as file:
        head = file.read(4096)
        file.seek(0)
        if not head.strip():
            raise ParseError(path.name, "is empty", permanent=True)
        if head.startswith(_OLD_EXCEL):
            raise ParseError(path.name, "is an old Excel file (.xls); save it as .xlsx or CSV", permanent=True)
        if head.startswith(b"PK\x03\x04"):
            yield _with_header(iter_sheet(file, path.name), mapping, path.name)
        elif head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"["):
            raise ParseError(path.name, "is one JSON list; write one object a line (JSONL)", permanent=True)
        elif head.lstrip(codecs.BOM_UTF8 + b" \t\r\n").startswith(b"{"):
            yield _open_lines(file, path.name)
        else:
            yield _with_header(_iter_csv(file), mapping, path.name)


def _with_header(rows: Iterator[tuple[int, list[Cell]] | RefusedRow], mapping: Mapping[str, str], name: str) -> Table:
    """The table below its header: the first row with two known headers, else the first with any cell."""
    first: list[tuple[int, list[Cell]] | RefusedRow] = []
    best, most = None, 1
    for row in rows:
        first.append(row)
        if not isinstance(row, RefusedRow):
            known = count_known((_write(cell) for cell in row[1]), mapping)
            if known > most or (best is None and any(_write(cell) for cell in row[1])):
                best, most = len(first) - 1, max(known, most)
        if len(first) >= HEADER_WITHIN or most > 2:
            break
    if best is None:
        raise ParseError(name, "holds no row", permanent=True)
    header = first[best]
    assert not isinstance(header, RefusedRow)
    headers = tuple(_write(cell) for cell in header[1])
    return Table(headers, _check_rows(_chain(first[best + 1 :], rows), len(headers)))


def _chain(
    first: Sequence[tuple[int, list[Cell]] | RefusedRow], rows: Iterator[tuple[int, list[Cell]] | RefusedRow]
) -> Iterator[tuple[int, list[Cell]] | RefusedRow]:
    yield from first
    yield from rows


def _check_rows(rows: Iterator[tuple[int, list[Cell]] | RefusedRow], width: int) -> Iterator[Row | RefusedRow]:
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        line, cells = row
        filled = {place: cell for place, cell in enumerate(cells) if cell is not None and cell != ""}
        if not filled:
            continue
        if max(filled) >= width:
            yield RefusedRow(line, f"has {max(filled) + 1} cells where the header has {width}")
        else:
            yield Row(line, filled)


def _iter_csv(file: IO[bytes]) -> Iterator[tuple[int, list[Cell]] | RefusedRow]:
    text = io.TextIOWrapper(file, encoding=_find_encoding(file), errors="replace", newline="")
    lines = _iter_lines(text)
    head = next(lines, "")
    separator = head[4:5] if head.lower().startswith("sep=") and len(head.strip()) == 5 else _find_separator(head)
    skipped = head.lower().startswith("sep=")
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(_put_back("" if skipped else head, lines), delimiter=separator)
    line = 1 + skipped
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            reason = f"has a cell of more than {MAX_FIELD:,} characters" if "limit" in str(error) else str(error)
            yield RefusedRow(line, reason)
        else:
            if any("\0" in cell for cell in cells):
                yield RefusedRow(line, "holds a NUL character")
            else:
                yield line, list(cells)
        line = reader.line_num + 1 + skipped
    text.detach()


def _put_back(head: str, lines: Iterator[str]) -> Iterator[str]:
    if head:
        yield head
    yield from lines


def _iter_lines(text: io.TextIOBase) -> Iterator[str]:
    """The lines of a text; of one that never ends only the beginning, so that memory stays flat."""
    while line := text.readline(MAX_LINE):
        yield line
        while len(line) == MAX_LINE and not line.endswith("\n"):
            line = text.readline(MAX_LINE)


def _find_encoding(file: IO[bytes]) -> str:
    """UTF-8 where every byte agrees, UTF-16 by its mark, else Windows-1252 as Excel saves it."""
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_MEGABYTE):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _find_separator(head: str) -> str:
    """The sign that stands most often in the first line, outside quotes."""
    outside = "".join(head.split('"')[::2])
    return max(_SEPARATORS, key=outside.count)


def _open_lines(file: IO[bytes], name: str) -> Table:
    """JSONL: the headers are the names of the first objects' members; later ones may have fewer."""
    headers: dict[str, int] = {}
    start = file.tell()
    for count, row in enumerate(_iter_objects(file, name)):
        if count >= HEADER_WITHIN * 5:
            break
        for member in row[1] if not isinstance(row, RefusedRow) else ():
            headers.setdefault(member, len(headers))
    file.seek(start)
    return Table(tuple(headers)[:MAX_COLUMNS], _place(_iter_objects(file, name), headers))


def _place(
    rows: Iterator[tuple[int, dict[str, Cell]] | RefusedRow], headers: dict[str, int]
) -> Iterator[Row | RefusedRow]:
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row
        else:
            filled = {
                headers[name]: cell for name, cell in row[1].items() if name in headers and cell not in (None, "")
            }
            yield Row(row[0], filled)


def _iter_objects(file: IO[bytes], name: str) -> Iterator[tuple[int, dict[str, Cell]] | RefusedRow]:
    line = 0
    while body := file.readline(MAX_LINE):
        line += 1
        if len(body) == MAX_LINE and not body.endswith(b"\n"):
            while len(body) == MAX_LINE and not body.endswith(b"\n"):
                body = file.readline(MAX_LINE)
            yield RefusedRow(line, f"is longer than {MAX_LINE:,} bytes")
            continue
        if not body.strip():
            continue
        try:
            record = load_json(body.removeprefix(codecs.BOM_UTF8), name)
        except ParseError as error:
            yield RefusedRow(line, error.what.replace("the answer", "it"))
            continue
        if isinstance(record, dict):
            yield line, dict(_flatten(record))
        else:
            yield RefusedRow(line, "is no JSON object")


def _flatten(record: Mapping[str, object]) -> Iterator[tuple[str, Cell]]:
    """Members as cells: {"author": {"name": …}} is the cell "author" where it has a name; else its JSON."""
    for name, value in record.items():
        if value is None or isinstance(value, str | int | float | bool):
            yield name, value
        elif isinstance(value, dict) and isinstance(value.get("name"), str):
            yield name, str(value["name"])
        else:
            yield name, json.dumps(value, ensure_ascii=False)


def _write(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
