"""Acts on one mention: a form, one call below, then the next mention. A post answers 303; htmx is given the pane."""

from __future__ import annotations

from datetime import timedelta

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.bar import Bar, make_bar
from inbox.conflict import show_conflict
from inbox.desk import Desk, sit_down
from inbox.forms.act import AssignForm, DecisionForm, NoteForm, StatusForm, TagForm, UndoForm
from inbox.request import StaffRequest
from inbox.row import make_rows
from inbox.views.mention import find_beside, get_mention, show_mention
from storage import review
from storage import undo as undoing
from storage.models import Mention, ReviewEvent
from storage.note import add_note

SESSION = timedelta(hours=12)  # the longest that a session lasts, and so how far back `undo` goes


@require_POST
def mention_tag(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Say what it is."""
    return decide(request, mention_id, TagForm(request.POST))


@require_POST
def mention_status(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Done, ignored, not ours, or open again."""
    return decide(request, mention_id, StatusForm(request.POST))


@require_POST
def mention_assign(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Hand it to somebody, or take it."""
    return decide(request, mention_id, AssignForm(request.POST))


def decide(request: StaffRequest, mention_id: int, form: DecisionForm, *, moves_on: bool = True) -> HttpResponse:
    """Do what a form asks for; say what is wrong with it, or what a colleague did meanwhile, beside the mention."""
    desk = sit_down(request, with_saved=not request.htmx)
    mention = get_mention(desk, mention_id)
    if not form.is_valid():
        return refuse(request, desk, mention, _list_errors(form))
    asked, version, why = form.get_values(), form.cleaned_data["version"], form.cleaned_data.get("why", "")
    try:
        change = review.decide(mention, asked, by=request.user, version=version, why=why)
    except review.ConflictError as conflict:
        return show_conflict(request, desk, get_mention(desk, mention_id), form, conflict)
    bar = make_bar(change.events, change.mention, offers_done=change.offers_done)
    following = find_beside(desk, mention_id) if moves_on else mention_id
    return go_on(request, desk, mention_id, following, bar)


@require_POST
def mention_note(request: StaffRequest, mention_id: int) -> HttpResponse:
    """Write a note; it contradicts nobody, so it asks for no version."""
    desk = sit_down(request, with_saved=not request.htmx)
    mention = get_mention(desk, mention_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refuse(request, desk, mention, _list_errors(form), draft=request.POST.get("text", ""))
    add_note(mention, form.cleaned_data["text"], by=request.user)
    event = ReviewEvent.objects.filter(mention=mention, by=request.user).order_by("-pk").first()
    bar = make_bar([event] if event else [], mention)
    return go_on(request, desk, mention_id, mention_id, bar)


def refuse(request: StaffRequest, desk: Desk, mention: Mention, what: str, **more: object) -> HttpResponse:
    """The mention as it is, and why nothing was saved."""
    notice = _("Tidak disimpan: %(what)s") % {"what": what}
    return show_mention(request, desk, mention, {"notices": [notice], **more}, status=422)


def _list_errors(form: Form) -> str:
    return " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)


def go_on(request: StaffRequest, desk: Desk, acted: int, following: int | None, bar: Bar) -> HttpResponse:
    """Show the following mention, the acted one again where it was the last."""
    opened = acted if following is None else following
    address = reverse("mention", args=[opened]) + desk.place.get_suffix()
    if not request.htmx:
        return _see_other(address_of_act(address, bar))
    if following is None:
        bar = Bar(
            words=f"{bar.words}. {_('Ini yang terakhir.')}", event=bar.event, offer=bar.offer, version=bar.version
        )
    changed = make_rows([get_mention(desk, acted)], desk.now, (), desk.screen)
    response = show_mention(request, desk, get_mention(desk, opened), {"bar": bar, "changed_row": changed[0]})
    response["HX-Push-Url"] = address
    return response


def address_of_act(address: str, bar: Bar) -> str:
    """An address that tells the next page what was done."""
    return address if bar.event is None else f"{address}{'&' if '?' in address else '?'}did={bar.event}"


@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take back one act of this person, the last one if none is named, and show what it was about."""
    desk = sit_down(request, with_saved=not request.htmx)
    event = _find_act(request, desk)
    if event is None:
        return _say_nothing_left(request, desk)
    if event.bulk_id is not None:
        return _leave_for_bulk(event.bulk_id, desk, request)
    mention = get_mention(desk, event.mention_id)
    try:
        change = undoing.undo(request.user, event)
    except undoing.UndoError as error:
        return refuse(request, desk, mention, _tell_refusal(error))
    bar = Bar(words=_("Diurungkan."), event=None if request.htmx else change.events[0].pk)
    return go_on(request, desk, mention.pk, mention.pk, bar)


def _leave_for_bulk(key: int, desk: Desk, request: StaffRequest) -> HttpResponse:
    """An act on many is undone as a whole, on its own page."""
    address = reverse("bulk_progress", args=[key]) + desk.place.get_suffix()
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if request.htmx else _see_other(address)


def _see_other(address: str) -> HttpResponse:
    return HttpResponseRedirect(address, status=303)


def _find_act(request: StaffRequest, desk: Desk) -> ReviewEvent | None:
    """The act that is named, among this person's own; else the last one of the session."""
    form = UndoForm(request.POST)
    asked = form.cleaned_data.get("event") if form.is_valid() else None
    if asked is None:
        return undoing.find_last_act(request.user, desk.now - SESSION)
    return ReviewEvent.objects.filter(by=request.user, pk=asked).first()


def _say_nothing_left(request: StaffRequest, desk: Desk) -> HttpResponse:
    if not request.htmx:
        return _see_other(reverse("stream") + desk.place.get_suffix())
    response = render(request, "inbox/_only_bar.html", {"bar": Bar(words=_("Tidak ada lagi yang bisa diurungkan."))})
    response["HX-Reswap"] = "none"
    return response


def _tell_refusal(error: undoing.UndoError) -> str:
    if error.later is not None and error.later.by is not None:
        return _("%(who)s sudah memutuskan lain sejak itu.") % {"who": error.later.by.get_full_name()}
    return _("tindakan itu tidak bisa diurungkan lagi.")
