"""The pages for what went wrong: one plain sentence, what to do, an id that stands in the log too; never a trace."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from pipeline.bug import describe_bug
from storage.connection import explain_error
from storage.error import BusyError, FullError, ReadOnlyError, StoreError

LOGGER = logging.getLogger("inbox.error")
_SECRET = ("password", "token", "secret", "code")  # fields of forms that are never shown again


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What a page says of it."""

    status: int
    title: str
    sentence: str


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 for a body that is too large."""
    if isinstance(exception, RequestDataTooBig):
        return _show(
            request,
            Trouble(
                status=413,
                title=_("Kiriman terlalu besar"),
                sentence=_(
                    "Yang Anda kirim melebihi batas. Pilih berkas yang lebih kecil, atau kirim sebagian dulu."
                ),
            ),
        )
    return _show(
        request,
        Trouble(
            status=400,
            title=_("Permintaan tidak dapat dibaca"),
            sentence=_("Alamat atau isi yang dikirim tidak lengkap. Kembali ke halaman sebelumnya, lalu coba lagi."),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the person's role does not include it."""
    return _show(
        request,
        Trouble(
            status=403,
            title=_("Halaman ini tidak untuk peran Anda"),
            sentence=_("Peran Anda tidak mencakup hal ini. Bila Anda memerlukannya, minta kepada admin kantor."),
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: not there, or not for this person; which of the two is not said."""
    return _show(
        request,
        Trouble(
            status=404,
            title=_("Tidak ditemukan"),
            sentence=_("Alamat ini tidak ada, atau isinya bukan untuk Anda."),
        ),
    )


def refuse_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: what changes something did not come from a page of ours, or from one that is too old."""
    return _show(
        request,
        Trouble(
            status=403,
            title=_("Formulir ini sudah tidak berlaku"),
            sentence=_(
                "Halamannya terlalu lama terbuka atau dibuka dari tempat lain. Salin yang sudah Anda tulis, "
                "muat ulang halamannya, lalu kirim lagi."
            ),
        ),
        typed=True,
    )


def not_allowed(request: HttpRequest) -> HttpResponse:
    """405: this address is not asked in that way."""
    return _show(
        request,
        Trouble(
            status=405,
            title=_("Tidak bisa dengan cara ini"),
            sentence=_(
                "Alamat ini hanya menerima formulir dari halamannya sendiri. Buka halamannya, lalu coba lagi."
            ),
        ),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500 for a bug of ours, 503 when the store cannot be used; what was typed is shown again."""
    error = sys.exc_info()[1]
    known = _explain(error)
    name = secrets.token_hex(4)
    if known is None:
        LOGGER.error("page error %s: %s", name, describe_bug(error) if error else "unknown")
        trouble = Trouble(
            status=500,
            title=_("Ada yang salah di pihak kami"),
            sentence=_(
                "Halaman ini gagal dibuat. Yang sudah tersimpan tetap aman. Coba lagi; bila tetap gagal, "
                "sebutkan nomor di bawah ini kepada admin."
            ),
        )
    else:
        LOGGER.error("page error %s: %s", name, known)
        trouble = Trouble(
            status=503,
            title=_("Basis data sedang tidak dapat dipakai"),
            sentence=_say_store(known),
        )
    return _show(request, trouble, name=name, typed=True)


def _explain(error: BaseException | None) -> StoreError | None:
    if isinstance(error, StoreError):
        return error
    return explain_error(error) if isinstance(error, DatabaseError) else None


def _say_store(error: StoreError) -> str:
    if isinstance(error, FullError):
        return _("Tempat penyimpanan penuh. Membaca masih bisa; menyimpan bisa lagi setelah admin memberi ruang.")
    if isinstance(error, BusyError):
        return _("Sedang dipakai oleh pekerjaan lain terlalu lama. Tunggu sebentar, lalu kirim lagi.")
    if isinstance(error, ReadOnlyError):
        return _("Basis data hanya dapat dibaca. Admin perlu memeriksa hak berkasnya.")
    return _("Yang sudah tersimpan tetap aman. Coba lagi sebentar; bila tetap begini, hubungi admin.")


def _show(request: HttpRequest, trouble: Trouble, *, name: str = "", typed: bool = False) -> HttpResponse:
    """The page; it asks neither the store nor the session for anything, for they may be what fails."""
    context = {
        "trouble": trouble,
        "number": name,
        "typed": list(_read_typed(request)) if typed else [],
        "nonce": getattr(request, "csp_nonce", ""),
    }
    return HttpResponse(render_to_string("inbox/error.html", context), status=trouble.status)


def _read_typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """What a person wrote in the form that could not be kept; never a password."""
    try:
        fields = list(request.POST.items())
    except (PermissionDenied, RequestDataTooBig, OSError):
        return
    for field, value in fields:
        hidden = any(word in field.casefold() for word in _SECRET)
        if isinstance(value, str) and len(value.strip()) > 2 and not hidden:
            yield field, value[:70_000]
