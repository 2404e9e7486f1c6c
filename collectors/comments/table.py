"""Guest books kept as tables or as labelled lines, as many offices' websites do: "Nama: … Tanggal: … Pesan: …"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from collectors.comments.author import clean_name
from collectors.comments.part import inner_markup
from collectors.comments.read import Draft
from collectors.comments.repeat import is_guestbook
from collectors.item import MAX_RAW
from collectors.markup import to_line, to_text

_FIELDS = {
    "author": "nama|nama lengkap|nama pengirim|pengirim|name|nama pengunjung|nama pemohon|dari|penulis|pelapor|from|"
    "author",
    "date": "tanggal|tgl|waktu|tanggal kirim|tanggal posting|date|datum|hari/tanggal|hari, tanggal|hari tanggal|"
    "dikirim|"
    "tgl kirim|posted|pada|time|tanggal pengaduan|tanggal input",
    "text": "pesan|komentar|isi|isi pesan|isi komentar|kesan|saran|kesan dan pesan|kesan & pesan|pesan dan kesan|"
    "kritik dan saran|kritik & saran|saran dan kritik|tanggapan|ulasan|testimoni|aduan|pengaduan|isi pengaduan|"
    "pertanyaan|"
    "message|comment|comments|kommentar|nachricht|eintrag|uraian|isi aduan|masukan|komentar/pesan|saran/kritik",
    "answer": "jawaban|balasan|jawab|respon|tanggapan admin|answer|reply|jawaban admin|tindak lanjut",
    "title": "judul|subjek|subject|perihal|topik|betreff|title",
    "url": "website|situs|url|homepage|web",
}
_LABELS = {label: field for field, labels in _FIELDS.items() for label in labels.split("|")}
_LABELLED = re.compile(r"^\s*([^\W\d_][\w &/,]{1,24}?)\s*[::]\s*(.*)$")
MAX_ROWS = 5_000


def read_tables(tree: HtmlElement, guestbook: bool | None = None) -> list[Draft]:
    """The entries of the page's tables that have a column or a row for a name and one for a text."""
    drafts: list[Draft] = []
    for table in tree.iter("table"):
        rows = [
            [to_line(inner_markup(cell)) for cell in row if cell.tag in ("td", "th")] for row in _iter_rows(table)
        ]
        cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in _iter_rows(table)]
        drafts += _read_columns(rows, cells) or _read_labels(_iter_pairs(rows))
    if not drafts and (is_guestbook(tree) if guestbook is None else guestbook):
        body = tree.find("body")
        drafts = _read_labels(_iter_lines(body if body is not None else tree))
    return drafts


def _iter_rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """The rows of this table, not of the tables in it."""
    for part in table:
        if part.tag == "tr":
            yield part
        elif part.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in part if row.tag == "tr")


def _read_columns(rows: list[list[str]], cells: list[list[HtmlElement]]) -> list[Draft]:
    """Rows under a head that names the columns."""
    if len(rows) < 2:
        return []
    columns = [_LABELS.get(label.strip(" :*").lower()) for label in rows[0]]
    if "text" not in columns or "author" not in columns:
        return []
    drafts = []
    for row, boxes in zip(rows[1:MAX_ROWS], cells[1:], strict=False):
        if len(row) != len(columns):
            continue
        entry = {column: value for column, value in zip(columns, row, strict=True) if column}
        entry["text"] = to_text(inner_markup(boxes[columns.index("text")]))
        drafts += _make_drafts(entry)
    return drafts


def _iter_pairs(rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Label and value of each row: "Nama" ":" "Budi", or "Nama : Budi" in one cell."""
    for row in rows[:MAX_ROWS]:
        filled = [cell for cell in row if cell.strip(" :")]
        if len(filled) >= 2 and len(filled) <= 3:
            yield filled[0].strip(" :*"), filled[1].lstrip(": ")
        elif len(filled) == 1 and (match := _LABELLED.match(filled[0])):
            yield match[1], match[2]


def _iter_lines(body: HtmlElement) -> Iterator[tuple[str, str]]:
    """Label and value of each line of text; a line without a known label goes on with the one before."""
    label, value = "", ""
    for line in to_text(inner_markup(body)).split("\n"):
        match = _LABELLED.match(line)
        if match and match[1].strip().lower() in _LABELS:
            yield label, value
            label, value = match[1].strip(), match[2]
        elif not line.strip():
            yield label, value
            label, value = "", ""
        elif label:
            value = f"{value}\n{line}".strip()
    yield label, value


def _read_labels(pairs: Iterable[tuple[str, str]]) -> list[Draft]:
    """Entries of labelled values; a label that comes again begins the next entry."""
    drafts: list[Draft] = []
    entry: dict[str, str] = {}
    for label, value in pairs:
        field = _LABELS.get(label.lower())
        if field is None or not value.strip():
            continue
        if field in entry:
            drafts += _make_drafts(entry)
            entry = {}
        entry[field] = value
    return [*drafts, *_make_drafts(entry)]


def _make_drafts(entry: dict[str, str]) -> list[Draft]:
    """The entry, and the office's answer to it where the book shows one."""
    text, author = entry.get("text", "").strip(), clean_name(entry.get("author", ""))
    if not text or author is None:
        return []
    draft = Draft(text=text, author=author, title=entry.get("title"), raw="\n".join(entry.values())[:MAX_RAW])
    if entry.get("date"):
        draft.moments = [(entry["date"], False)]
    if entry.get("url", "").startswith(("http://", "https://")):
        draft.author_url = entry["url"]
    answer = entry.get("answer", "").strip(" -")
    return [draft, Draft(text=answer, parent=draft)] if answer else [draft]
