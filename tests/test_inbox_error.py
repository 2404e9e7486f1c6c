"""What goes wrong is said in plain Indonesian under careful headers, and what was typed is not lost."""

from __future__ import annotations

import logging
import re
import sqlite3

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from inbox.views.error import broken
from storage.error import FullError
from storage.models import User
from tests.settings import ROOT_URLCONF

PASSWORD = "ketuk tilu tiga kali"
POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def read_policy(reply: object) -> dict[str, str]:
    said = reply["Content-Security-Policy"]  # type: ignore[index]
    parts = (part.strip().partition(" ") for part in said.split(";"))
    return {name: value for name, _, value in parts}


def fail(request: HttpRequest, error: Exception) -> HttpResponse:
    """The page that Django would show for this error."""
    try:
        raise error
    except type(error):
        return broken(request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/account/login/", 200),
        ("GET", "/tidak-ada", 404),
        ("GET", "/language", 405),
        ("GET", "/", 302),
        ("GET", "/healthz", 200),
        ("GET", "/static/inbox/kentongan.css", 200),
        ("GET", "/static/tidak-ada.css", 404),
        ("GET", "/static/django_htmx/htmx-2.min.js", 200),
    ],
)
def test_every_answer_has_the_promised_headers(method: str, address: str, status: int) -> None:
    reply = Client(raise_request_exception=False).generic(method, address)
    reply.close()
    assert reply.status_code == status
    policy = read_policy(reply)
    assert {name: policy[name] for name in POLICY} == POLICY
    assert "unsafe" not in reply["Content-Security-Policy"]
    assert re.fullmatch(r"('nonce-[\w+/=]+')?", policy["script-src"])
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert reply["Referrer-Policy"] == "same-origin"
    assert ("no-store" in reply["Cache-Control"]) != (status == 200 and address.startswith("/static/"))


@pytest.mark.django_db
def test_a_host_that_is_not_ours_and_a_body_that_is_too_large_are_refused_in_words() -> None:
    client = Client(raise_request_exception=False)
    reply = client.get("/", headers={"Host": "jahat.test"})
    assert (reply.status_code, "tidak dapat dibaca" in reply.content.decode()) == (400, True)
    reply = client.post("/language", {"language": "x" * (1024**2 + 1)})
    assert (reply.status_code, "terlalu besar" in reply.content.decode()) == (413, True)
    assert client.post("/language", {f"f{n}": "x" for n in range(101)}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"Origin": "https://jahat.test"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_elsewhere_is_refused_and_its_text_shown_again(headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    reply = client.post("/language", {"language": "en", "note": "catatan yang panjang"}, headers=headers)
    page = reply.content.decode()
    assert (reply.status_code, "sudah tidak berlaku" in page, "catatan yang panjang" in page) == (403, True, True)
    assert "default-src 'none'" in reply["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("SQLITE_FULL", "Tempat penyimpanan penuh"),
        ("SQLITE_BUSY", "Sedang dipakai oleh pekerjaan lain"),
        ("SQLITE_READONLY", "hanya dapat dibaca"),
        ("SQLITE_CANTOPEN", "tetap aman"),
        ("SQLITE_IOERR", "tetap aman"),
    ],
)
def test_a_store_in_trouble_is_a_page_that_says_so_and_keeps_what_was_typed(code: str, sentence: str) -> None:
    cause = sqlite3.OperationalError("rahasia di dalam pesan")
    cause.sqlite_errorname = code
    error = OperationalError("rahasia di dalam pesan")
    error.__cause__ = cause
    request = RequestFactory().post("/", {"text": "<b>Jalan rusak & berlubang</b>", "password": PASSWORD})
    reply = fail(request, error)
    page = reply.content.decode()
    assert (reply.status_code, sentence in page) == (503, True)
    assert "Basis data sedang tidak dapat dipakai" in page
    assert "&lt;b&gt;Jalan rusak &amp; berlubang&lt;/b&gt;" in page
    assert PASSWORD not in page and "rahasia di dalam pesan" not in page


def test_a_bug_is_one_sentence_with_a_number_that_stands_in_the_log_without_what_it_quotes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = fail(RequestFactory().post("/", {"text": "yang ditulis"}), ValueError("NIK 3573010101900001"))
    page = reply.content.decode()
    number = re.search(r"<code>([0-9a-f]{8})</code>", page)
    assert number is not None and number[1] in caplog.text
    assert (reply.status_code, "yang ditulis" in page) == (500, True)
    assert "3573010101900001" not in page + caplog.text
    assert "Traceback" not in page


def test_the_same_page_is_shown_for_an_error_of_the_room_below() -> None:
    reply = fail(RequestFactory().get("/"), FullError("kentongan.sqlite3: there is no space left"))
    assert (reply.status_code, "kentongan.sqlite3" in reply.content.decode()) == (503, False)


def explode(_request: HttpRequest) -> HttpResponse:
    raise RuntimeError("kejutan")


urlpatterns = [path("language", explode, name="set_language")]
handler500 = "inbox.views.error.broken"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_exception_in_a_page_comes_out_as_our_page_under_our_headers() -> None:
    assert ROOT_URLCONF == "kentongan.urls"
    reply = Client(raise_request_exception=False).post("/language", {"note": "catatan"})
    page = reply.content.decode()
    assert (reply.status_code, "catatan" in page, "kejutan" in page) == (500, True, False)
    assert "default-src 'none'" in reply["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "chain", "proto", "seen", "secure"),
    [
        ("127.0.0.1", "203.0.113.9", "https", "127.0.0.1", False),
        ("10.0.0.5", "203.0.113.9", "https", "203.0.113.9", True),
        ("10.0.0.5", "1.2.3.4, 203.0.113.9, 10.0.0.7", "https", "203.0.113.9", True),
        ("10.0.0.5", "bukan alamat", "http", "10.0.0.5", False),
        ("10.0.0.5", "", "", "10.0.0.5", False),
    ],
)
def test_a_clients_address_is_believed_only_of_a_named_proxy(
    settings: object, peer: str, chain: str, proto: str, seen: str, secure: bool
) -> None:
    from inbox.middleware.proxy import ProxyMiddleware

    settings.TRUSTED_PROXIES = ("10.0.0.0/24",)  # type: ignore[attr-defined]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # type: ignore[attr-defined]
    request = RequestFactory().get(
        "/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=chain, HTTP_X_FORWARDED_PROTO=proto, HTTP_X_FORWARDED_HOST="x"
    )
    ProxyMiddleware(lambda _: HttpResponse())(request)
    assert (request.META["REMOTE_ADDR"], request.is_secure()) == (seen, secure)
    assert "HTTP_X_FORWARDED_HOST" not in request.META


@pytest.mark.django_db
def test_a_page_says_405_in_words_and_names_what_is_allowed() -> None:
    client = Client()
    client.force_login(User.objects.create_user("sari", PASSWORD, role="agent"))
    reply = client.delete("/language")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
    assert "Tidak bisa dengan cara ini" in reply.content.decode()
