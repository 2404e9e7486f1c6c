"""A topic's name, colour and place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from storage.models import Topic
from storage.topic import COLOURS, MAX_NAME

COLOUR_NAMES: Mapping[str, str | Promise] = {
    "wood": _("Kayu"),
    "amber": _("Kuning tua"),
    "moss": _("Hijau lumut"),
    "teal": _("Hijau kebiruan"),
    "sky": _("Biru"),
    "indigo": _("Nila"),
    "plum": _("Ungu"),
    "stone": _("Abu-abu"),
}
# Why the list cannot become so (storage/topic.py), as the page says it.
REASONS: Mapping[str, str | Promise] = {
    "name": _("Beri nama, paling banyak 100 huruf."),
    "twice": _("Nama ini sudah ada di tingkat yang sama."),
    "deep": _("Topik hanya dua tingkat: pilih topik utama sebagai induk."),
    "children": _("Topik ini masih punya subtopik. Pindahkan atau gabungkan subtopiknya dahulu."),
    "itself": _("Topik tidak dapat digabung ke dirinya sendiri atau menjadi induknya sendiri."),
    "archived": _("Topik tujuan ada di arsip. Pulihkan dahulu."),
    "colour": _("Pilih satu dari warna yang ada."),
    "many": _("Lebih dari 100.000 sebutan: minta admin menggabungkannya sedikit demi sedikit."),
    "changed": _("Tidak dapat diurungkan: topik ini sudah diubah lagi sesudahnya."),
}


if TYPE_CHECKING:
    _TopicField = forms.ModelChoiceField[Topic]
else:
    _TopicField = forms.ModelChoiceField


class HeadField(_TopicField):
    """One of the topics of the first level, by its name."""

    def label_from_instance(self, topic: Topic) -> str:
        return topic.name


class TopicForm(forms.Form):
    """For a new topic, and for one that is changed."""

    name = forms.CharField(
        label=_("Nama"), max_length=MAX_NAME, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    parent = HeadField(
        label=_("Di bawah"), queryset=Topic.objects.none(), required=False, empty_label=_("(topik utama)")
    )
    colour = forms.ChoiceField(
        label=_("Warna"), choices=[(name, COLOUR_NAMES[name]) for name in COLOURS], widget=forms.RadioSelect
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, own: Topic | None = None) -> None:
        initial: dict[str, object] = {"colour": COLOURS[0]}
        if own is not None:
            initial = {"name": own.name, "parent": own.parent_id, "colour": own.colour or COLOURS[-1]}
        super().__init__(data, initial=initial)
        heads = Topic.objects.filter(parent=None, archived=False).order_by("position", "name")
        parent = self.fields["parent"]
        assert isinstance(parent, HeadField)
        parent.queryset = heads.exclude(pk=own.pk) if own else heads
