"""Why a row or a file was refused, in the reader's language: the collectors say it in English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What the collectors write (collectors/tables/), and the same as officers say it; named parts go over as they are.
_REASONS: Sequence[tuple[str, str | Promise]] = (
    (r"it has no text", _("teksnya kosong")),
    (r'its date "(?P<date>.*)" cannot be read', _('tanggalnya "%(date)s" tidak dapat dibaca')),
    (
        r"its id has (?P<count>[\d,]+) characters, more than (?P<most>[\d,]+)",
        _("nomornya terlalu panjang (%(count)s huruf, paling banyak %(most)s)"),
    ),
    (
        r"its text has (?P<count>[\d,]+) characters, more than (?P<most>[\d,]+)",
        _("teksnya terlalu panjang (%(count)s huruf, paling banyak %(most)s)"),
    ),
    (
        r"has (?P<count>\d+) cells where the header has (?P<most>\d+)",
        _("ada %(count)s sel, padahal judul kolomnya hanya %(most)s"),
    ),
    (r"has a cell of more than (?P<most>[\d,]+) characters", _("satu selnya lebih dari %(most)s huruf")),
    (r"is longer than (?P<most>[\d,]+) bytes", _("barisnya terlalu panjang")),
    (r"holds a NUL character", _("memuat huruf rusak (NUL)")),
    (r"is no JSON object", _("bukan objek JSON")),
    (r"is empty", _("Berkas ini kosong.")),
    (r"holds no row", _("Berkas ini tidak memuat baris.")),
    (r"is an old Excel file .*", _("Ini berkas Excel lama (.xls). Simpan sebagai .xlsx atau CSV, lalu unggah lagi.")),
    (r"is one JSON list; .*", _("Ini satu daftar JSON. Simpan satu objek tiap baris (JSONL), lalu unggah lagi.")),
    (
        r"no column for the text was found.*",
        _("Kolom mana yang berisi teks? Pilih “Teks” untuk salah satu kolom di bawah ini."),
    ),
    (
        r"(is no readable workbook|is damaged|is a ZIP file|declares entities|would unpack to).*",
        _("Berkas Excel ini rusak."),
    ),
    (r".*is being collected by another process", _("Impor dengan nama ini sedang berjalan. Coba lagi sebentar.")),
)
_COMPILED = [(re.compile(pattern, re.DOTALL), words) for pattern, words in _REASONS]


def tell_reason(reason: str) -> str:
    """One sentence; what nobody translated is shown as it was written."""
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(reason):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return reason
