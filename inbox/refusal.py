"""Why a search is not understood, in the reader's language; the codes are storage/refusal.py's."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from storage.refusal import QueryError
from storage.vocabulary import FIELDS, find_field

_SENTENCES = {
    "too_long": gettext_lazy("Pencarian paling panjang %(most)s huruf."),
    "too_deep": gettext_lazy("Tanda kurung paling dalam %(most)s tingkat."),
    "too_many": gettext_lazy("Pencarian paling banyak %(most)s bagian."),
    "quote_open": gettext_lazy("Tanda kutip ini belum ditutup. Tambahkan tanda kutip di akhir frasa."),
    "bracket_open": gettext_lazy("Tanda kurung ini belum ditutup."),
    "bracket_closed": gettext_lazy("Tanda kurung ini tidak pernah dibuka."),
    "missing": gettext_lazy("Di sini kurang sebuah kata atau saringan."),
    "nothing": gettext_lazy("Tidak ada huruf atau angka yang bisa dicari."),
    "no_letter": gettext_lazy("“%(value)s” tidak berisi huruf atau angka yang bisa dicari."),
    "no_field": gettext_lazy("Tidak ada saringan “%(field)s:”. Yang ada: %(fields)s"),
    "no_field_like": gettext_lazy("Tidak ada saringan “%(field)s:”. Maksud Anda “%(likely)s:”?"),
    "no_value": gettext_lazy("Setelah “%(field)s:” kurang isinya."),
    "one_of": gettext_lazy("“%(value)s” tidak dikenal. Isi “%(field)s:” dengan salah satu dari: %(values)s"),
    "no_day": gettext_lazy("“%(value)s” bukan tanggal. Tulis seperti 2026-11-24, 24/11/2026 atau kemarin."),
    "no_span": gettext_lazy("“%(value)s” bukan lama waktu. Tulis seperti 12jam, 3hari, 2mgg, 6bln atau 1thn."),
    "no_number": gettext_lazy("“%(field)s:” diisi nomor cerita, bukan “%(value)s”."),
    "no_source": gettext_lazy("Tidak ada sumber “%(value)s”."),
    "no_source_like": gettext_lazy("Tidak ada sumber “%(value)s”. Maksud Anda “%(likely)s”?"),
    "no_topic": gettext_lazy("Tidak ada topik “%(value)s”."),
    "no_topic_like": gettext_lazy("Tidak ada topik “%(value)s”. Maksud Anda “%(likely)s”?"),
    "no_person": gettext_lazy("Tidak ada petugas “%(value)s”."),
    "no_person_like": gettext_lazy("Tidak ada petugas “%(value)s”. Maksud Anda “%(likely)s”?"),
    "who": gettext_lazy("“%(value)s” hanya bisa dipakai oleh orang yang masuk. Tulis sebuah nama."),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A search cut where it goes wrong, and the sentence why."""

    before: str
    wrong: str
    after: str
    what: str


def point_at(search: str, error: QueryError) -> Refusal:
    """Cut a search where it goes wrong."""
    start = min(error.position, len(search))
    end = min(start + error.length, len(search))
    return Refusal(before=search[:start], wrong=search[start:end], after=search[end:], what=tell_refusal(error))


def tell_refusal(error: QueryError) -> str:
    """The sentence; fields and their values as this reader is offered them."""
    values = dict(error.values)
    field = find_field(str(values.get("field", "")))
    if field is not None:
        values["field"] = field.spoken if speaks_indonesian() else field.name
        if field.values and speaks_indonesian():
            values["values"] = ", ".join(words[0] for words in field.values.values())
    if "fields" in values:
        values["fields"] = ", ".join((each.spoken if speaks_indonesian() else each.name) + ":" for each in FIELDS)
    return str(_SENTENCES[error.code]) % values if error.code in _SENTENCES else _("Pencarian ini tidak dimengerti.")


def speaks_indonesian() -> bool:
    """Does this reader read Indonesian? Then the search language is offered in it too."""
    return (get_language() or "id").startswith("id")
