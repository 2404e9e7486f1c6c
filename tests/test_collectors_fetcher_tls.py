"""TLS (F15): the certificate is verified against the name, the version is 1.2 or later, and there is no switch."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.collector import FetchError
from collectors.fetcher import Fetcher, FetchSettings, Visit
from tests.servers.hostile import Hostile
from tests.servers.misbehaviour import FEED

TLS = Path(__file__).parent / "data" / "tls"


def make_context(certificate: str) -> ssl.SSLContext:
    """What a server with this certificate uses."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way an administrator adds an authority of the agency's own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(TLS / "authority.pem"))


def open_visit(server: Hostile, host: str = "kota.test", deadline: float = 10) -> Iterator[Visit]:
    """A door to the server under a name."""
    settings = FetchSettings(
        contact="u@kota.test",
        pause=timedelta(0),
        allow_hosts=(f"{host}:{server.port}",),
        deadline=timedelta(seconds=deadline),
    )
    fetcher = Fetcher(settings, lookup=lambda *_: ["127.0.0.1"])
    yield fetcher.visit("uji", timedelta(seconds=30))
    fetcher.close()


def test_a_certificate_of_a_trusted_authority_is_accepted() -> None:
    with Hostile(context=make_context("good.pem")) as server:
        for visit in open_visit(server):
            for path in ("/good", "/good-chunked", "/good-close", "/redirect/2", "/good-gzip"):
                assert visit.get(f"https://kota.test:{server.port}{path}").body == FEED
            with pytest.raises(FetchError, match="longer than its Content-Length"):
                visit.get(f"https://kota.test:{server.port}/long-body")


@pytest.mark.parametrize(
    ("certificate", "host", "why"),
    [
        ("self-signed.pem", "kota.test", "self[- ]signed certificate"),
        ("expired.pem", "kota.test", "certificate has expired"),
        ("other.pem", "kota.test", "Hostname mismatch"),
        ("good.pem", "127.0.0.1", "IP address mismatch"),
    ],
)
def test_a_certificate_that_proves_nothing_ends_the_fetch(certificate: str, host: str, why: str) -> None:
    with Hostile(context=make_context(certificate)) as server:
        for visit in open_visit(server, host):
            with pytest.raises(FetchError, match=f"has a certificate that cannot be trusted: .*{why}"):
                visit.get(f"https://{host}:{server.port}/good")
        assert not server.requests


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_an_old_version_of_tls_is_not_spoken() -> None:
    context = make_context("good.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Hostile(context=context) as server:
        for visit in open_visit(server):
            with pytest.raises(FetchError, match="cannot be talked to over TLS"):
                visit.get(f"https://kota.test:{server.port}/good")
        assert not server.requests


def test_a_server_that_speaks_no_tls_is_named() -> None:
    with Hostile() as server:
        for visit in open_visit(server, deadline=1):
            with pytest.raises(FetchError, match=r"TLS|in time"):
                visit.get(f"https://kota.test:{server.port}/good")


@pytest.mark.parametrize("path", ["/drip-body", "/drip-head", "/silent", "/drip-until-close"])
def test_the_deadline_holds_over_tls(path: str) -> None:
    with Hostile(context=make_context("good.pem")) as server:
        for visit in open_visit(server, deadline=0.5):
            with pytest.raises(FetchError, match="gave no complete answer in time"):
                visit.get(f"https://kota.test:{server.port}{path}")


def test_credentials_do_not_go_from_https_to_http() -> None:
    with Hostile(context=make_context("good.pem")) as server, Hostile() as plain:
        settings = FetchSettings(
            contact="u@kota.test",
            pause=timedelta(0),
            allow_hosts=(f"kota.test:{server.port}", f"kota.test:{plain.port}"),
        )
        fetcher = Fetcher(settings, lookup=lambda *_: ["127.0.0.1"])
        url = f"https://kota.test:{server.port}/redirect-to?http://kota.test:{plain.port}/echo"
        reply = fetcher.visit("uji", timedelta(seconds=30)).get(url, auth=("humas", "rahasia"))
        fetcher.close()
    assert b"authorization" not in reply.body
    assert "authorization" in server.requests[0].headers
