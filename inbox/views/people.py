"""The administrator's pages: who may log in, as what; a new password; out at once."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import people as office
from inbox.account.password import make_password
from inbox.forms.person import NewPersonForm, PersonForm
from inbox.people import PersonError
from inbox.permission import AGENT
from inbox.person import get_person
from inbox.redirect import see_other
from inbox.role import get_role_name
from storage.models import User


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, those who may log in first."""
    rows = [
        {"person": person, "role": get_role_name(person.role)}
        for person in User.objects.order_by("-is_active", "username")
    ]
    return render(request, "inbox/people.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Somebody new, with a password that is shown once."""
    form = NewPersonForm(request.POST or None, initial={"role": AGENT})
    if request.method == "POST" and form.is_valid():
        password, said = make_password(), form.cleaned_data
        try:
            made = office.add_person(
                said["username"],
                password,
                role=said["role"],
                name=said["name"],
                unit=said["unit"],
                email=said["email"],
                by=get_person(request).username,
            )
        except PersonError as error:
            form.add_error(None, str(error))
        else:
            return _show_password(request, made, password)
    return render(request, "inbox/person_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: name, role, unit; and the acts below."""
    row = get_object_or_404(User, pk=number)
    known = {"name": row.name, "role": row.role, "unit": row.unit, "email": row.email}
    form = PersonForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            office.change_person(row, by=get_person(request).username, **said)
        except PersonError as error:
            form.add_error(None, str(error))
        else:
            return see_other(reverse("people"))
    return _show(request, row, form)


@require_POST
def person_password(request: HttpRequest, number: int) -> HttpResponse:
    """A new password, shown once; the second factor is forgotten too when the phone is lost."""
    row, password = get_object_or_404(User, pk=number), make_password()
    office.set_password(
        row, password, by=get_person(request).username, forget_factor=request.POST.get("forget_factor") == "on"
    )
    return _show_password(request, row, password)


@require_POST
def person_active(request: HttpRequest, number: int) -> HttpResponse:
    """In again, or out at once."""
    wanted = request.POST.get("active") == "yes"
    return _act(request, number, lambda row, by: office.set_active(row, wanted, by=by))


@require_POST
def person_sessions(request: HttpRequest, number: int) -> HttpResponse:
    """Logged out on every device."""
    return _act(request, number, lambda row, _by: office.end_sessions(row))


def _act(request: HttpRequest, number: int, act: Callable[[User, str], object]) -> HttpResponse:
    row = get_object_or_404(User, pk=number)
    try:
        act(row, get_person(request).username)
    except PersonError as error:
        form = PersonForm(initial={"name": row.name, "role": row.role, "unit": row.unit, "email": row.email})
        return _show(request, row, form, str(error))
    return see_other(reverse("person", args=[number]))


def _show(request: HttpRequest, row: User, form: PersonForm, refusal: str = "") -> HttpResponse:
    context = {
        "person": row,
        "form": form,
        "refusal": refusal,
        "sessions": UserSession.objects.filter(user=row).count(),
        "factor": Authenticator.objects.filter(user=row, type=Authenticator.Type.TOTP).exists(),
    }
    return render(request, "inbox/person.html", context, status=422 if refusal or form.errors else 200)


def _show_password(request: HttpRequest, row: User, password: str) -> HttpResponse:
    """The one page that shows a password; it is kept nowhere, and a browser may not keep the page."""
    title = _("Kata sandi untuk %(name)s") % {"name": row.get_full_name()}
    return render(request, "inbox/person_password.html", {"person": row, "password": password, "heading": title})
