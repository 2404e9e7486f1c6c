"""How we behave towards hosts (F13, F14): turns, pauses, Retry-After, robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event
from time import monotonic, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.collector import FetchError, HeldError
from collectors.fetcher import Fetcher, FetchSettings
from collectors.network.politeness import Hold, MemoryHolds, next_hold, parse_retry_after
from collectors.network.robots import parse_robots
from tests.servers.hostile import Hostile

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


def make_fetcher(
    *servers: Hostile, pause: float = 0, holds: MemoryHolds | None = None, clock: Clock | None = None
) -> Fetcher:
    """A fetcher that may ask these servers."""
    places = tuple(server.place for server in servers)
    settings = FetchSettings(contact="u@kota.test", pause=timedelta(seconds=pause), allow_hosts=places)
    return Fetcher(settings, holds, clock or (lambda: datetime.now(UTC)))


def test_a_host_is_asked_by_one_at_a_time_with_a_pause(server: Hostile) -> None:
    fetcher = make_fetcher(server, pause=0.1)
    visits = [fetcher.visit(f"uji {number}", timedelta(seconds=30)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda visit: visit.get(server.url("/good")), visits))
    fetcher.close()
    times = [seen.at for seen in server.requests]
    assert len(times) == 8
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1
    assert len({seen.connection for seen in server.requests}) == 1


def test_a_host_that_waits_does_not_stop_another(server: Hostile) -> None:
    with Hostile() as other:
        fetcher = make_fetcher(server, other, pause=0.5)
        visit = fetcher.visit("uji", timedelta(seconds=30))
        visit.get(server.url("/good"))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(visit.get, server.url("/good"))
            began = monotonic()
            visit.get(other.url("/good"))
            assert monotonic() - began < 0.4
            assert waiting.result().status == 200
        fetcher.close()


def test_a_short_pause_is_only_for_allowed_hosts() -> None:
    from collectors.network.address import parse_target

    settings = FetchSettings(contact="u@kota.test", pause=timedelta(0), allow_hosts=("kota.test:8091",))
    fetcher = Fetcher(settings)
    assert fetcher.get_courtesy(parse_target("http://kota.test:8091/")) == ("kota.test:8091", 0)
    assert fetcher.get_courtesy(parse_target("http://kota.test/")) == ("kota.test", 1)
    assert fetcher.get_courtesy(parse_target("https://kota.test:8443/")) == ("kota.test", 1)
    fetcher.close()


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)), (" 7 ", timedelta(seconds=7)), ("86400", timedelta(days=1)),
        ("99999999999", timedelta(days=1)), ("Tue, 24 Nov 2026 08:00:00 GMT", timedelta(hours=2)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", timedelta(days=1)), ("Tue Nov 24 06:00:05 2026", timedelta(seconds=5)),
        ("0", None), ("-5", None), ("1.5", None), ("soon", None), ("", None), (None, None), ("9" * 5000, None),
        ("٣", None), ("Mon, 05 Aug 2019 07:04:00 GMT", None), ("Fri, 32 Foo 99999 25:61:61 GMT", None),
    ],
)  # fmt: skip
def test_retry_after_is_read_in_seconds_or_as_a_date(value: str | None, wait: timedelta | None) -> None:
    assert parse_retry_after(value, NOW) == wait


@given(st.text(max_size=60))
def test_any_retry_after_gives_a_wait_within_a_day(value: str) -> None:
    hold = next_hold(None, value, "HTTP 429", NOW)
    assert NOW < hold.until <= NOW + timedelta(hours=24)


def test_without_retry_after_the_wait_doubles_up_to_six_hours() -> None:
    hold, waits = None, []
    for _ in range(12):
        hold = next_hold(hold, None, "HTTP 503", NOW)
        waits.append((hold.until - NOW) / timedelta(minutes=1))
    for number, wait in enumerate(waits):
        planned = min(2**number, 360)
        assert 0.8 * planned <= wait <= 1.2 * planned


@pytest.mark.parametrize("status", ["/retry-after/120", "/retry-after/date-120"])
def test_no_request_goes_out_before_retry_after_also_after_a_restart(server: Hostile, status: str) -> None:
    holds, clock = MemoryHolds(), Clock(datetime.fromtimestamp(int(time()), UTC))
    began = clock.now
    fetcher = make_fetcher(server, holds=holds, clock=clock)
    with pytest.raises(FetchError, match="HTTP 429") as caught:
        fetcher.visit("uji", timedelta(seconds=30)).get(server.url(status))
    assert caught.value.status == 429
    for second in range(50):
        clock.now = began + timedelta(seconds=second * 2.3)
        if second == 25:  # a new process with the same store
            fetcher.close()
            fetcher = make_fetcher(server, holds=holds, clock=clock)
        with pytest.raises(HeldError, match="is not asked before") as held:
            fetcher.visit("uji", timedelta(seconds=30)).get(server.url("/good"))
        assert held.value.until is not None
        assert held.value.until >= began + timedelta(seconds=119)
    assert len(server.requests) == 1
    clock.now = began + timedelta(seconds=122)
    assert fetcher.visit("uji", timedelta(seconds=30)).get(server.url("/good")).status == 200
    assert holds.get(server.place) is None
    fetcher.close()


def test_a_service_that_is_unavailable_is_held_too(server: Hostile) -> None:
    holds = MemoryHolds()
    fetcher = make_fetcher(server, holds=holds)
    with pytest.raises(FetchError, match="HTTP 503"):
        fetcher.visit("uji", timedelta(seconds=30)).get(server.url("/status/503"))
    hold = holds.get(server.place)
    assert hold is not None
    assert (hold.failures, hold.reason) == (1, "HTTP 503")
    fetcher.close()


def test_a_429_counts_although_its_body_never_ends(server: Hostile) -> None:
    holds = MemoryHolds()
    places = FetchSettings(contact="u@kota.test", deadline=timedelta(seconds=0.5), allow_hosts=(server.place,))
    fetcher = Fetcher(places, holds)
    with pytest.raises(FetchError, match="HTTP 429"):
        fetcher.visit("uji", timedelta(seconds=30)).get(server.url("/too-many-slowly"))
    fetcher.close()
    hold = holds.get(server.place)
    assert hold is not None
    assert hold.until > datetime.now(UTC) + timedelta(minutes=59)


def test_a_hold_of_another_process_counts(server: Hostile) -> None:
    holds = MemoryHolds()
    holds.set(server.place, Hold(until=datetime.now(UTC) + timedelta(minutes=5), failures=1, reason="HTTP 429"))
    fetcher = make_fetcher(server, holds=holds)
    with pytest.raises(HeldError):
        fetcher.visit("uji", timedelta(seconds=30)).get(server.url("/good"))
    fetcher.close()
    assert not server.requests


def test_whoever_waits_for_a_turn_is_woken_when_the_program_ends(server: Hostile) -> None:
    fetcher = make_fetcher(server, pause=60)
    visit = fetcher.visit("uji", timedelta(seconds=120))
    visit.get(server.url("/good"))
    started = Event()

    def ask() -> None:
        started.set()
        visit.get(server.url("/good"))

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask)
        started.wait(5)
        fetcher.close()
        with pytest.raises(FetchError, match="turn did not come"):
            waiting.result(timeout=5)


def get_status(fetcher: Fetcher, url: str) -> int:
    """The status of a page that is read with robots.txt in mind."""
    return fetcher.visit("uji", timedelta(seconds=30)).get(url, robots=True).status


def test_robots_txt_is_asked_once_and_obeyed(server: Hostile) -> None:
    server.robots = b"User-agent: *\nDisallow: /echo\n\nUser-agent: Kentongan\nDisallow: /good-gzip\nAllow: /good\n"
    fetcher = make_fetcher(server)
    assert get_status(fetcher, server.url("/good")) == 200
    assert get_status(fetcher, server.url("/echo")) == 200
    with pytest.raises(HeldError, match="closed to robots") as caught:
        get_status(fetcher, server.url("/good-gzip"))
    assert caught.value.permanent
    assert [seen.path for seen in server.requests] == ["/robots.txt", "/good", "/echo"]
    fetcher.close()


def test_robots_txt_counts_for_every_hop(server: Hostile) -> None:
    server.robots = b"User-agent: *\nDisallow: /good\n"
    fetcher = make_fetcher(server)
    with pytest.raises(HeldError, match="closed to robots"):
        get_status(fetcher, server.url("/redirect/1"))
    fetcher.close()


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451])
def test_without_robots_txt_everything_is_allowed(server: Hostile, status: int) -> None:
    server.robots = status
    fetcher = make_fetcher(server)
    assert get_status(fetcher, server.url("/good")) == 200
    fetcher.close()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 999])
def test_while_robots_txt_cannot_be_read_we_wait(server: Hostile, clock: Clock, status: int) -> None:
    server.robots = status
    fetcher = make_fetcher(server, clock=clock)
    for _ in range(3):
        with pytest.raises(HeldError) as caught:
            get_status(fetcher, server.url("/good"))
        assert caught.value.until is not None
        assert caught.value.until > NOW
    assert [seen.path for seen in server.requests] == ["/robots.txt"]
    server.robots = b""
    clock.now += timedelta(hours=1)
    assert get_status(fetcher, server.url("/good")) == 200
    fetcher.close()


def test_robots_txt_is_kept_for_a_day_at_most(server: Hostile, clock: Clock) -> None:
    fetcher = make_fetcher(server, clock=clock)
    for hours in (0, 23, 2, 23):
        clock.now += timedelta(hours=hours)
        get_status(fetcher, server.url("/good"))
    fetcher.close()
    assert [seen.path for seen in server.requests].count("/robots.txt") == 2


def test_only_the_first_500_kib_of_robots_txt_count(server: Hostile) -> None:
    server.robots = b"User-agent: *\n" + b"#" + b"x" * 600_000 + b"\nDisallow: /\n"
    fetcher = make_fetcher(server)
    assert get_status(fetcher, server.url("/good")) == 200
    fetcher.close()


def test_a_crawl_delay_is_honoured_within_reason(server: Hostile) -> None:
    server.robots = b"User-agent: *\nCrawl-delay: 0.3\n"
    fetcher = make_fetcher(server)
    for _ in range(3):
        get_status(fetcher, server.url("/good"))
    fetcher.close()
    times = [seen.at for seen in server.requests if seen.path == "/good"]
    assert times[1] - times[0] >= 0.3
    assert times[2] - times[1] >= 0.3
    assert parse_robots(b"User-agent: *\nCrawl-delay: 86400", NOW).delay == 30
    assert parse_robots(b"User-agent: *\nCrawl-delay: nan", NOW).delay == 0


def test_a_robots_txt_of_many_names_and_rules_is_read_quickly() -> None:
    names = b"".join(b"User-agent: r%d\n" % number for number in range(10_000))
    rules = b"".join(b"Disallow: /%d*$\n" % number for number in range(10_000))
    began = monotonic()
    rules_read = parse_robots(names + b"User-agent: *\n" + rules, NOW)
    assert not rules_read.allow("http://kota.test/9999")
    assert monotonic() - began < 2
