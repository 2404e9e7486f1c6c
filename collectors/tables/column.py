"""Which column of a handed-in table holds what: known headers in Indonesian and English, or what `--map` says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from collectors.collector import ParseError

Field = Literal[
    "id", "text", "title", "author", "author_url", "date", "time", "edited", "url", "rating", "parent", "thread",
    "kind", "language", "publisher",
]  # fmt: skip
FIELDS: tuple[str, ...] = get_args(Field)

# What each field is called in the files of agencies, of their social media and review services, and in our own
# exports; of two columns for one field, the name that stands first here wins.
_HEADERS: dict[Field, str] = {
    "id": "external_id|id|tracking id|trackingid|tracking|nomor tiket|no tiket|id komentar|comment id|"
    "id ulasan|review id|id pengaduan|nomor pengaduan|no pengaduan|kode|nomor laporan|no laporan|"
    "id laporan|message id|post id|ticket",
    "text": "text|teks|isi komentar|komentar|isi ulasan|ulasan|isi pengaduan|isi laporan|isi aduan|aduan|"
    "pengaduan|laporan|isi pesan|pesan|isi|comment|comments|comment text|review|review text|message|"
    "body|content|konten|caption|masukan|kritik dan saran|saran|keluhan|pertanyaan|tanggapan|testimoni|"
    "deskripsi|uraian|description",
    "title": "title|judul|judul laporan|judul pengaduan|subjek|subject|perihal|topik|headline",
    "author": "author|nama|nama lengkap|nama pengirim|pengirim|nama pelapor|pelapor|penulis|"
    "nama pengguna|pengguna|user|username|name|nama akun|akun|from|dari|reviewer|nama pemohon|pemohon|"
    "author name|nama pengunjung",
    "author_url": "author_url|author url|profil|profile|profile url|tautan profil|link profil",
    "date": "published|tanggal|tgl|tanggal komentar|tanggal laporan|tanggal pengaduan|tanggal ulasan|"
    "waktu|tanggal dibuat|date|datetime|timestamp|created|created at|created time|tanggal kirim|"
    "dikirim|tanggal masuk|waktu komentar|hari tanggal|tanggal waktu|tanggal dan waktu|published at|"
    "posted",
    "time": "jam|pukul|time|waktu kirim",
    "edited": "edited|diubah|tanggal diubah|updated|updated at|modified",
    "url": "url|tautan|link|permalink|alamat|href|comment url|link komentar",
    "rating": "rating|bintang|nilai|skor|star|stars|star rating|score|penilaian",
    "parent": "parent|balasan untuk|in reply to|induk|parent id|membalas",
    "thread": "thread|utas|id postingan|thread id|video id",
    "kind": "kind|jenis item",
    "language": "language|bahasa|lang",
    "publisher": "publisher|media|penerbit|sumber berita|outlet",
}  # fmt: skip
_KNOWN = {name: (field, rank) for field, names in _HEADERS.items() for rank, name in enumerate(names.split("|"))}
_SEPARATORS = re.compile(r"[\W_]+")


def fold_header(header: str) -> str:
    """A header as it is compared: lower case, its words separated by one blank."""
    return _SEPARATORS.sub(" ", header.casefold()).strip()


_FOLDED = {fold_header(name): found for name, found in _KNOWN.items()}


def count_known(headers: Iterable[str], mapping: Mapping[str, str]) -> int:
    """How many of some cells are headers we know or were told: a table's title line holds none."""
    told = {fold_header(column) for column in mapping}
    return sum(1 for header in headers if fold_header(header) in _FOLDED or fold_header(header) in told)


def map_columns(headers: Sequence[str], mapping: Mapping[str, str], subject: str) -> dict[int, Field]:
    """The field of each column by its place; ParseError names what cannot be.

    `mapping` is column = field; an empty field or "-" leaves a column out. It goes before what the headers say.
    """
    places = {fold_header(header): place for place, header in reversed(list(enumerate(headers)))}
    columns: dict[int, Field] = {}
    ignored: set[int] = set()
    for column, name in mapping.items():
        place = places.get(fold_header(column))
        if place is None:
            raise ParseError(subject, f'has no column "{column}"; its columns are {_list(headers)}', permanent=True)
        if name in ("", "-"):
            ignored.add(place)
        else:
            columns[place] = check_field(name, subject)
    taken = set(columns.values())
    ranked = sorted(
        (_FOLDED[folded][1], place, _FOLDED[folded][0])
        for place, header in enumerate(headers)
        if (folded := fold_header(header)) in _FOLDED and place not in columns and place not in ignored
    )
    for _, place, field in ranked:
        if field not in taken:
            taken.add(field)
            columns[place] = field
    if "text" not in taken:
        what = (
            f"no column for the text was found among {_list(headers)}; name it with a map such as {_example(headers)}"
        )
        raise ParseError(subject, what, permanent=True)
    return dict(sorted(columns.items()))


def check_field(name: str, subject: str) -> Field:
    """The field of this name; ParseError lists those there are."""
    if name not in FIELDS:
        raise ParseError(subject, f'no field is called "{name}"; the fields are {", ".join(FIELDS)}', permanent=True)
    return name  # type: ignore[return-value]


def _list(headers: Sequence[str]) -> str:
    shown = [f'"{header[:40]}"' for header in headers[:30] if header.strip()]
    return ", ".join(shown) + (" …" if len(headers) > 30 else "") if shown else "none at all"


def _example(headers: Sequence[str]) -> str:
    return f'"{next((header for header in headers if header.strip()), "column")[:40]}=text"'
