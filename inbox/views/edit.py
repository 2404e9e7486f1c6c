"""What has no key of its own: whom a mention is handed to, unit, priority, topics, confidential."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from inbox.desk import lay_list, lay_menu, sit_down
from inbox.forms.act import EditForm
from inbox.opened import lay_mention
from inbox.request import StaffRequest
from inbox.views.act import decide
from inbox.views.mention import get_mention
from storage.models import MentionTopic


@require_http_methods(["GET", "HEAD", "POST"])
def mention_edit(request: StaffRequest, mention_id: int) -> HttpResponse:
    """The form, and what it saves as one act."""
    if request.method == "POST":
        return decide(request, mention_id, EditForm(request.POST), moves_on=False)
    desk = sit_down(request, with_saved=not request.htmx)
    mention = get_mention(desk, mention_id)
    topics = MentionTopic.objects.filter(mention=mention).values_list("topic_id", flat=True)
    form = EditForm(
        initial={
            "version": mention.version,
            "to": mention.assignee.username if mention.assignee else "",
            "unit": mention.unit,
            "priority": mention.priority,
            "confidential": mention.confidential,
            "topics": list(topics),
        }
    )
    shown = {"form": form, "opened": mention, "suffix": desk.place.get_suffix()}
    if request.htmx:
        return render(request, "inbox/_edit.html", shown)
    page = {**lay_menu(desk), **lay_list(desk), **lay_mention(desk, mention), "form": form}
    return render(request, "inbox/stream.html", page)
