"""What the help page of the search shows: examples to try, and every field with its values."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.refusal import speaks_indonesian
from storage.vocabulary import FIELDS

# A search, and what it finds.
EXAMPLES: tuple[tuple[str, str | Promise], ...] = (
    ("loket izin", _("kedua kata, dalam segala bentuknya: “izin” juga menemukan “perizinan” dan “mengizinkan”")),
    ('"syarat izin"', _("kata-kata ini berdampingan")),
    ("izin -parkir", _("dengan kata pertama, tanpa kata kedua")),
    ("izin ATAU ijin", _("salah satu dari keduanya (juga OR)")),
    ("(izin ATAU ijin) loket", _("tanda kurung menyatukan")),
    ("status:baru jenis:keluhan", _("keluhan yang belum ditangani")),
    ("status:baru,diproses", _("salah satu dari beberapa isi")),
    ("-kanal:berita dalam:3mgg", _("tiga minggu terakhir, tanpa berita")),
    ("petugas:saya adalah:terbuka", _("yang menjadi giliran saya")),
    ("sejak:1/11/2026 sebelum:1/12/2026", _("dari tanggal pertama sampai sebelum tanggal kedua")),
)
_MEANINGS: dict[str, str | Promise] = {
    "tag": _("jenis sebutan"),
    "topic": _("topik, beserta topik di bawahnya"),
    "status": _("sudah sampai di mana"),
    "source": _("nama sumber, atau sebagian darinya"),
    "channel": _("kanal"),
    "author": _("nama penulis; dengan @ di depannya nama akunnya"),
    "assignee": _("nama petugas, “saya”, atau “tanpa”"),
    "lang": _("bahasa teksnya"),
    "term": _("kata kunci yang dipantau"),
    "kind": _("bentuk kiriman"),
    "story": _("nomor cerita yang sama di beberapa media"),
    "has": _("yang memiliki sesuatu"),
    "is": _("keadaan lain"),
    "before": _("terbit sebelum tanggal ini"),
    "after": _("terbit pada tanggal ini atau sesudahnya"),
    "within": _("terbit dalam waktu terakhir: jam, hari, mgg, bln, thn"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldHelp:
    """A field as it is written, what it means, its values, its other names."""

    name: str
    meaning: str | Promise
    values: str
    others: str


def list_fields() -> list[FieldHelp]:
    """Every field, in the reader's language first."""
    spoken = speaks_indonesian()
    return [
        FieldHelp(
            name=f"{field.spoken if spoken else field.name}:",
            meaning=_MEANINGS[field.name],
            values=", ".join(words[0] if spoken else value for value, words in (field.values or {}).items()),
            others=", ".join(f"{name}:" for name in field.names if name != (field.spoken if spoken else field.name)),
        )
        for field in FIELDS
    ]
