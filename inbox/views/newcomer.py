"""A new source: an address is pasted and looked at, what it offers is shown with its items, one click keeps it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.fault import tell_fault
from inbox.health import CHANNELS, KINDS
from inbox.office import Look, Offered, OfficeError, get_office
from inbox.request import StaffRequest

KEYS = ("name", "kind", "url", "channel", "keep")
LONGEST = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """The form; what is posted is looked at."""
    address = request.POST.get("address", "").strip()[:LONGEST]
    if request.method != "POST":
        return render(request, "inbox/source_add.html", {"address": ""})
    if not address:
        return _show_form(request, address, _("Tempelkan alamat situsnya dulu."))
    try:
        mark = get_office().look_at(address)
    except OfficeError as error:
        return _show_form(request, address, tell_fault(error))
    return redirect("source_look", mark)


@require_safe
def show_look(request: StaffRequest, mark: str) -> HttpResponse:
    """How far a look is; htmx asks for the part that changes."""
    look = get_office().get_look(mark)
    if look is None:
        raise Http404
    context = {"look": look, "mark": mark, "now": timezone.now(), **_tell(look)}
    return render(request, "inbox/_look.html" if request.htmx else "inbox/look.html", context)


@require_POST
def keep(request: StaffRequest, mark: str) -> HttpResponse:
    """Add what was offered to the configuration."""
    look = get_office().get_look(mark)
    if look is None:
        messages.error(request, _("Pemeriksaan ini sudah terlalu lama. Tempelkan alamatnya sekali lagi."))
        return redirect("source_add")
    offer = _find_offer(look, request.POST.get("offer", ""))
    if offer is None or look.source:
        raise Http404
    keys = {name: str(getattr(offer, name)) for name in KEYS}
    for name, allowed in (("channel", CHANNELS), ("keep", ("all", "matching"))):
        if request.POST.get(name) in allowed:
            keys[name] = request.POST[name]
    keys["name"] = request.POST.get("name", "").strip() or offer.name
    try:
        source_id = get_office().add_source(keys, offer.why, request.user.get_username(), "")
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        return redirect("source_look", mark)
    messages.success(request, _("%(name)s ditambahkan. Penjadwal mulai membacanya sendiri.") % keys)
    return redirect("source", source_id)


def _find_offer(look: Look, number: str) -> Offered | None:
    return look.offers[int(number)] if number.isdecimal() and int(number) < len(look.offers) else None


def _tell(look: Look) -> dict[str, object]:
    """What the page says of a look, in the reader's language."""
    offers = [
        {
            "offer": offer,
            "kind": KINDS.get(offer.kind, offer.kind),
            "why": tell_fault(offer.why),
            "note": tell_fault(offer.trial.note),
            "error": tell_fault(offer.trial.error),
            "items": [(one, tell_fault(one.verdict.why)) for one in offer.trial.items],
        }
        for offer in look.offers
    ]
    trouble = tell_fault(look.missing or look.error or look.failed)
    return {"offers": offers, "trouble": trouble, "channels": CHANNELS.items()}


def _show_form(request: StaffRequest, address: str, wrong: str) -> HttpResponse:
    return render(request, "inbox/source_add.html", {"address": address, "wrong": wrong}, status=422)
