"""`/topics`: the office's list of topics, for supervisors; every act shows how to undo it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inbox.forms.topic import REASONS, TopicForm
from inbox.redirect import see_other
from inbox.request import StaffRequest
from storage.models import AuditEvent, Topic
from storage.topic import TopicError, add_topic, archive_topic, change_topic, list_topics
from storage.topic_merge import count_merge, merge_topic, undo_act


@require_http_methods(["GET", "HEAD", "POST"])
def topics(request: StaffRequest) -> HttpResponse:
    """The list, and a form for one more."""
    form = TopicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            event = add_topic(said["name"], request.user, parent=said["parent"], colour=said["colour"])
            return _show_done(event)
        except TopicError as error:
            form.add_error(_get_field(error), str(REASONS[error.reason]))
    return _show_list(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
def topic(request: StaffRequest, number: int) -> HttpResponse:
    """One topic: its name, colour and place; archive and merge beside it."""
    one = _get_topic(number)
    form = TopicForm(request.POST if request.method == "POST" else None, own=one)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            return _show_done(change_topic(one, request.user, **said))
        except TopicError as error:
            form.add_error(_get_field(error), str(REASONS[error.reason]))
            one = _get_topic(number)
    others = Topic.objects.filter(archived=False).exclude(pk=one.pk).select_related("parent").order_by("name")
    page = {"topic": one, "form": form, "others": others}
    return render(request, "inbox/topic.html", page, status=422 if form.errors else 200)


@require_POST
def archive(request: StaffRequest, number: int) -> HttpResponse:
    """Offer it no more, or again."""
    return _show_done(archive_topic(_get_topic(number), request.user, archived=request.POST.get("archived") != "no"))


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: StaffRequest, number: int) -> HttpResponse:
    """How many mentions it would change; by POST it does."""
    one = _get_topic(number)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = sent.get("into", "")
    into = _get_topic(int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0)
    try:
        if request.method == "POST":
            return _show_done(merge_topic(one, into, request.user))
        page = {"topic": one, "into": into, "count": count_merge(one, into)}
        return render(request, "inbox/topic_merge.html", page)
    except TopicError as error:
        return _show_list(request, TopicForm(), REASONS[error.reason])


@require_POST
def undo(request: StaffRequest, number: int) -> HttpResponse:
    """Take an act back; supervisors may undo each other's."""
    event = AuditEvent.objects.filter(pk=number, action__startswith="topic.").first()
    if event is None:
        raise Http404
    try:
        undo_act(event, request.user)
    except TopicError as error:
        return _show_list(request, TopicForm(), REASONS[error.reason])
    return see_other(f"{reverse('topics')}?undone={number}")


@require_GET
def archived(request: StaffRequest) -> HttpResponse:
    """What is offered no more."""
    return render(request, "inbox/topics_archived.html", {"tree": list_topics(archived=True)})


def _get_topic(number: int) -> Topic:
    found = Topic.objects.select_related("parent").filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _get_field(error: TopicError) -> str:
    return {"name": "name", "twice": "name", "colour": "colour"}.get(error.reason, "parent")


def _show_done(event: AuditEvent | None) -> HttpResponse:
    return see_other(reverse("topics") + (f"?done={event.pk}" if event else ""))


def _show_list(request: StaffRequest, form: TopicForm, trouble: Any = "") -> HttpResponse:
    page = {
        "tree": list_topics(),
        "form": form,
        "trouble": trouble,
        "done": _find_event(request.GET.get("done", "")),
        "undone": _find_event(request.GET.get("undone", "")),
        "has_archived": Topic.objects.filter(archived=True).exists(),
    }
    return render(request, "inbox/topics.html", page, status=422 if form.errors or trouble else 200)


def _find_event(number: str) -> AuditEvent | None:
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    return AuditEvent.objects.filter(pk=number, action__startswith="topic.").first()
