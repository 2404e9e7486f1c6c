"""The watched names: their words, a live preview of what they would find, and applying them to what is there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.fault import tell_fault
from inbox.office import OfficeError, Term, get_office
from inbox.request import StaffRequest
from pipeline.relook import Preview
from storage.visible import visible_to

LONGEST = 10_000  # characters of one box
NEW = Term(name="", any=())


@require_safe
def list_terms(request: StaffRequest) -> HttpResponse:
    """All of them, in the configuration's order."""
    office = get_office()
    try:
        terms = office.get_terms()
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        terms = ()
    return render(request, "inbox/terms.html", {"terms": terms, "applying": office.get_applying()})


@require_safe
def edit(request: StaffRequest) -> HttpResponse:
    """The form of one term, named by `?name=`, or of a new one."""
    name = request.GET.get("name", "")
    try:
        term = next((one for one in get_office().get_terms() if one.name == name), None) if name else NEW
        stamp = get_office().get_stamp()
    except OfficeError as error:
        messages.error(request, tell_fault(error))
        return redirect("terms")
    if term is None:
        raise Http404
    preview = _preview(request, term) if term.any else None
    return render(request, "inbox/term.html", _lay_out(term, old=name, stamp=stamp, preview=preview))


@require_POST
def preview_term(request: StaffRequest) -> HttpResponse:
    """What the term would find, before it is saved; htmx is given that part alone."""
    term = _read(request)
    wrong, preview = "", None
    if term.any:
        try:
            preview = _preview(request, term)
        except OfficeError as error:
            wrong = tell_fault(error)
    context = {**_lay_out(term, request.POST.get("old", ""), request.POST.get("stamp", ""), preview), "wrong": wrong}
    return render(request, "inbox/_term_preview.html" if request.htmx else "inbox/term.html", context)


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Write the term into the configuration, and apply it where that is asked for."""
    term, old, stamp = _read(request), request.POST.get("old", ""), request.POST.get("stamp", "")
    office, by = get_office(), request.user.get_username()
    try:
        if not term.name or not term.any:
            raise OfficeError(_("Isi nama dan paling sedikit satu kata."))
        office.save_term(old, term, by, stamp)
        if request.POST.get("apply"):
            office.apply_terms(by)
    except OfficeError as error:
        context = {**_lay_out(term, old, stamp, None), "wrong": tell_fault(error)}
        return render(request, "inbox/term.html", context, status=422)
    messages.success(request, _("%(name)s disimpan.") % {"name": term.name})
    return redirect("terms")


@require_POST
def remove(request: StaffRequest) -> HttpResponse:
    """Watch a name no more; what it kept stays."""
    name = request.POST.get("name", "")
    try:
        get_office().remove_term(name, request.user.get_username(), request.POST.get("stamp", ""))
    except OfficeError as error:
        messages.error(request, tell_fault(error))
    else:
        messages.success(request, _("%(name)s tidak diamati lagi. Yang sudah tersimpan tetap ada.") % {"name": name})
    return redirect("terms")


@require_POST
def apply(request: StaffRequest) -> HttpResponse:
    """Apply the terms to what was ignored before and to what is kept."""
    try:
        get_office().apply_terms(request.user.get_username())
    except OfficeError as error:
        messages.error(request, tell_fault(error))
    return redirect("terms")


@require_safe
def show_applying(request: StaffRequest) -> HttpResponse:
    """How far applying is."""
    return render(request, "inbox/_applying.html", {"applying": get_office().get_applying()})


def _preview(request: StaffRequest, term: Term) -> Preview:
    return get_office().preview(term, visible_to(request.user))


def _lay_out(term: Term, old: str, stamp: str, preview: Preview | None) -> dict[str, object]:
    boxes = {name: "\n".join(getattr(term, name)) for name in ("any", "none", "near")}
    return {"term": term, "boxes": boxes, "old": old, "stamp": stamp, "preview": preview}


def _read(request: StaffRequest) -> Term:
    """The term that a form describes, a word or phrase a line."""
    lists = {name: _split(request.POST.get(name, "")[:LONGEST]) for name in ("any", "none", "near")}
    return Term(name=request.POST.get("name", "").strip()[:200], case=bool(request.POST.get("case")), **lists)


def _split(box: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in box.splitlines() if line.strip()))
