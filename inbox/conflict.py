"""When a colleague was first: both versions side by side, nothing lost, and a button for each way out."""

from __future__ import annotations

from django.http import HttpResponse

from inbox.desk import Desk
from inbox.forms.act import DecisionForm
from inbox.label import FIELDS, tell_value
from inbox.request import StaffRequest
from inbox.timeline import make_lines
from inbox.views.mention import show_mention
from storage.decision import Value
from storage.models import Mention
from storage.review import ConflictError


def show_conflict(
    request: StaffRequest, desk: Desk, mention: Mention, form: DecisionForm, conflict: ConflictError
) -> HttpResponse:
    """The mention as it is now, what was meant to be saved, and what the colleague did."""
    mine = [tell_wish(name, value) for name, value in form.get_values().items() if value not in {None, ""}]
    again = [(name, value) for name, value in request.POST.items() if name in form.fields and name != "version"]
    theirs = make_lines(mention, conflict.theirs, desk.now)[1:]
    shown = {"conflict": {"mine": mine, "theirs": theirs, "again": again, "address": request.get_full_path()}}
    return show_mention(request, desk, mention, shown, status=409)


def tell_wish(field: str, value: Value) -> str:
    """What somebody meant to decide."""
    return f"{FIELDS.get(field, field)}: {tell_value(field, value)}"
