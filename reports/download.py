"""An export in the browser: what a search finds, masked, as a file of 100,000 rows at most (W9, W11)."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from reports.export import find_keys, get_columns, stream_mentions
from reports.writer import WRITERS
from storage.audit import write_event
from storage.models import User
from storage.query import QueryError, parse_query
from storage.visible import visible_to

MOST = 100_000
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_POST
def download(request: HttpRequest) -> HttpResponseBase:
    """What the search of the form finds among what this person may see. The stream shows what is wrong with it."""
    user, text, form = cast(User, request.user), request.POST.get("q", ""), request.POST.get("format", "")
    if form not in _TYPES:
        raise BadRequest(form)
    try:
        keys = find_keys(parse_query(text, settings.AGENCY_ZONE, user), within=visible_to(user), most=MOST)
    except QueryError:
        return HttpResponseRedirect(f"{reverse('stream')}?{urlencode({'q': text})}", status=303)
    taken = {"query": text, "mentions": len(keys), "format": form, "raw": False}
    write_event(user.username, "export", "browser", after=taken, origin=request.META.get("REMOTE_ADDR", ""))
    name = f"kentongan-{timezone.now().astimezone(settings.AGENCY_ZONE):%Y%m%d-%H%M}.{form}"
    if form == "xlsx":
        return FileResponse(_write_book(keys), as_attachment=True, filename=name, content_type=_TYPES[form])
    reply = StreamingHttpResponse(_stream_csv(keys), content_type=_TYPES[form])
    reply["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


def _stream_csv(keys: array[int]) -> Iterator[bytes]:
    """As it is read: a hundred thousand rows take no memory."""
    buffer = io.BytesIO()
    writer = WRITERS["csv"](buffer, get_columns(raw=False))
    for batch in stream_mentions(keys):
        writer.write(batch)
        yield _take(buffer)
    writer.close()
    yield _take(buffer)


def _take(buffer: io.BytesIO) -> bytes:
    taken = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return taken


def _write_book(keys: array[int]) -> IO[Any]:
    """A book is a zip archive, whole only at its end: it is written to the disk first."""
    file = TemporaryFile()  # noqa: SIM115 -- the response closes it
    writer = WRITERS["xlsx"](file, get_columns(raw=False))
    for batch in stream_mentions(keys):
        writer.write(batch)
    writer.close()
    file.seek(0)
    return file
