"""What an officer writes down of a visit, a call, a letter or a screenshot."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collectors.item import MAX_AUTHOR, MAX_TEXT
from inbox.intake import ARRIVALS
from inbox.picture import Picture, PictureError, read_picture

_KEY = re.compile(r"[0-9a-f]{32}")
_EARLIEST = timedelta(days=10 * 366)
_SLACK = timedelta(minutes=5)  # between the officer's clock and ours


class EntryForm(forms.Form):
    """`key` is drawn when the empty form is shown, so that a form sent twice is stored once."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    arrival = forms.ChoiceField(
        label=_("Datang lewat"), choices=list(ARRIVALS.items()), widget=forms.RadioSelect, initial="counter"
    )
    author = forms.CharField(
        label=_("Siapa"),
        help_text=_("Nama warga. Kosongkan bila tidak ingin disebut."),
        required=False,
        max_length=MAX_AUTHOR,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    when = forms.DateTimeField(
        label=_("Kapan"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%Y %H.%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    text = forms.CharField(
        label=_("Apa yang disampaikan"),
        help_text=_("Dengan kata-kata warga sendiri, sedekat mungkin."),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    picture = forms.FileField(
        label=_("Gambar"),
        help_text=_("Foto surat atau tangkapan layar: JPEG, PNG, atau WebP, paling besar 10 MB."),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_key(self) -> str:
        """Ours, or a new one."""
        key = str(self.cleaned_data.get("key", ""))
        return key if _KEY.fullmatch(key) else token_hex(16)

    def clean_when(self) -> datetime:
        """By the agency's clock; neither in the future nor long ago, which is a slip of the finger."""
        when: datetime = self.cleaned_data["when"]
        when = timezone.make_naive(when).replace(tzinfo=settings.AGENCY_ZONE) if timezone.is_aware(when) else when
        now = timezone.now()
        if when > now + _SLACK:
            raise forms.ValidationError(gettext("Waktu ini belum terjadi. Periksa tanggal dan jamnya."))
        if when < now - _EARLIEST:
            raise forms.ValidationError(gettext("Waktu ini lebih dari sepuluh tahun lalu. Periksa tahunnya."))
        return min(when, now)

    def clean_picture(self) -> Picture | None:
        """The picture made anew."""
        file = self.cleaned_data.get("picture")
        if not file:
            return None
        try:
            return read_picture(file)
        except PictureError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Something must have been said, or be seen."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text", "").strip() and not cleaned.get("picture") and "picture" not in self.errors:
            self.add_error("text", gettext("Tulis apa yang disampaikan, atau unggah gambarnya."))
        return cleaned


def make_entry_form() -> EntryForm:
    """An empty form with a key of its own and the time of now."""
    now = timezone.now().astimezone(settings.AGENCY_ZONE).replace(tzinfo=None)
    return EntryForm(initial={"key": token_hex(16), "when": now, "arrival": "counter"})
