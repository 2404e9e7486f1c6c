"""Files that somebody hands in: each row of a CSV, XLSX or JSONL file becomes an item, or is refused with the reason.

A row's identity is its id column, else a hash of what it says and how many equal rows stood before it, so that
handing in the same file twice changes nothing (docs/decisions/0043).
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import sha256
from itertools import islice
from pathlib import Path

from collectors.comments.date import Order, find_order, swap_days
from collectors.dates import Stated, parse_date
from collectors.item import MAX_AUTHOR, MAX_RAW, MAX_TEXT, MAX_TITLE, Author, Item, Kind
from collectors.markup import clean
from collectors.tables.column import Field, map_columns
from collectors.tables.read import Cell, RefusedRow, Row, open_table

MAX_ID = 512
SAMPLE = 1_000  # rows by which the order of day and month is told
_KINDS: Mapping[str, Kind] = {kind: kind for kind in ("comment", "post", "article", "review", "message")}
# Excel counts days from here (its 29 February 1900, which never was, included).
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a calendar's zero; the zone is the table's


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The first rows of a file as they would be stored, and how its columns were understood."""

    columns: Mapping[str, str | None]  # header → field, None for a column that is left out
    items: tuple[Item, ...]
    refused: tuple[RefusedRow, ...]


def import_items(path: Path, mapping: Mapping[str, str], zone: tzinfo) -> Iterator[Item | RefusedRow]:
    """Each row as an item, or refused with its line and one sentence; in constant memory, but 16 bytes a row.

    `mapping` is column = field; `zone` is that of times which name none. ParseError when the file is no table,
    or when no column holds a text.
    """
    mapping = dict(mapping)
    order = _find_order(path, mapping)
    with open_table(path, mapping) as table:
        reader = _RowReader(table.headers, map_columns(table.headers, mapping, path.name), zone, order)
        for row in table.rows:
            yield row if isinstance(row, RefusedRow) else reader.read(row)


def preview_table(path: Path, mapping: Mapping[str, str], zone: tzinfo, rows: int = 10) -> Preview:
    """The first rows as they would be stored; reads no more of the file than it must."""
    with open_table(path, mapping) as table:
        columns = map_columns(table.headers, mapping, path.name)
        named: dict[str, str | None] = {header: columns.get(place) for place, header in enumerate(table.headers)}
    found = tuple(islice(import_items(path, mapping, zone), rows))
    return Preview(
        columns=named,
        items=tuple(one for one in found if isinstance(one, Item)),
        refused=tuple(one for one in found if isinstance(one, RefusedRow)),
    )


def _find_order(path: Path, mapping: Mapping[str, str]) -> Order | None:
    """Whether the table writes "11/25/2026", as its first rows show; day first where nothing shows."""
    with open_table(path, mapping) as table:
        columns = map_columns(table.headers, mapping, path.name)
        place = next((place for place, field in columns.items() if field == "date"), None)
        if place is None:
            return None
        lines = [str(row.cells.get(place, "")) for row in islice(table.rows, SAMPLE) if isinstance(row, Row)]
    return find_order(lines, None)


class _RefusedError(Exception):
    """Why a row is left out."""


class _RowReader:
    """Makes items of the rows of one table."""

    def __init__(
        self, headers: tuple[str, ...], columns: Mapping[int, Field], zone: tzinfo, order: Order | None
    ) -> None:
        self._headers = headers
        self._columns = columns
        self._zone = zone
        self._order = order
        self._seen = _Tally()

    def read(self, row: Row) -> Item | RefusedRow:
        """The item of a row, or why there is none."""
        fields = {field: row.cells[place] for place, field in self._columns.items() if place in row.cells}
        try:
            return self._make_item(fields, row)
        except _RefusedError as error:
            return RefusedRow(row.line, str(error))

    def _make_item(self, fields: Mapping[Field, Cell], row: Row) -> Item:
        text = _read_text(fields)
        stated = self._read_date(fields.get("date"), fields.get("time"))
        edited = self._read_date(fields.get("edited"), None)
        rating = _read_rating(fields.get("rating"))
        thread, parent = _line(fields, "thread", MAX_ID), _line(fields, "parent", MAX_ID)
        return Item(
            external_id=self._identify(fields, text),
            kind=_read_kind(fields, rating),
            url=_read_url(_line(fields, "url", 4_000)),
            title=_line(fields, "title", MAX_TITLE),
            text=text,
            author=Author(
                name=_line(fields, "author", MAX_AUTHOR), url=_read_url(_line(fields, "author_url", 4_000))
            ),
            parent=parent,
            thread=thread,
            published=stated.at if stated else None,
            published_precision=stated.precision if stated else None,
            edited=edited.at if edited else None,
            language=_line(fields, "language", 16),
            reactions={} if rating is None else {"rating": rating},
            publisher=_line(fields, "publisher", MAX_AUTHOR),
            raw=self._write(row),
        )

    def _read_date(self, cell: Cell, clock: Cell) -> Stated | None:
        if cell is None:
            return None
        stated = _read_moment(cell, clock, self._zone, self._order)
        if stated is None:
            raise _RefusedError(f'its date "{str(cell)[:40]}" cannot be read')
        return stated

    def _identify(self, fields: Mapping[Field, Cell], text: str) -> str:
        given = _line(fields, "id", 10 * MAX_ID)
        if given is not None:
            if len(given) > MAX_ID:
                raise _RefusedError(f"its id has {len(given):,} characters, more than {MAX_ID}")
            return given
        said = [str(fields.get(field, "")).strip() for field in ("author", "date", "time", "title", "url", "parent")]
        digest = sha256("\0".join([text, *said]).encode("utf-8", "replace"))
        before = self._seen.count(int.from_bytes(digest.digest()[:8], "big"))
        return f"row:{digest.hexdigest()[:32]}" + (f":{before + 1}" if before else "")

    def _write(self, row: Row) -> str:
        cells = {self._headers[place]: cell for place, cell in row.cells.items()}
        return json.dumps(cells, ensure_ascii=False, default=str)[:MAX_RAW]


class _Tally:
    """Counts equal 64-bit numbers in 16 bytes each: open addressing, since a set of a million takes 100 MB."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 << 10))
        self._used = 0
        self._again: dict[int, int] = {}

    def count(self, number: int) -> int:
        """How often the number came before."""
        number = number or 1  # zero marks a free slot
        if self._add(number):
            return 0
        self._again[number] = self._again.get(number, 0) + 1
        return self._again[number]

    def _add(self, number: int) -> bool:
        if 2 * self._used >= len(self._slots):
            self._grow()
        mask = len(self._slots) - 1
        place = number & mask
        while (there := self._slots[place]) != 0:
            if there == number:
                return False
            place = (place + 1) & mask
        self._slots[place] = number
        self._used += 1
        return True

    def _grow(self) -> None:
        old, self._used = self._slots, 0
        self._slots = array("Q", bytes(16 * len(old)))
        for number in old:
            if number:
                self._add(number)


def _read_text(fields: Mapping[Field, Cell]) -> str:
    written = _write(fields.get("text"))
    if len(written) > MAX_TEXT:
        raise _RefusedError(f"its text has {len(written):,} characters, more than {MAX_TEXT:,}")
    text = clean(written)
    if not text:
        raise _RefusedError("it has no text")
    return text


def _read_moment(cell: Cell, clock: Cell, zone: tzinfo, order: Order | None) -> Stated | None:
    if isinstance(cell, datetime):
        return _read_datetime(_with_clock(cell, clock), zone, exact=isinstance(clock, time))
    if isinstance(cell, date):
        return _read_datetime(datetime(cell.year, cell.month, cell.day), zone, exact=False)  # noqa: DTZ001
    written = _write(cell)
    serial = _read_serial(written)
    if serial is not None:
        return _read_datetime(_with_clock(serial, clock), zone, exact=False)
    if order == "month":
        written = swap_days(written)
    return parse_date(f"{written} {_write(clock)}".strip(), zone) or (parse_date(written, zone) if clock else None)


def _with_clock(day: datetime, clock: Cell) -> datetime:
    return datetime.combine(day.date(), clock) if isinstance(clock, time) and day.time() == time() else day


def _read_datetime(moment: datetime, zone: tzinfo, *, exact: bool) -> Stated | None:
    """A spreadsheet's date: midnight sharp is a mere day."""
    if not 1900 <= moment.year < 9999:
        return None
    if moment.tzinfo is None and moment.time() == time() and not exact:
        return Stated(datetime(moment.year, moment.month, moment.day, 12, tzinfo=UTC), "day")
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return Stated(local.astimezone(UTC).replace(microsecond=0), "second" if local.second else "minute")


def _read_serial(written: str) -> datetime | None:
    """A date as Excel counts it: days since 1899, from 1954 to 2118."""
    try:
        days = float(written.replace(",", "."))
    except ValueError:
        return None
    return _EXCEL_EPOCH + timedelta(seconds=round(days * 86_400)) if 20_000 <= days < 80_000 else None


def _read_rating(cell: Cell) -> int | None:
    """One to five stars: "4", "4,0", "4/5", "FOUR" (Google), "★★★★"; anything else is no rating."""
    written = _write(cell).upper()
    if not written:
        return None
    words = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
    number = words.get(written) or written.count("★") or written.partition("/")[0].strip().replace(",", ".")
    try:
        stars = round(float(number))
    except ValueError:
        return None
    return stars if 1 <= stars <= 5 else None


def _read_kind(fields: Mapping[Field, Cell], rating: int | None) -> Kind:
    return _KINDS.get(_write(fields.get("kind")).lower(), "comment" if rating is None else "review")


def _read_url(written: str | None) -> str | None:
    if written is None or any(letter.isspace() for letter in written):
        return None
    if written.lower().startswith(("http://", "https://")):
        return written
    return f"https://{written}" if written.lower().startswith("www.") else None


def _line(fields: Mapping[Field, Cell], field: Field, limit: int) -> str | None:
    return " ".join(clean(_write(fields.get(field)), limit).split()) or None


def _write(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date | time) else str(cell)
