"""The sources: how each is, its runs, what it gave and was not kept; pausing, collecting now, trying again."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.fault import tell_fault
from inbox.health import Health, is_scheduling, read_health
from inbox.office import OfficeError, get_office
from inbox.request import StaffRequest
from inbox.trail import note
from pipeline.source import pause_source, resume_source, want_source
from storage.models import Ignored, Quarantine, Run, Source

RUNS, PIECES = 20, 50


@require_safe
def list_sources(request: StaffRequest) -> HttpResponse:
    """All of them, the silent ones first."""
    now = timezone.now()
    lines = _read(request, now)
    trouble = [one for one in lines if one.state in {"silent", "failing"}]
    context = {"lines": lines, "trouble": trouble, "now": now, "scheduling": is_scheduling(now)}
    return render(request, "inbox/sources.html", context)


@require_safe
def show_source(request: StaffRequest, source_id: int) -> HttpResponse:
    """One of them, with everything that is known of it."""
    now = timezone.now()
    line = _get_line(request, source_id, now)
    ignored = Ignored.objects.filter(source=source_id).order_by("-id")
    refused = Quarantine.objects.filter(source=source_id).order_by("-id")
    context = {
        **_get_live(line, now),
        "ignored": [(row, tell_fault(row.why)) for row in ignored.defer("body")[:PIECES]],
        "ignored_count": ignored.count(),
        "refused": [(row, tell_fault(row.reason), _show(bytes(row.raw))) for row in refused[:PIECES]],
        "refused_count": refused.count(),
        "stamp": _get_stamp(request),
    }
    return render(request, "inbox/source.html", context)


@require_safe
def show_live(request: StaffRequest, source_id: int) -> HttpResponse:
    """The part of the page that changes while a source is collected."""
    now = timezone.now()
    return render(request, "inbox/_source_live.html", _get_live(_get_line(request, source_id, now), now))


@require_POST
def pause(request: StaffRequest, source_id: int) -> HttpResponse:
    """Poll it no more; the reason stays in the list."""
    row, why = _get_row(source_id), request.POST.get("why", "").strip()[:500]
    if not why:
        messages.error(request, _("Tuliskan alasannya, supaya rekan Anda tahu."))
        return redirect("source", source_id)
    with transaction.atomic():
        pause_source(row.pk, why)
        note(request, "source.pause", row.name, before={"paused": row.paused}, after={"paused": True}, why=why)
    messages.success(request, _("%(name)s dijeda.") % {"name": row.name})
    return redirect("source", source_id)


@require_POST
def resume(request: StaffRequest, source_id: int) -> HttpResponse:
    """Poll it again."""
    row = _get_row(source_id)
    with transaction.atomic():
        resume_source(row.pk)
        note(request, "source.resume", row.name, before={"paused": row.paused, "why": row.paused_why})
    messages.success(request, _("%(name)s dibaca lagi.") % {"name": row.name})
    return redirect("source", source_id)


@require_POST
def collect(request: StaffRequest, source_id: int) -> HttpResponse:
    """Ask that it be collected now."""
    row = _get_row(source_id)
    if not is_scheduling(timezone.now()):
        messages.error(request, _("Penjadwal sedang tidak berjalan, jadi tidak ada yang diambil."))
    elif row.paused or not row.enabled:
        messages.error(request, _("%(name)s sedang tidak dibaca. Lanjutkan dulu.") % {"name": row.name})
    else:
        with transaction.atomic():
            want_source(row.pk, timezone.now())
            note(request, "source.collect", row.name)
    return redirect("source", source_id)


@require_POST
def enable(request: StaffRequest, source_id: int) -> HttpResponse:
    """Switch it on or off in the configuration."""
    row = _get_row(source_id)
    wanted = request.POST.get("enabled") == "yes"
    try:
        get_office().set_enabled(row.name, wanted, _name(request), request.POST.get("stamp", ""))
    except OfficeError as error:
        messages.error(request, tell_fault(error))
    return redirect("source", source_id)


@require_POST
def try_source(request: StaffRequest, source_id: int) -> HttpResponse:
    """A dry run: what it would give now, were it new."""
    try:
        mark = get_office().try_source(_get_row(source_id).name)
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        return redirect("source", source_id)
    return redirect("source_look", mark)


@require_POST
def replay(request: StaffRequest, source_id: int) -> HttpResponse:
    """Try what was refused again: one piece, or all."""
    row = _get_row(source_id)
    keys = _get_keys(request, source_id)
    try:
        done = get_office().replay(row.name, keys, _name(request))
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        return redirect("source", source_id)
    if done.busy:
        messages.error(request, _("Sumber ini sedang diambil. Coba lagi sebentar lagi."))
    else:
        said = _("Disimpan %(stored)d, sudah ada %(known)d, tanpa kata kunci %(ignored)d, masih ditolak %(refused)d.")
        counts = {name: getattr(done, name) for name in ("stored", "known", "ignored", "refused")}
        messages.success(request, said % counts)
    return redirect("source", source_id)


@require_POST
def drop(request: StaffRequest, source_id: int) -> HttpResponse:
    """Throw away what was refused, with a reason."""
    row, why = _get_row(source_id), request.POST.get("why", "").strip()[:500]
    if not why:
        messages.error(request, _("Tuliskan alasannya, supaya rekan Anda tahu."))
        return redirect("source", source_id)
    with transaction.atomic():
        count = Quarantine.objects.filter(source=source_id, pk__in=_get_keys(request, source_id)).delete()[0]
        note(request, "quarantine.drop", row.name, before={"items": count}, why=why)
    messages.success(request, _("%(count)d dibuang.") % {"count": count})
    return redirect("source", source_id)


def _get_keys(request: StaffRequest, source_id: int) -> list[int]:
    """The pieces that a form names; all of the source where it names none."""
    named = [int(key) for key in request.POST.getlist("piece") if key.isdecimal() and len(key) < 19]
    return named or list(Quarantine.objects.filter(source=source_id).values_list("pk", flat=True))


def _get_row(source_id: int) -> Source:
    row = Source.objects.filter(pk=source_id).first()
    if row is None:
        raise Http404
    return row


def _read(request: StaffRequest, now: datetime, only: int | None = None) -> list[Health]:
    """How the sources are; where the configuration cannot be read, what the rows alone say."""
    try:
        configured = get_office().get_configured()
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        configured = {}
    return read_health(configured, now, only)


def _get_line(request: StaffRequest, source_id: int, now: datetime) -> Health:
    _get_row(source_id)
    return _read(request, now, source_id)[0]


def _get_live(line: Health, now: datetime) -> dict[str, object]:
    runs = list(Run.objects.filter(source=line.source).order_by("-id")[:RUNS])
    told = [(run, tell_fault(run.error or run.note)) for run in runs]
    running = bool(runs) and runs[0].finished is None
    waiting = line.source.wanted is not None
    asked = line.source.wanted or line.source.last_run
    fresh = asked is not None and (now - asked).total_seconds() < 30
    return {"line": line, "runs": told, "now": now, "live": waiting or running or fresh, "waiting": waiting}


def _get_stamp(request: StaffRequest) -> str:
    try:
        return get_office().get_stamp()
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        return ""


def _show(raw: bytes) -> str:
    """The beginning of a refused piece, as text."""
    return raw[:600].decode("utf-8", "replace").replace("\0", "�")


def _name(request: StaffRequest) -> str:
    return str(request.user.get_username())
