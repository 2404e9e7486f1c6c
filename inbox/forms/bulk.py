"""An act on many mentions as a page sends it: which ones, and what is done with them."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.label import STATUSES, TAGS, tell
from storage.decision import Value
from storage.models.person import User

GROUPS = (
    (gettext_lazy("Tandai"), tuple((f"tag:{code}", word) for code, word in TAGS.items())),
    (gettext_lazy("Status"), tuple((f"status:{code}", word) for code, word in STATUSES.items() if code != "new")),
    (
        gettext_lazy("Penanggung jawab"),
        (("assignee:me", gettext_lazy("Jadikan milik saya")), ("assignee:", gettext_lazy("Lepaskan"))),
    ),
    (
        gettext_lazy("Prioritas"),
        (("priority:1", gettext_lazy("Prioritas tinggi")), ("priority:0", gettext_lazy("Prioritas biasa"))),
    ),
)
ACTS = {code: word for _group, choices in GROUPS for code, word in choices}


class BulkForm(forms.Form):
    """`which` is "chosen" (the boxes) or "all" (whatever the search of the address finds)."""

    act = forms.ChoiceField(choices=list(ACTS.items()))
    which = forms.ChoiceField(choices=[("chosen", "chosen"), ("all", "all")])
    mention = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent)
        keys = [key for key in sent.getlist("mention") if key.isascii() and key.isdigit() and len(key) < 19]
        field = self.fields["mention"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(key, key) for key in keys]

    def get_action(self, user: User) -> dict[str, Value]:
        """What is done, as storage/bulk.py takes it."""
        name, _colon, value = self.cleaned_data["act"].partition(":")
        if name == "assignee":
            return {"assignee": user.username if value == "me" else None}
        return {name: int(value) if name == "priority" else value}


def tell_action(action: dict[str, Value]) -> str:
    """An action in words."""
    name, value = next(iter(action.items()), ("", ""))
    if name == "undo":
        return _("Mengurungkan")
    if name == "assignee":
        return _("Ditugaskan kepada %(who)s") % {"who": value} if value else _("Penanggung jawab dilepas")
    return tell(ACTS, f"{name}:{value}") if f"{name}:{value}" in ACTS else _("Diubah")
