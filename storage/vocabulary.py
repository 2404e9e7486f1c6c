"""The words of the search language: its fields and their fixed values, in English and in Indonesian.

The English name is what a tree holds; the first Indonesian one is what an officer is shown and offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from storage.day import parse_day, parse_span
from storage.grammar import Bound, Check, Field, Moment
from storage.refusal import QueryError

Spellings = Mapping[str, tuple[str, ...]]

TAGS: Spellings = {
    "question": ("pertanyaan", "tanya"),
    "complaint": ("keluhan", "keluh"),
    "praise": ("pujian", "puji"),
    "other": ("lainnya", "lain"),
    "none": ("tanpa", "belum"),
}
STATUSES: Spellings = {
    "new": ("baru",),
    "in_progress": ("diproses", "proses"),
    "answered": ("terjawab", "dijawab"),
    "closed": ("selesai", "ditutup"),
    "not_ours": ("bukan-kewenangan", "bukan"),
    "ignored": ("diabaikan", "abaikan"),
}
CHANNELS: Spellings = {
    "website": ("situs", "web"),
    "social": ("sosial", "medsos"),
    "news": ("berita", "media"),
    "counter": ("loket",),
    "phone": ("telepon", "telpon"),
    "letter": ("surat",),
}
KINDS: Spellings = {
    "comment": ("komentar",),
    "post": ("kiriman", "unggahan"),
    "article": ("artikel", "berita"),
    "review": ("ulasan",),
    "message": ("pesan",),
}
LANGUAGES: Spellings = {
    "id": ("indonesia",),
    "jv": ("jawa",),
    "su": ("sunda",),
    "en": ("inggris",),
    "und": ("tak-dikenal",),
}
IS: Spellings = {
    "new": ("baru",),
    "open": ("terbuka", "berjalan"),
    "done": ("beres", "tuntas"),
    "mine": ("milik-saya", "milikku", "saya"),
    "unassigned": ("tanpa-petugas",),
    "untagged": ("tanpa-jenis",),
    "unread": ("belum-ditinjau",),
    "priority": ("prioritas",),
    "confidential": ("rahasia",),
    "gone": ("dihapus",),
    "edited": ("diubah",),
    "changed": ("berubah",),
    "reopened": ("dibuka-lagi",),
    "reply": ("balasan",),
}
HAS: Spellings = {
    "assignee": ("petugas", "penanggung-jawab"),
    "attachment": ("lampiran",),
    "author": ("penulis",),
    "date": ("tanggal",),
    "edit": ("suntingan",),
    "gone": ("penghapusan",),
    "note": ("catatan",),
    "parent": ("induk",),
    "raw": ("mentah",),
    "reactions": ("reaksi",),
    "story": ("cerita", "berita-sama"),
    "tag": ("jenis",),
    "term": ("kata",),
    "thread": ("utas",),
    "title": ("judul",),
    "topic": ("topik",),
    "url": ("tautan",),
}


@dataclass(frozen=True, slots=True)
class FieldWord:
    """A field: its English name, its Indonesian ones (the first is shown), its values where they are fixed."""

    name: str
    local: tuple[str, ...]
    values: Spellings | None = None

    @property
    def spoken(self) -> str:
        """The Indonesian name that is shown."""
        return self.local[0]

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the English one first."""
        return tuple(dict.fromkeys((self.name, *self.local)))


FIELDS = (
    FieldWord("tag", ("jenis",), TAGS),
    FieldWord("topic", ("topik",)),
    FieldWord("status", ("status", "keadaan"), STATUSES),
    FieldWord("source", ("sumber",)),
    FieldWord("channel", ("kanal",), CHANNELS),
    FieldWord("author", ("penulis",)),
    FieldWord("assignee", ("petugas", "penanggungjawab")),
    FieldWord("lang", ("bahasa",), LANGUAGES),
    FieldWord("term", ("kata", "katakunci")),
    FieldWord("kind", ("bentuk",), KINDS),
    FieldWord("story", ("cerita",)),
    FieldWord("has", ("ada", "punya"), HAS),
    FieldWord("is", ("adalah",), IS),
    FieldWord("before", ("sebelum",)),
    FieldWord("after", ("sejak", "setelah")),
    FieldWord("within", ("dalam",)),
)
_BY_NAME = {name: field for field in FIELDS for name in field.names}


def find_field(name: str) -> FieldWord | None:
    """The field of any of its names."""
    return _BY_NAME.get(name.lower())


def get_field(name: str) -> FieldWord:
    """The same, for a name that is ours."""
    return _BY_NAME[name]


NOBODY = ("none", "tanpa", "belum", "kosong")
ME = ("me", "saya")


def fold_name(text: str) -> str:
    """A name as it is compared: "Bukan kewenangan", bukan-kewenangan and bukan_kewenangan are one."""
    return "-".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _fold_spellings(values: Spellings) -> dict[str, str]:
    # The English spelling first: what is one value's name is not another's alias.
    own = {fold_name(value): value for value in values}
    return {fold_name(word): value for value, words in values.items() for word in words} | own


def _check_choice(name: str, values: Spellings) -> Check:
    known = _fold_spellings(values)

    def check(text: str, at: int, moment: Moment) -> Field:
        del moment
        found = []
        for piece in text.split(","):
            value = known.get(fold_name(piece))
            if value is None:
                place = at + text.index(piece)
                raise QueryError(
                    place, "one_of", length=max(len(piece), 1), field=name, values=", ".join(values), value=piece
                )
            found.append(value)
        return Field(name, tuple(dict.fromkeys(found)), at, text)

    return check


def _check_text(name: str) -> Check:
    def check(text: str, at: int, moment: Moment) -> Field:
        del moment
        if not any(map(str.isalnum, text)):
            raise QueryError(at, "no_letter", length=max(len(text), 1), value=text)
        return Field(name, (text.strip(),), at, text)

    return check


def _check_language(text: str, at: int, moment: Moment) -> Field:
    """A name of a language, or any two or three letters that stand for one."""
    known = _fold_spellings(LANGUAGES).get(fold_name(text), text.casefold())
    if not (known.isascii() and known.isalpha() and len(known) <= 3):
        return _check_choice("lang", LANGUAGES)(text, at, moment)
    return Field("lang", (known,), at, text)


def _check_story(text: str, at: int, moment: Moment) -> Field:
    del moment
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63):
        raise QueryError(at, "no_number", length=max(len(text), 1), field="story", value=text)
    return Field("story", (text,), at, text)


def _check_day(name: str) -> Check:
    def check(text: str, at: int, moment: Moment) -> Field:
        instant = parse_day(text, moment.now, moment.zone)
        if instant is None:
            raise QueryError(at, "no_day", length=max(len(text), 1), value=text)
        return Bound(name, (text,), at, text, instant)

    return check


def _check_span(text: str, at: int, moment: Moment) -> Field:
    instant = parse_span(text, moment.now)
    if instant is None:
        raise QueryError(at, "no_span", length=max(len(text), 1), value=text)
    return Bound("within", (text,), at, text, instant)


_OWN: dict[str, Check] = {
    "lang": _check_language,
    "story": _check_story,
    "before": _check_day("before"),
    "after": _check_day("after"),
    "within": _check_span,
}


def _list_checks() -> Iterable[tuple[str, Check]]:
    for field in FIELDS:
        own = _OWN.get(field.name)
        chosen = _check_choice(field.name, field.values) if field.values else _check_text(field.name)
        for name in field.names:
            yield name, own or chosen


CHECKS: dict[str, Check] = dict(sorted(_list_checks(), key=lambda pair: pair[0] not in {f.name for f in FIELDS}))
"""How each field's value is read, by every name of the field; the English names first."""
