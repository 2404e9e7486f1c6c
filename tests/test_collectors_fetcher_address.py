"""Where a request may go (F1-F4): nothing inside is ever reached, however its address is spelled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from collectors.collector import FetchError
from collectors.fetcher import Fetcher, FetchSettings, Visit
from collectors.network.address import AddressError, is_public, parse_target
from tests.servers.hostile import Hostile

LOOPBACK = (
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "0x7F.0x0.0x0.0x1", "2130706433", "017700000001",
    "0177.0.0.1", "0177.1", "127.0.0.1.", "127.255.255.254", "0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.",
    "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "１２７.０.０.１", "①②⑦.0.0.1", "127。0。0。1",
    "%31%32%37.0.0.1",
)  # fmt: skip
INSIDE = (
    "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1",
    "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::8.8.8.8", "100::1", "2001::1",
    "2001:db8::1", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "8.8.8.8", "103.10.104.1", "172.15.255.255", "172.32.0.0", "223.255.255.255", "2606:4700::1111")
SCHEMES = (
    "ftp", "file", "gopher", "data", "javascript", "ldap", "dict", "jar", "sftp", "ws", "unix", "httpx",
    "view-source",
)  # fmt: skip


class _Ear:
    """Hears every connect before it is made: notes where it goes, and lets none out of this machine."""

    def __init__(self) -> None:
        self.listening = False
        self.heard: list[str] = []
        sys.addaudithook(self.hear)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.listening and event == "socket.connect":
            address = arguments[1][0]
            self.heard.append(address)
            if not address.startswith("127."):
                raise ConnectionRefusedError(111, "Connection refused")


@pytest.fixture(scope="module")
def ear() -> _Ear:
    return _Ear()


@pytest.fixture
def tried(ear: _Ear) -> Iterator[list[str]]:
    """The addresses that something connected to."""
    ear.heard.clear()
    ear.listening = True
    yield ear.heard
    ear.listening = False


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture
def visit(server: Hostile) -> Iterator[Visit]:
    """A door that would let the server's port through, but allows nothing inside."""
    fetcher = Fetcher(FetchSettings(contact="uji@kota.test", ports=frozenset({server.port})))
    yield fetcher.visit("uji", timedelta(seconds=30))
    fetcher.close()


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_loopback_is_connected_to(visit: Visit, server: Hostile, tried: list[str], host: str) -> None:
    with pytest.raises(FetchError) as caught:
        visit.get(f"http://{host}:{server.port}/good")
    assert str(caught.value).startswith("uji: ")
    assert not tried
    assert not server.requests


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_outer_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["fe80::1%lo"], []]
)
def test_a_name_with_any_inner_address_is_refused(tried: list[str], server: Hostile, addresses: list[str]) -> None:
    settings = FetchSettings(contact="uji@kota.test", ports=frozenset({server.port}))
    fetcher = Fetcher(settings, lookup=lambda *_: addresses)
    with pytest.raises(FetchError):
        fetcher.visit("uji", timedelta(seconds=30)).get(f"http://kota.test:{server.port}/good")
    fetcher.close()
    assert not tried


def test_a_name_that_changes_its_address_never_leads_inside(tried: list[str], server: Hostile) -> None:
    """Check and connection use one lookup: what the name becomes a moment later does not matter (F3)."""
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if asked.count(host) == 1 else ["127.0.0.1"]

    fetcher = Fetcher(FetchSettings(contact="uji@kota.test", ports=frozenset({server.port})), lookup=look_up)
    visit = fetcher.visit("uji", timedelta(seconds=30))
    for number in range(100):
        with pytest.raises(FetchError, match="refuses the connection"):
            visit.get(f"http://kota{number}.test:{server.port}/good")
    fetcher.close()
    assert len(asked) == 100
    assert tried == ["8.8.8.8"] * 100
    assert not server.requests


def test_allow_hosts_permits_exactly_one_host_and_port(server: Hostile, tried: list[str]) -> None:
    with Hostile() as other:
        settings = FetchSettings(
            contact="u@k.test", allow_hosts=(server.place,), ports=frozenset({other.port, server.port})
        )
        fetcher = Fetcher(settings)
        visit = fetcher.visit("uji", timedelta(seconds=30))
        assert visit.get(server.url("/good")).status == 200
        for url in (
            other.url("/good"),
            f"http://localhost:{server.port}/good",
            f"http://127.0.0.2:{server.port}/good",
        ):
            with pytest.raises(FetchError, match="not on the open internet"):
                visit.get(url)
        fetcher.close()
        assert not other.requests


@pytest.mark.parametrize("port", [1, 22, 25, 3306, 5432, 6379, 8081, 65535])
def test_other_ports_are_refused(tried: list[str], port: int) -> None:
    fetcher = Fetcher(FetchSettings(contact="uji@kota.test"))
    with pytest.raises(FetchError, match=f"port {port} is not one of 80, 443, 8080, 8443"):
        fetcher.visit("uji", timedelta(seconds=30)).get(f"http://8.8.8.8:{port}/")
    fetcher.close()
    assert not tried


@pytest.mark.parametrize("scheme", SCHEMES)
def test_other_schemes_are_not_followed(server: Hostile, scheme: str) -> None:
    fetcher = Fetcher(FetchSettings(contact="uji@kota.test", pause=timedelta(0), allow_hosts=(server.place,)))
    before = len(server.requests)
    with pytest.raises(FetchError, match="only http and https") as caught:
        fetcher.visit("uji", timedelta(seconds=30)).get(
            server.url(f"/redirect-to?{quote(f'{scheme}://{server.place}/good')}")
        )
    fetcher.close()
    assert caught.value.permanent
    assert len(server.requests) == before + 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "//kota.test/",
        "kota.test",
        "http://a b/",
        "http://kota.test:99999/",
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(url: str) -> None:
    with pytest.raises(AddressError):
        parse_target(url)


@pytest.mark.parametrize("url", ["http://user@kota.test/", "http://user:pass@kota.test/"])
def test_an_address_with_a_user_is_refused_and_not_repeated(url: str) -> None:
    fetcher = Fetcher(FetchSettings(contact="uji@kota.test"))
    with pytest.raises(FetchError, match="user name") as caught:
        fetcher.visit("uji", timedelta(seconds=30)).get(url)
    fetcher.close()
    assert "pass" not in str(caught.value)


def test_a_name_outside_ascii_is_read_as_its_idna_form() -> None:
    assert parse_target("http://Kóta.test/a b#x").url == "http://xn--kta-gna.test/a%20b"


def test_an_error_shows_no_query() -> None:
    assert parse_target("https://kota.test/api?key=rahasia").label == "https://kota.test/api?…"
