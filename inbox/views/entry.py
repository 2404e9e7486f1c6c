"""`/entry` ("Catat"): what came by foot, phone, letter or screenshot becomes a mention, with its picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from collectors.item import Author, Item
from inbox.attached import find_pictures
from inbox.forms.entry import EntryForm, make_entry_form
from inbox.intake import COUNTER, get_intake
from inbox.redirect import see_other
from inbox.request import StaffRequest
from storage.models import Attachment, Mention, ReviewEvent, User

if TYPE_CHECKING:
    from inbox.picture import Picture

_NAME = "gambar.jpg"
_ENTERED = "entered"  # the act in a mention's history


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: StaffRequest) -> HttpResponse:
    """The form; what it brings is stored, and the new mention shown."""
    if request.method != "POST":
        saved = request.GET.get("saved", "")
        page = {"form": make_entry_form(), "saved": int(saved) if saved.isascii() and saved.isdigit() else None}
        return render(request, "inbox/entry.html", page)
    form = EntryForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            mention = store_entry(form, request.user)
        except ValueError:  # a text that no database takes
            form.add_error("text", gettext("Teks ini memuat huruf yang tidak dapat disimpan."))
        else:
            return see_other(f"{reverse('entry')}?saved={mention.pk}")
    return render(request, "inbox/entry.html", {"form": form}, status=422)


def store_entry(form: EntryForm, by: User) -> Mention:
    """The mention of a valid form; the same form sent twice is stored once, another text under its key is another."""
    said, text = form.cleaned_data, form.cleaned_data["text"] or gettext("(lihat gambar)")
    key = f"{by.pk}-{said['key']}"
    with transaction.atomic():
        known = Mention.objects.filter(source__name=COUNTER, external_id=key).first()
        if known is not None and known.text.split() != text.split():
            key = f"{by.pk}-{token_hex(16)}"
        item = Item(
            external_id=key,
            kind="message",
            text=text,
            author=Author(name=said["author"] or None),
            published=said["when"],
            published_precision="minute",
            raw=json.dumps({"arrival": said["arrival"], "entered_by": by.username}),
        )
        source_id = get_intake().store_item(item, COUNTER, said["arrival"])
        mention = Mention.objects.get(source_id=source_id, external_id=key)
        if not mention.events.filter(action=_ENTERED).exists():
            _record(mention, said, form.files.get("picture"), by)
        return mention


def _record(mention: Mention, said: Mapping[str, Any], file: UploadedFile[bytes] | None, by: User) -> None:
    """Who wrote it down, and the picture that came with it."""
    now = timezone.now()
    ReviewEvent.objects.create(mention=mention, at=now, by=by, action=_ENTERED, after=said["arrival"])
    picture: Picture | None = said["picture"]
    if picture is not None:
        Attachment.objects.create(
            mention=mention,
            by=by,
            at=now,
            name=(file.name if file and file.name else _NAME)[-200:],
            mime=picture.mime,
            body=picture.body,
            width=picture.width,
            height=picture.height,
        )


@require_GET
def attachment(request: StaffRequest, number: int) -> HttpResponse:
    """A picture, for whoever may see its mention; 404 for what is not there and for what is not theirs."""
    found = find_pictures(request.user).filter(pk=number).first()
    if found is None:
        raise Http404
    headers = {"Content-Disposition": 'inline; filename="gambar.jpg"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(found.body), content_type=found.mime, headers=headers)
