"""Acts on many: some that were picked, at once; all of a search, after a preview; and their progress."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.bulk_run import run_in_background
from inbox.desk import Desk, lay_menu, sit_down
from inbox.forms.bulk import BulkForm, tell_action
from inbox.request import StaffRequest
from storage.bulk import BATCH, MOST, run_bulk, start_bulk, stop_bulk, undo_bulk
from storage.models import BulkAct
from storage.query import QueryError, count_capped, filter_mentions
from storage.undo import UndoError
from storage.visible import SEES_ALL


@require_POST
def bulk(request: StaffRequest) -> HttpResponse:
    """Do it at once with those that were picked; ask first before all that match."""
    desk = sit_down(request)
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _answer(request, desk, {"what": _("Pilih dahulu beberapa sebutan dan satu tindakan.")}, status=422)
    if form.cleaned_data["which"] == "all":
        return _preview(request, desk, form)
    keys = form.cleaned_data["mention"]
    if not keys:
        return _answer(request, desk, {"what": _("Belum ada sebutan yang dipilih.")}, status=422)
    act = start_bulk(request.user, keys, form.get_action(request.user))
    run_bulk(act.pk)
    return HttpResponseRedirect(reverse("stream") + desk.place.get_suffix(bulk=act.pk), status=303)


def _preview(request: StaffRequest, desk: Desk, form: BulkForm) -> HttpResponse:
    """How many would be changed, before anything is."""
    try:
        count = count_capped(desk.place.parse(desk.user), MOST + 1, within=desk.within)
    except QueryError:
        return _answer(request, desk, {"what": _("Pencarian ini tidak dimengerti.")}, status=422)
    if count > MOST:
        what = _("Lebih dari %(most)d sebutan cocok. Persempit dahulu pencariannya.") % {"most": MOST}
        return _answer(request, desk, {"what": what}, status=422)
    asked = {"count": count, "act": form.cleaned_data["act"], "word": tell_action(form.get_action(request.user))}
    return _answer(request, desk, asked)


def _answer(request: StaffRequest, desk: Desk, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    page = {**lay_menu(desk), "place": desk.place, "suffix": desk.place.get_suffix(), **shown}
    return render(request, "inbox/bulk.html", page, status=status)


@require_POST
def bulk_start(request: StaffRequest) -> HttpResponse:
    """Begin with all that match; the page of its progress follows."""
    desk = sit_down(request)
    form = BulkForm(request.POST)
    if not form.is_valid():
        return _answer(request, desk, {"what": _("Tindakan ini tidak dikenal.")}, status=422)
    try:
        found = filter_mentions(desk.place.parse(desk.user), within=desk.within)
    except QueryError:
        return _answer(request, desk, {"what": _("Pencarian ini tidak dimengerti.")}, status=422)
    act = start_bulk(request.user, found, form.get_action(request.user), query=desk.place.search)
    run_in_background(act.pk)
    return _see(act, desk)


def _see(act: BulkAct, desk: Desk) -> HttpResponse:
    return HttpResponseRedirect(reverse("bulk_progress", args=[act.pk]) + desk.place.get_suffix(), status=303)


def get_act(request: StaffRequest, key: int) -> BulkAct:
    """One's own act on many, or anybody's for a supervisor; 404 for all others."""
    acts = BulkAct.objects.select_related("by", "undoes")
    act = acts.filter(pk=key).first()
    if act is None or (act.by_id != request.user.pk and request.user.role not in SEES_ALL):
        raise Http404
    return act


@require_safe
def bulk_progress(request: StaffRequest, key: int) -> HttpResponse:
    """How far it came; a run that died with its process is taken up again."""
    desk = sit_down(request)
    act = get_act(request, key)
    if act.state == BulkAct.State.RUNNING:
        run_in_background(act.pk)
    undone = BulkAct.objects.filter(undoes=act).exists()
    shown = {"progress": act, "word": tell_action(act.action), "suffix": desk.place.get_suffix()}
    shown["may_undo"] = act.state != BulkAct.State.RUNNING and act.undoes_id is None and not undone
    if request.htmx:
        return render(request, "inbox/_progress.html", shown)
    return _answer(request, desk, shown)


@require_POST
def bulk_stop(request: StaffRequest, key: int) -> HttpResponse:
    """End it after the batch that is running."""
    act = get_act(request, key)
    stop_bulk(request.user, act.pk)
    run_in_background(act.pk)
    return _see(act, sit_down(request))


@require_POST
def bulk_undo(request: StaffRequest, key: int) -> HttpResponse:
    """Take all of it back; what somebody decided since stays."""
    desk = sit_down(request)
    act = get_act(request, key)
    try:
        back = undo_bulk(request.user, act.pk)
    except UndoError:
        return _answer(request, desk, {"what": _("Tindakan ini tidak bisa diurungkan lagi.")}, status=409)
    if back.total > BATCH:
        run_in_background(back.pk)
        return _see(back, desk)
    run_bulk(back.pk)
    return HttpResponseRedirect(reverse("stream") + desk.place.get_suffix(bulk=back.pk), status=303)
