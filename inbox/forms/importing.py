"""Handing in a table: the file, where it comes from, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inbox import label

MAX_BYTES = 10 << 20
MAX_NAME = 100
LEFT_OUT = "-"
CHANNELS = {code: label.CHANNELS[code] for code in ("website", "social", "news")}  # as a configured source may have
COLUMNS_SHOWN = 60  # a form holds no more than 100 fields; the others are left out

# The fields of an item (collectors/tables/column.py) as officers call them, in the order of their use.
FIELDS: Mapping[str, str | Promise] = {
    "text": _("Teks"),
    "author": _("Nama"),
    "date": _("Tanggal"),
    "time": _("Jam"),
    "title": _("Judul"),
    "url": _("Alamat (URL)"),
    "id": _("Nomor"),
    "rating": _("Bintang"),
    "kind": _("Macam"),
    "parent": _("Nomor yang dibalas"),
    "thread": _("Nomor utas"),
    "author_url": _("Alamat profil"),
    "edited": _("Tanggal diubah"),
    "language": _("Bahasa"),
    "publisher": _("Penerbit"),
}


class UploadForm(forms.Form):
    """The file and the name under which its rows are kept."""

    file = forms.FileField(
        label=_("Berkas"),
        help_text=_("CSV, Excel (.xlsx), atau JSONL, paling besar 10 MB. Baris pertama memuat judul kolom."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.jsonl,.txt"}),
    )
    name = forms.CharField(
        label=_("Nama sumber"),
        help_text=_("Misalnya “aduan 2025”. Kosongkan untuk memakai nama berkas. Nama yang sama: lanjutannya."),
        required=False,
        max_length=MAX_NAME,
    )
    channel = forms.ChoiceField(label=_("Kanal"), choices=list(CHANNELS.items()), initial="website")

    def clean_file(self) -> UploadedFile[bytes]:
        """Not more than a browser may hand in; larger files go by `kentongan import`."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                gettext("Berkas ini lebih besar dari 10 MB. Pecah, atau minta admin memakai perintah impor.")
            )
        return file

    def clean_name(self) -> str:
        """One printable line."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name.isprintable():
            raise forms.ValidationError(gettext("Nama ini memuat huruf yang tidak dapat dicetak."))
        return name

    def get_source(self) -> str:
        """The name of the source: as written, else after the file."""
        if self.cleaned_data["name"]:
            return str(self.cleaned_data["name"])
        stem = "".join(sign for sign in PurePath(self.cleaned_data["file"].name).stem if sign.isprintable())
        return f"import:{stem[:MAX_NAME]}"


def read_mapping(sent: Mapping[str, Any], headers: tuple[str, ...]) -> dict[str, str]:
    """What was chosen for each column: header = field; a column that was not asked about is guessed."""
    mapping: dict[str, str] = {}
    for place, header in enumerate(headers):
        chosen = sent.get(f"column{place}")
        if chosen is not None and header.strip() and (chosen in FIELDS or chosen == LEFT_OUT):
            mapping.setdefault(header, str(chosen))
    return mapping
