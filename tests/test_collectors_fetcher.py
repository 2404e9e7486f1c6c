"""Fetching from a server that behaves: replies, conditions, redirects, credentials, pages that did not change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.collector import FetchError, GoneError, OverrunError
from collectors.fetcher import Fetcher, FetchSettings, Visit
from collectors.page import Page, fetch_page
from tests.servers.hostile import Hostile
from tests.servers.misbehaviour import FEED

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture
def fetcher(server: Hostile, elsewhere: Hostile) -> Iterator[Fetcher]:
    allowed = (server.place, elsewhere.place)
    fetcher = Fetcher(FetchSettings(contact="humas@kota.test", pause=timedelta(0), allow_hosts=allowed))
    yield fetcher
    fetcher.close()


@pytest.fixture
def visit(fetcher: Fetcher) -> Visit:
    return fetcher.visit("uji", timedelta(seconds=30))


@pytest.mark.parametrize(
    "path",
    [
        "/good",
        "/good-gzip",
        "/good-glued",
        "/good-deflate",
        "/good-raw-deflate",
        "/good-chunked",
        "/good-close",
        "/good-hints",
    ],
)
def test_a_right_answer_is_understood_in_every_shape(visit: Visit, server: Hostile, path: str) -> None:
    first, second = visit.get(server.url(path)), visit.get(server.url(path))
    assert first.body == second.body == FEED
    assert first.digest == second.digest == visit.get(server.url("/good")).digest
    assert (first.status, first.url, first.moved) == (200, server.url(path), None)


def test_a_visit_counts_its_requests_and_bytes(visit: Visit, server: Hostile) -> None:
    visit.get(server.url("/redirect/2"))
    assert (visit.requests, visit.bytes) == (3, len(FEED))


def test_a_connection_is_used_again(visit: Visit, server: Hostile) -> None:
    before = len(server.requests)
    for path in ("/good", "/redirect/1", "/good-chunked", "/status/404", "/good-hints"):
        visit.get(server.url(path), statuses={404})
    assert len({seen.connection for seen in server.requests[before:]}) == 1


def test_a_connection_that_the_server_closed_is_opened_anew(visit: Visit, server: Hostile) -> None:
    assert [visit.get(server.url("/good-once")).status for _ in range(5)] == [200] * 5


def test_we_say_who_we_are_and_send_what_a_reader_needs(visit: Visit, server: Hostile) -> None:
    headers = json.loads(visit.get(server.url("/echo"), accept="application/json").body)
    assert headers["user-agent"].startswith("Kentongan/")
    assert headers["user-agent"].endswith("(+humas@kota.test)")
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["accept"] == "application/json"


def test_no_cookie_is_ever_kept(visit: Visit, server: Hostile) -> None:
    visit.get(server.url("/echo"))
    assert "cookie" not in json.loads(visit.get(server.url("/echo")).body)


def test_conditions_go_out_byte_for_byte(visit: Visit, server: Hostile) -> None:
    etag, modified = 'W/"a-\xe9 \t;,b"', "Mon, 5 Aug 2019 07:04:00 -0000"
    headers = json.loads(visit.get(server.url("/echo"), etag=etag, last_modified=modified).body)
    assert (headers["if-none-match"], headers["if-modified-since"]) == (etag, modified)


def test_a_condition_that_would_break_the_request_is_left_out(visit: Visit, server: Hostile) -> None:
    headers = json.loads(visit.get(server.url("/echo"), etag='"a"\r\nX-Evil: 1', last_modified="Senin \u2014").body)
    assert not {"if-none-match", "if-modified-since", "x-evil"} & headers.keys()


def test_a_304_is_a_reply_only_where_conditions_were_given(visit: Visit, server: Hostile) -> None:
    assert visit.get(server.url("/good"), etag='"v1"').status == 304
    with pytest.raises(FetchError, match="HTTP 304"):
        visit.get(server.url("/status/304"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 500, 502, 599, 999])
def test_an_error_status_is_an_error_with_its_status_and_body(visit: Visit, server: Hostile, status: int) -> None:
    with pytest.raises(FetchError) as caught:
        visit.get(server.url(f"/status/{status}"))
    assert (caught.value.status, caught.value.body) == (status, b"<p>no</p>")
    assert str(caught.value) == f"uji: {server.url(f'/status/{status}')} answered HTTP {status}"


def test_a_status_that_was_asked_for_is_a_reply(visit: Visit, server: Hostile) -> None:
    assert visit.get(server.url("/status/404"), statuses={404}).body == b"<p>no</p>"


def test_gone_is_permanent(visit: Visit, server: Hostile) -> None:
    with pytest.raises(GoneError) as caught:
        visit.get(server.url("/gone"))
    assert caught.value.permanent
    assert caught.value.status == 410


def test_five_redirects_are_followed_and_six_are_not(visit: Visit, server: Hostile) -> None:
    reply = visit.get(server.url("/redirect/5"))
    assert (reply.url, reply.moved) == (server.url("/good"), None)
    with pytest.raises(FetchError, match="more than 5 times"):
        visit.get(server.url("/redirect/6"))


@pytest.mark.parametrize(("path", "most"), [("/redirect-loop", 2), ("/redirect-endless/0", 6)])
def test_a_circle_of_redirects_ends(visit: Visit, server: Hostile, path: str, most: int) -> None:
    with pytest.raises(FetchError, match="redirects"):
        visit.get(server.url(path))
    assert visit.requests <= most


def test_a_permanent_redirect_tells_the_new_address(visit: Visit, server: Hostile) -> None:
    assert visit.get(server.url("/moved-to?/good")).moved == server.url("/good")
    assert visit.get(server.url("/moved-to?/redirect/1")).moved == server.url("/redirect/1")
    assert visit.get(server.url("/redirect-to?/moved-to%3F/good")).moved is None


def test_credentials_stay_with_their_host(visit: Visit, server: Hostile, elsewhere: Hostile) -> None:
    auth = ("humas", "rahasia")
    at_home = json.loads(visit.get(server.url("/redirect-to?/echo"), auth=auth).body)
    assert at_home["authorization"] == "Basic aHVtYXM6cmFoYXNpYQ=="
    abroad = json.loads(visit.get(server.url(f"/redirect-to?{elsewhere.url('/echo')}"), auth=auth).body)
    assert not {"authorization", "cookie"} & abroad.keys()
    back = f"/redirect-to?{elsewhere.url('/redirect-to?')}{server.url('/echo')}"
    assert "authorization" not in json.loads(visit.get(server.url(back), auth=auth).body)


def test_the_environment_sends_us_nowhere(
    server: Hostile, elsewhere: Hostile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login spy password spy")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, elsewhere.url("/"))
    fetcher = Fetcher(
        FetchSettings(contact="u@k.test", pause=timedelta(0), allow_hosts=(server.place, elsewhere.place))
    )
    headers = json.loads(fetcher.visit("uji", timedelta(seconds=9)).get(server.url("/echo")).body)
    fetcher.close()
    assert "authorization" not in headers
    assert not elsewhere.requests


def test_a_run_over_its_limit_fetches_no_more(fetcher: Fetcher, server: Hostile) -> None:
    with pytest.raises(OverrunError, match="uji: the run reached its time limit"):
        fetcher.visit("uji", timedelta(0)).get(server.url("/good"))


def test_a_page_that_did_not_change_is_not_given_again(visit: Visit, server: Hostile) -> None:
    reply, page = fetch_page(visit, server.url("/good"), None, NOW)
    assert reply is not None
    assert (page.etag, page.last_modified, page.digest) == ('"v1"', "Mon, 05 Aug 2019 07:04:00 GMT", reply.digest)
    again, same = fetch_page(visit, server.url("/good"), Page.from_json(page.to_json()), NOW + timedelta(hours=1))
    assert again is None
    assert same == page
    assert server.requests[-1].headers["if-none-match"] == '"v1"'


def test_a_page_without_conditions_is_known_by_its_body(visit: Visit, server: Hostile) -> None:
    _, page = fetch_page(visit, server.url("/good-chunked"), None, NOW)
    again, later = fetch_page(visit, server.url("/good-chunked"), page, NOW + timedelta(hours=1))
    assert again is None
    assert later == page  # there is nothing to store
    _, next_day = fetch_page(visit, server.url("/good-chunked"), page, NOW + timedelta(hours=25))
    assert next_day.full_at == NOW + timedelta(hours=25)


def test_a_page_is_fetched_whole_once_a_day(visit: Visit, server: Hostile) -> None:
    _, page = fetch_page(visit, server.url("/good"), None, NOW)
    again, later = fetch_page(visit, server.url("/good"), page, NOW + timedelta(days=1))
    assert again is None  # the body is the same
    assert later.full_at == NOW + timedelta(days=1)
    assert not {"if-none-match", "if-modified-since"} & server.requests[-1].headers.keys()


@pytest.mark.parametrize(
    "document", [None, 7, "x", [], {}, {"full_at": "gestern"}, {"full_at": "2026-11-24T06:00:00"}]
)
def test_a_cursor_that_is_not_a_page_costs_one_full_fetch(document: object) -> None:
    assert Page.from_json(document) is None
