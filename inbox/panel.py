"""The filter panel: every field that can be clicked, with what the search already asks for marked as chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.refusal import speaks_indonesian
from storage.filter import describe_filters, set_field
from storage.models import Source, Topic, User
from storage.query import Query

TAGS = (
    ("question", gettext_lazy("Pertanyaan")),
    ("complaint", gettext_lazy("Keluhan")),
    ("praise", gettext_lazy("Pujian")),
    ("other", gettext_lazy("Lainnya")),
    ("none", gettext_lazy("Tanpa jenis")),
)
STATUSES = (
    ("new", gettext_lazy("Baru")),
    ("in_progress", gettext_lazy("Diproses")),
    ("answered", gettext_lazy("Terjawab")),
    ("closed", gettext_lazy("Selesai")),
    ("not_ours", gettext_lazy("Bukan kewenangan")),
    ("ignored", gettext_lazy("Diabaikan")),
)
CHANNELS = (
    ("website", gettext_lazy("Situs web")),
    ("social", gettext_lazy("Media sosial")),
    ("news", gettext_lazy("Berita")),
    ("counter", gettext_lazy("Loket")),
    ("phone", gettext_lazy("Telepon")),
    ("letter", gettext_lazy("Surat")),
)
KINDS = (
    ("comment", gettext_lazy("Komentar")),
    ("post", gettext_lazy("Kiriman")),
    ("article", gettext_lazy("Artikel")),
    ("review", gettext_lazy("Ulasan")),
    ("message", gettext_lazy("Pesan")),
)
MARKS = (
    ("priority", gettext_lazy("Prioritas")),
    ("gone", gettext_lazy("Dihapus di sumber")),
    ("edited", gettext_lazy("Diubah di sumber")),
    ("reply", gettext_lazy("Balasan")),
)
SPANS = (
    ("1d", gettext_lazy("Sehari terakhir")),
    ("3d", gettext_lazy("3 hari terakhir")),
    ("1w", gettext_lazy("Seminggu terakhir")),
    ("3w", gettext_lazy("3 minggu terakhir")),
    ("3m", gettext_lazy("3 bulan terakhir")),
    ("1y", gettext_lazy("Setahun terakhir")),
)
# In this order they are written into the text.
NAMES = ("status", "tag", "channel", "kind", "is", "source", "topic", "assignee", "within")

Choices = Iterable[tuple[str, "str | Promise"]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing that can be clicked."""

    value: str
    label: str | Promise
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A field with its choices; `several` may be chosen at once."""

    name: str
    title: str
    choices: list[Choice]
    several: bool


def make_panel(query: Query) -> list[Group]:
    """Every field; three lookups: sources, topics, people."""
    chosen = describe_filters(query)
    sources = Source.objects.order_by("-configured", "name").values_list("name", flat=True)
    topics = Topic.objects.filter(archived=False).order_by("position", "name").values_list("name", flat=True)
    people = User.objects.filter(is_active=True).order_by("username")
    somebody = [(person.username, person.get_full_name()) for person in people]
    return [
        _group("status", _("Status"), STATUSES, chosen, several=True),
        _group("tag", _("Jenis"), TAGS, chosen, several=True),
        _group("channel", _("Kanal"), CHANNELS, chosen, several=True),
        _group("kind", _("Bentuk"), KINDS, chosen, several=True),
        _group("is", _("Tanda"), MARKS, chosen, several=True),
        _group("source", _("Sumber"), ((name, name) for name in sources), chosen),
        _group("topic", _("Topik"), ((name, name) for name in topics), chosen),
        _group("assignee", _("Penanggung jawab"), (("me", _("Saya")), ("none", _("Belum ada")), *somebody), chosen),
        _group("within", _("Waktu"), SPANS, chosen),
    ]


def _group(
    name: str, title: str, offered: Choices, chosen: dict[str, tuple[str, ...]], *, several: bool = False
) -> Group:
    """A value that is typed and not offered (a part of a name, a length of one's own) stands among the choices."""
    typed = chosen.get(name, ())
    folded = {value.casefold() for value in typed}
    choices = [Choice(value=value, label=label, chosen=value.casefold() in folded) for value, label in offered]
    known = {choice.value.casefold() for choice in choices}
    choices += [Choice(value=value, label=value, chosen=True) for value in typed if value.casefold() not in known]
    return Group(name=name, title=title, choices=choices, several=several)


def write_search(text: str, asked: QueryDict) -> str:
    """The text of a search as the panel was left: what is chosen there is written, what is not is taken away."""
    for name in NAMES:
        values: Sequence[str] = [value for value in asked.getlist(name) if value]
        text = set_field(text, name, values if name != "within" else values[:1], spoken=speaks_indonesian())
    return text
