"""What a page may send: each form says every field that it takes, and nothing else is looked at."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.label import PRIORITIES, STATUSES, TAGS
from storage.decision import Value
from storage.models import Topic
from storage.models.person import User
from storage.visible import DECIDES


def get_people() -> list[User]:
    """Those who may be handed a mention."""
    return list(User.objects.filter(is_active=True, role__in=DECIDES).order_by("name", "username"))


class DecisionForm(forms.Form):
    """A decision about the version of a mention that the person saw."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def get_values(self) -> dict[str, Value]:
        """What is decided, as storage/review.py takes it."""
        raise NotImplementedError


class TagForm(DecisionForm):
    tag = forms.ChoiceField(choices=list(TAGS.items()))

    def get_values(self) -> dict[str, Value]:
        return {"tag": self.cleaned_data["tag"]}


class StatusForm(DecisionForm):
    status = forms.ChoiceField(choices=list(STATUSES.items()))
    why = forms.CharField(required=False, max_length=500)
    belongs = forms.CharField(required=False, max_length=200)

    def get_values(self) -> dict[str, Value]:
        status = self.cleaned_data["status"]
        return {"status": status, "belongs": self.cleaned_data["belongs"] if status == "not_ours" else ""}


class AssignForm(DecisionForm):
    to = forms.CharField(required=False, max_length=150)

    def clean_to(self) -> str | None:
        """Somebody who may act; nobody when it is empty."""
        name = User.normalize_username(self.cleaned_data["to"])
        if name and not User.objects.filter(username=name, is_active=True, role__in=DECIDES).exists():
            raise forms.ValidationError(_("Tidak ada petugas dengan nama itu."))
        return name or None

    def get_values(self) -> dict[str, Value]:
        return {"assignee": self.cleaned_data["to"]}


class NoteForm(forms.Form):
    text = forms.CharField(max_length=10_000, strip=True)


class UndoForm(forms.Form):
    event = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class EditForm(DecisionForm):
    """Everything else about a mention, saved together."""

    to = forms.CharField(required=False, label=_("Penanggung jawab"))
    unit = forms.CharField(required=False, max_length=100, label=_("Unit"))
    priority = forms.TypedChoiceField(choices=list(PRIORITIES.items()), coerce=int, label=_("Prioritas"))
    confidential = forms.BooleanField(required=False, label=_("Rahasia: hanya untuk yang berhak"))
    topics = forms.TypedMultipleChoiceField(
        required=False, coerce=int, label=_("Topik"), widget=forms.CheckboxSelectMultiple
    )
    why = forms.CharField(required=False, max_length=500, label=_("Alasan (bila perlu)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.username: person for person in get_people()}
        self.kept_topics = {
            topic.pk: topic for topic in Topic.objects.filter(archived=False).order_by("position", "name")
        }
        nobody = [("", _("belum ada"))]
        self.fields["to"] = forms.ChoiceField(
            choices=nobody + [(name, person.get_full_name()) for name, person in self.people.items()],
            required=False,
            label=_("Penanggung jawab"),
        )
        topics = self.fields["topics"]
        assert isinstance(topics, forms.TypedMultipleChoiceField)
        topics.choices = [(key, topic.name) for key, topic in self.kept_topics.items()]

    def get_values(self) -> dict[str, Value]:
        wanted = self.cleaned_data
        return {
            "assignee": wanted["to"] or None,
            "unit": wanted["unit"].strip(),
            "priority": wanted["priority"],
            "confidential": wanted["confidential"],
            "topics": sorted(self.kept_topics[key].slug for key in wanted["topics"]),
        }
