"""What an administrator writes about a person; what it may be is judged in inbox/people.py."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.role import NAMES


class PersonForm(forms.Form):
    """Somebody who is there already."""

    name = forms.CharField(label=_("Nama"), max_length=200, help_text=_("Seperti rekan memanggilnya."))
    role = forms.ChoiceField(label=_("Peran"), choices=lambda: list(NAMES.items()))
    unit = forms.CharField(label=_("Unit"), max_length=100, required=False)
    email = forms.EmailField(label=_("Surel"), max_length=254, required=False)


class NewPersonForm(PersonForm):
    """Somebody new."""

    username = forms.CharField(
        label=_("Nama pengguna"), max_length=50, help_text=_("Untuk masuk: huruf kecil, angka, titik, garis.")
    )
    field_order = ("username", "name", "role", "unit", "email")
