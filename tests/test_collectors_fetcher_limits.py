"""When a fetch stops (F5-F7): too slow, too large, or not whole. Each is one sentence, and soon."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.collector import FetchError, OverrunError
from collectors.fetcher import Fetcher, FetchSettings, Visit
from tests.servers.hostile import Hostile

SLOW = (
    "/silent", "/drip-head", "/drip-body", "/drip-until-close", "/drip-chunks", "/slow-continue", "/redirect-slow/0",
)  # fmt: skip
ENDLESS = {
    "/endless-continue": "headers are larger than 64 KiB",
    "/endless-headers": "headers are larger than 64 KiB",
    "/endless-body": "more than 10 MiB",
    "/endless-chunks": "more than 10 MiB",
    "/endless-extensions": "incomplete answer",
    "/endless-trailers": "endless trailers",
    "/huge-header": "headers are larger than 64 KiB",
    "/many-headers": "more than 100 headers",
    "/large": "more than 10 MiB",
    "/negative-chunk": "incomplete answer",
    "/bomb-gzip": "larger than 20480 KiB when unpacked",
    "/bomb-deflate": "larger than 20480 KiB when unpacked",
    "/bomb-members": "more than 100 gzip files in one",
    "/bomb-error": "answered HTTP 500",
}
INCOMPLETE = {
    "/short-length": "incomplete answer",
    "/long-body": "longer than its Content-Length",
    "/no-last-chunk": "incomplete answer",
    "/cut-chunk": "incomplete answer",
    "/cut-gzip": "gzip stream that was cut off",
    "/cut-deflate": "deflate stream that was cut off",
    "/partial": "a part only",
}
STRANGE = {
    "/nested": "packed 2 times over",
    "/packed/br": "packed as br, which was not asked for",
    "/packed/zstd": "packed as zstd, which was not asked for",
    "/packed/gzip": "says it is gzip and is not",
    "/packed/deflate": "says it is deflate and is not",
    "/packed/aes128gcm,identity": "packed as aes128gcm",
    "/other-coding": "transfer encoding",
    "/not-http": "does not answer in HTTP",
    "/close-at-once": "broke the connection off",
    "/reset": "broke the connection off",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Hostile]:
    with Hostile() as server:
        yield server


def make_fetcher(server: Hostile, names: int = 1, deadline: float = 10) -> Fetcher:
    """A fetcher that knows the server by several names, each a host of its own."""
    allowed = tuple(f"kota{number}.test:{server.port}" for number in range(names))
    chosen = FetchSettings(
        contact="uji@kota.test", deadline=timedelta(seconds=deadline), pause=timedelta(0), allow_hosts=allowed
    )
    return Fetcher(chosen, lookup=lambda *_: ["127.0.0.1"])


def get_error(visit: Visit, url: str) -> tuple[str, float]:
    """What a fetch fails with, and after how many seconds."""
    began = monotonic()
    with pytest.raises(FetchError) as caught:
        visit.get(url)
    return str(caught.value), monotonic() - began


def test_whatever_is_slow_is_over_at_its_deadline_twenty_times_of_twenty(server: Hostile) -> None:
    fetcher = make_fetcher(server, names=20 * len(SLOW), deadline=1)
    urls = [f"http://kota{number}.test:{server.port}{SLOW[number % len(SLOW)]}" for number in range(20 * len(SLOW))]
    visit = fetcher.visit("uji", timedelta(seconds=30))
    with ThreadPoolExecutor(len(urls)) as pool:
        errors = list(pool.map(lambda url: get_error(visit, url), urls))
    fetcher.close()
    assert {error.rpartition(" /")[2].split(" ", 2)[2] for error, _ in errors} == {"gave no complete answer in time"}
    assert max(seconds for _, seconds in errors) < 3


def test_a_name_server_that_is_silent_is_left_at_the_deadline(server: Hostile) -> None:
    answers = Event()
    chosen = FetchSettings(contact="uji@kota.test", deadline=timedelta(seconds=0.5))
    fetcher = Fetcher(chosen, lookup=lambda *_: ["127.0.0.1"] if answers.wait(20) else [])
    error, seconds = get_error(fetcher.visit("uji", timedelta(seconds=30)), "http://kota.test/")
    answers.set()
    fetcher.close()
    assert error == "uji: http://kota.test/ was not asked: the name kota.test could not be looked up in time"
    assert seconds < 2.5


def test_the_end_of_the_run_is_a_deadline_too(server: Hostile) -> None:
    fetcher = make_fetcher(server, deadline=30)
    began = monotonic()
    with pytest.raises(OverrunError, match="the run reached its time limit"):
        fetcher.visit("uji", timedelta(seconds=0.5)).get(f"http://kota0.test:{server.port}/drip-body")
    fetcher.close()
    assert monotonic() - began < 2.5


def test_closing_ends_what_runs(server: Hostile) -> None:
    fetcher = make_fetcher(server, deadline=60)
    before = len(server.requests)
    with ThreadPoolExecutor(1) as pool:
        visit = fetcher.visit("uji", timedelta(seconds=60))
        running = pool.submit(get_error, visit, f"http://kota0.test:{server.port}/silent")
        while len(server.requests) == before:
            Event().wait(0.01)
        fetcher.close()
        assert running.result(timeout=5)[1] < 5


@pytest.mark.parametrize(("path", "what"), [*ENDLESS.items(), *INCOMPLETE.items(), *STRANGE.items()])
def test_what_is_too_large_or_not_whole_is_an_error_with_its_name(server: Hostile, path: str, what: str) -> None:
    fetcher = make_fetcher(server)
    visit = fetcher.visit("uji", timedelta(seconds=30))
    error, seconds = get_error(visit, f"http://kota0.test:{server.port}{path}")
    fetcher.close()
    assert what in error
    assert "\n" not in error
    assert seconds < 10
    assert visit.bytes <= 11 * 1024 * 1024


@pytest.mark.parametrize("path", ["/redirect-bomb", "/redirect-flood"])
def test_the_body_of_a_redirect_does_not_matter(server: Hostile, path: str) -> None:
    fetcher = make_fetcher(server)
    visit = fetcher.visit("uji", timedelta(seconds=30))
    assert visit.get(f"http://kota0.test:{server.port}{path}").status == 200
    assert visit.bytes < 128 * 1024
    fetcher.close()


TOKENS = (
    b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.1 304 Not Modified", b"HTTP/1.0 200", b"HTTP/1.1 103 x",
    b"HTTP/9 9", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\0", b": ", b" ", b"\x1b[2J", b"\xff", b"\xc3\x28",
    b"5\r\nhello\r\n", b"0\r\n\r\n", b"Transfer-Encoding: chunked", b"Content-Length: 5", b"Content-Length: -1",
    b"Content-Length: 5, 6", b"hello", b"Content-Encoding: gzip", b"Content-Encoding: deflate", b"Location: /raw?2",
    b"Location: http://[::1", b"Location: //\\@x:y/", b"Location: \x1b]0;x\x07:x", b"Set-Cookie: a=b; Domain=..",
    b"Connection: close", b"Retry-After: \xb2",
)  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS) | st.binary(max_size=8), max_size=14), st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_server_says_is_a_reply_or_one_sentence(server: Hostile, tokens: list[bytes], begun: bool) -> None:
    server.raw = (b"HTTP/1.1 200 OK\r\n" if begun else b"") + b"".join(tokens)
    fetcher = make_fetcher(server, deadline=5)
    try:
        reply = fetcher.visit("uji", timedelta(seconds=9)).get(f"http://kota0.test:{server.port}/raw", etag='"1"')
        assert reply.status in {200, 304}
    except FetchError as error:
        assert str(error).isprintable()
    finally:
        fetcher.close()


MEASURE = """
import json, sys
from datetime import timedelta
from collectors.collector import FetchError
from collectors.fetcher import Fetcher, FetchSettings
def peak():  # of this program; getrusage would begin with the peak of the one that started it
    return int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024
place, paths = sys.argv[1], sys.argv[2:]
fetcher = Fetcher(FetchSettings(contact="u@k.test", pause=timedelta(0), allow_hosts=(place,)))
visit = fetcher.visit("uji", timedelta(seconds=60))
visit.get(f"http://{place}/good")
before = peak()
failed = 0
for path in paths:
    try:
        visit.get(f"http://{place}{path}")
    except FetchError as error:
        failed += 1
        assert len(error.body) <= 65536
print(json.dumps([failed, peak() - before]))
"""


def test_the_worst_bodies_take_less_than_150_mb(server: Hostile) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is measured by /proc, which this system lacks")
    paths = [*ENDLESS, "/redirect-bomb", "/redirect-flood", "/million"]
    command = [sys.executable, "-c", MEASURE, server.place, *paths]
    done = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    failed, grown = json.loads(done.stdout)
    assert failed == len(ENDLESS)
    assert grown < 150
    print(f"grown by {grown:.0f} MB")
