"""Files around a store of a million mentions: those to hand in, and how many rows those hold that came out."""

from __future__ import annotations

import csv
import json
import random
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

from bench.bench_save import NOW
from bench.million_store import Town

_CHUNK = 1 << 20


def write_table(path: Path, rows: int) -> None:
    """A CSV as an office's complaint system gives it: no identity of its own, local times."""
    town, dice = Town(rows), random.Random(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("Tanggal", "Nama", "Isi Aduan", "Judul"))
        for number in range(rows):
            text = " ".join(dice.choices(town._words, town._weights, k=dice.randint(5, 60)))
            when = NOW - timedelta(seconds=dice.randrange(3 * 365 * 86_400))
            table.writerow((f"{when:%d/%m/%Y %H:%M}", text[:12], text, f"Aduan {number}"))


def count_rows(path: Path, form: str) -> int:
    """The mentions in an export."""
    if form == "csv":
        with path.open(encoding="utf-8", newline="") as text:
            return sum(1 for _ in csv.reader(text)) - 1
    if form == "parquet":
        import pyarrow.parquet as pq

        return int(pq.read_metadata(path).num_rows)
    if form == "xlsx":
        return _count_sheet_rows(path)
    with path.open("rb") as file:
        return sum(1 for line in file if json.loads(line))


def _count_sheet_rows(path: Path) -> int:
    rows = 0
    with ZipFile(path) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/sheet"):
                rows -= 1  # its names
                with book.open(name) as sheet:
                    rest = b""
                    while chunk := sheet.read(_CHUNK):
                        rows += (rest + chunk).count(b"<row ")
                        rest = chunk[-4:]
    return rows
