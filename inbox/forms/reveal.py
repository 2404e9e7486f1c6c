"""Why somebody must see personal data."""

from __future__ import annotations

from django import forms


class RevealForm(forms.Form):
    """A reason in a few words; it stands in the history of the mention and in the audit trail."""

    why = forms.CharField(min_length=3, max_length=500)
