"""What codes of the store are called on a page. One word for one thing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, "str | Promise"]

TAGS: Words = {
    "question": _("Pertanyaan"),
    "complaint": _("Keluhan"),
    "praise": _("Pujian"),
    "other": _("Lainnya"),
}
STATUSES: Words = {
    "new": _("Baru"),
    "in_progress": _("Diproses"),
    "answered": _("Terjawab"),
    "closed": _("Selesai"),
    "not_ours": _("Bukan kewenangan"),
    "ignored": _("Diabaikan"),
}
CHANNELS: Words = {
    "website": _("Situs"),
    "social": _("Media sosial"),
    "news": _("Berita"),
    "counter": _("Loket"),
    "phone": _("Telepon"),
    "letter": _("Surat"),
}
KINDS: Words = {
    "comment": _("komentar"),
    "post": _("kiriman"),
    "article": _("artikel"),
    "review": _("ulasan"),
    "message": _("pesan"),
}
LANGUAGES: Words = {"jv": _("Jawa"), "mad": _("Madura"), "su": _("Sunda"), "en": _("Inggris")}
FIELDS: Words = {
    "tag": _("Jenis"),
    "status": _("Status"),
    "assignee": _("Penanggung jawab"),
    "unit": _("Unit"),
    "priority": _("Prioritas"),
    "confidential": _("Rahasia"),
    "topics": _("Topik"),
    "belongs": _("Kewenangan"),
}
PRIORITIES: Mapping[int, str | Promise] = {0: _("Biasa"), 1: _("Tinggi")}


def tell(words: Words, code: object) -> str:
    """The word for a code; a code that nobody named is shown as it is."""
    return str(words.get(str(code), code)) if code not in {None, ""} else ""


def tell_value(field: str, value: Any) -> str:
    """The value of a decision in words, as a history shows it."""
    if field == "tag":
        return tell(TAGS, value) or str(_("tanpa jenis"))
    if field == "status":
        return tell(STATUSES, value)
    if field == "priority":
        return str(PRIORITIES.get(value, value))
    if field == "confidential":
        return str(_("rahasia")) if value else str(_("tidak rahasia"))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or str(_("tanpa topik"))
    return "" if value is None else str(value)
