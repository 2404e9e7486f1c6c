"""`/import`: a table is uploaded, its columns are named, its first rows are shown, then all of it is stored."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from collectors.collector import ParseError
from collectors.item import Item
from collectors.table import preview_table
from collectors.tables.column import map_columns
from collectors.tables.read import RefusedRow, open_table
from inbox.forms.importing import CHANNELS, COLUMNS_SHOWN, FIELDS, LEFT_OUT, UploadForm, read_mapping
from inbox.intake import get_intake
from inbox.reason import tell_reason
from inbox.redirect import see_other
from inbox.request import StaffRequest
from inbox.upload import MAX_REFUSED, Upload, find_upload, keep_upload

EXCERPT = 200  # characters of a text in the preview
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column of the file, and what it is taken for."""

    place: int
    header: str
    field: str


@require_http_methods(["GET", "HEAD", "POST"])
def start_import(request: StaffRequest) -> HttpResponse:
    """The file is kept, and its columns are asked about on the next page."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        upload = keep_upload(form.cleaned_data["file"], request.user.pk)
        address = reverse("import_file", args=[upload.token])
        return see_other(
            f"{address}?{urlencode({'source': form.get_source(), 'channel': form.cleaned_data['channel']})}"
        )
    return render(request, "inbox/import.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: StaffRequest, token: str) -> HttpResponse:
    """The columns and the first rows; by POST all of them are stored; afterwards what became of them."""
    upload = _get_upload(request, token)
    if upload.result is not None:
        return render(request, "inbox/import_done.html", _describe_result(upload))
    sent = request.POST if request.method == "POST" else request.GET
    page = _preview(upload, sent)
    if request.method == "POST" and not page["trouble"]:
        page["trouble"] = _store(upload, page)
        if not page["trouble"]:
            return see_other(reverse("import_file", args=[token]))
    return render(request, "inbox/import_preview.html", page, status=422 if request.method == "POST" else 200)


@require_GET
def refused_rows(request: StaffRequest, token: str) -> HttpResponse:
    """The refused rows as a table: line and reason, no cell of it a formula (W9)."""
    upload = _get_upload(request, token)
    if upload.result is None:
        raise Http404
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([gettext("baris"), gettext("alasan")])
    writer.writerows([line, _defuse(tell_reason(reason))] for line, reason in upload.result["refused"])
    headers = {"Content-Disposition": 'attachment; filename="baris-ditolak.csv"'}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _get_upload(request: StaffRequest, token: str) -> Upload:
    upload = find_upload(token, request.user.pk)
    if upload is None:
        raise Http404
    return upload


def _preview(upload: Upload, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What the page shows; `trouble` is why it cannot be imported so."""
    channel = sent.get("channel", "")
    page: dict[str, Any] = {
        "upload": upload,
        "source": str(sent.get("source") or f"import:{upload.name}")[:200],
        "channel": channel if channel in CHANNELS else "website",
        "fields": FIELDS.items(),
        "left_out": LEFT_OUT,
        "trouble": "",
    }
    try:
        with open_table(upload.path, {}) as table:
            headers = table.headers
        mapping = read_mapping(sent, headers)
        page |= {"mapping": mapping, "columns": list(_list_columns(headers, mapping, upload.name))}
        page["trouble"] = _find_twice(page["columns"])
        preview = preview_table(upload.path, mapping, settings.AGENCY_ZONE)
        page |= {"items": [_tell_item(item) for item in preview.items], "refused": _tell_rows(preview.refused)}
    except ParseError as error:
        page["trouble"] = tell_reason(error.what)
    return page


def _list_columns(headers: tuple[str, ...], mapping: Mapping[str, str], name: str) -> Iterator[Column]:
    try:
        guessed: Mapping[int, str] = map_columns(headers, mapping, name)
    except ParseError:  # no column is the text: that is what the page asks
        guessed = {place: field for place, header in enumerate(headers) if (field := mapping.get(header, ""))}
    for place, header in enumerate(headers[:COLUMNS_SHOWN]):
        if header.strip():
            yield Column(place=place, header=header, field=guessed.get(place, LEFT_OUT))


def _find_twice(columns: list[Column]) -> str:
    """Two columns for one field: one of them would be lost without a word."""
    chosen = Counter(column.field for column in columns if column.field != LEFT_OUT)
    twice = [str(FIELDS[field]) for field, count in chosen.items() if count > 1]
    if not twice:
        return ""
    return gettext("Dua kolom dipilih untuk “%(field)s”. Pilih satu saja.") % {"field": twice[0]}


def _store(upload: Upload, page: Mapping[str, Any]) -> str:
    """Import all rows and write down what became of them; one sentence where that cannot be."""
    refused: list[RefusedRow] = []
    count = 0

    def refuse(row: RefusedRow) -> None:
        nonlocal count
        count += 1
        if len(refused) < MAX_REFUSED:
            refused.append(row)

    try:
        outcome = get_intake().store_file(upload.path, page["source"], page["channel"], page["mapping"], refuse)
    except ValueError:
        return gettext("Nama “%(name)s” sudah dipakai sumber yang dikumpulkan sendiri. Pilih nama lain.") % {
            "name": page["source"]
        }
    if outcome.outcome in {"failed", "skipped"}:
        return tell_reason((outcome.error or "").removeprefix(f"{outcome.source}: "))
    upload.finish(outcome.source, outcome, refused, count)
    return ""


def _describe_result(upload: Upload) -> dict[str, Any]:
    assert upload.result is not None
    rows = [RefusedRow(line, reason) for line, reason in upload.result["refused"]]
    return {
        "upload": upload,
        "source": upload.result["source"],
        "outcome": upload.result["outcome"],
        "refused_count": upload.result["refused_count"],
        "refused": _tell_rows(rows[:50]),
    }


def _tell_item(item: Item) -> dict[str, str]:
    how = "j F Y" if item.published_precision == "day" else "j F Y, H.i"
    return {
        "who": item.author.name or "",
        "when": date_format(item.published.astimezone(settings.AGENCY_ZONE), how) if item.published else "",
        "title": item.title or "",
        "text": item.text if len(item.text) <= EXCERPT else item.text[:EXCERPT] + " …",
    }


def _tell_rows(rows: tuple[RefusedRow, ...] | list[RefusedRow]) -> list[dict[str, object]]:
    return [{"line": row.line, "reason": tell_reason(row.reason)} for row in rows]


def _defuse(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
