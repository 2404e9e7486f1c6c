"""Saved views: searches with a name, of one person or of all; made, renamed, ordered, deleted, and brought back."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.permission import has_right
from inbox.refusal import tell_refusal
from inbox.request import StaffRequest
from storage.grammar import MAX_QUERY
from storage.models import SavedView, User
from storage.query import QueryError, parse_query
from storage.saved_view import MAX_NAME, MAX_VIEWS, add_view, list_views, move_view

# Addresses of the views that are always there (the menu's).
TAKEN = ("baru", "milik-saya", "tanpa-penanggung-jawab", "diproses", "terjawab", "semua")
_DELETED = "deleted_view"


class ViewForm(forms.Form):
    """Name, search, and for whom."""

    name = forms.CharField(label=gettext_lazy("Nama"), max_length=MAX_NAME)
    query = forms.CharField(label=gettext_lazy("Pencarian"), max_length=MAX_QUERY, required=False)
    shared = forms.BooleanField(label=gettext_lazy("Untuk semua orang"), required=False)

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._user = user
        if not has_right(user.role, "share"):
            del self.fields["shared"]

    def clean_query(self) -> str:
        """A search that is understood; what it means may change, its words stay."""
        query = str(self.cleaned_data["query"])
        try:
            parse_query(query, settings.AGENCY_ZONE, self._user)
        except QueryError as error:
            raise ValidationError(tell_refusal(error)) from error
        return query


@require_safe
def saved_views(request: StaffRequest) -> HttpResponse:
    """All views that this person sees, with what they may do to each."""
    may_share = has_right(request.user.role, "share")
    views = [(view, view.owner_id is not None or may_share) for view in list_views(request.user)]
    return render(request, "inbox/saved_views.html", {"views": views, "deleted": request.session.get(_DELETED)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_view(request: StaffRequest) -> HttpResponse:
    """Give a search a name."""
    user = request.user
    if request.method != "POST":
        form = ViewForm(user, initial={"query": request.GET.get("q", "")[:MAX_QUERY]})
        return render(request, "inbox/saved_view_form.html", {"form": form})
    form = ViewForm(user, request.POST)
    owner = None if form.is_valid() and form.cleaned_data.get("shared") else user
    if form.is_valid() and SavedView.objects.filter(owner=owner).count() >= MAX_VIEWS:
        form.add_error(None, _("Sudah ada %(most)d tampilan. Hapus dulu yang tidak dipakai.") % {"most": MAX_VIEWS})
    if not form.is_valid():
        return render(request, "inbox/saved_view_form.html", {"form": form}, status=422)
    view = add_view(form.cleaned_data["name"], form.cleaned_data["query"], owner, TAKEN)
    return _see_other(f"{reverse('stream')}?view={view.slug}")


@require_http_methods(["GET", "HEAD", "POST"])
def change_view(request: StaffRequest, slug: str) -> HttpResponse:
    """Another name, another search; its address stays, for colleagues may have kept it."""
    view = _get_own(request, slug)
    if request.method != "POST":
        form = ViewForm(request.user, initial={"name": view.name, "query": view.query, "shared": not view.owner_id})
        return render(request, "inbox/saved_view_form.html", {"form": form, "view": view})
    form = ViewForm(request.user, request.POST)
    if not form.is_valid():
        return render(request, "inbox/saved_view_form.html", {"form": form, "view": view}, status=422)
    view.name, view.query = form.cleaned_data["name"], form.cleaned_data["query"]
    if "shared" in form.fields:
        view.owner = None if form.cleaned_data["shared"] else request.user
    view.save(update_fields=["name", "query", "owner"])
    return _see_other(reverse("saved_views"))


@require_POST
def order_view(request: StaffRequest, slug: str) -> HttpResponse:
    """One place up or down."""
    view = _get_own(request, slug)
    if request.POST.get("to") in {"up", "down"}:
        move_view(view, -1 if request.POST["to"] == "up" else 1)
    return _see_other(reverse("saved_views"))


@require_POST
def delete_view(request: StaffRequest, slug: str) -> HttpResponse:
    """Gone from the menu; this session can bring it back."""
    view = _get_own(request, slug)
    kept = {"name": view.name, "query": view.query, "shared": view.owner_id is None, "slug": view.slug}
    view.delete()
    request.session[_DELETED] = kept
    return _see_other(reverse("saved_views"))


@require_POST
def restore_view(request: StaffRequest) -> HttpResponse:
    """Bring the view back that was deleted last."""
    kept = request.session.pop(_DELETED, None)
    if kept is not None:
        if kept["shared"] and not has_right(request.user.role, "share"):
            raise PermissionDenied
        view = add_view(kept["name"], kept["query"], None if kept["shared"] else request.user, TAKEN)
        if view.slug != kept["slug"] and not SavedView.objects.filter(slug=kept["slug"]).exists():
            SavedView.objects.filter(pk=view.pk).update(slug=kept["slug"])
        messages.success(request, _("Tampilan “%(name)s” kembali.") % {"name": kept["name"]})
    return _see_other(reverse("saved_views"))


def _get_own(request: StaffRequest, slug: str) -> SavedView:
    """A view that this person may change; what is not theirs is not there."""
    view = list_views(request.user).filter(slug=slug).first()
    if view is None:
        raise Http404
    if view.owner_id is None and not has_right(request.user.role, "share"):
        raise PermissionDenied
    return view


def _see_other(address: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": address})
