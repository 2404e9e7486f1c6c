"""The parsing children (F8): ended when they cost too much, replaced at once, and trusted with nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.collector import ParseError, SandboxError
from collectors.item import Author
from collectors.parcel import ParcelError, pack, unpack
from collectors.sandbox import Sandbox
from tests.data.sandbox import jobs

JOBS = "tests.data.sandbox.jobs"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(size=2, cpu=1, memory=300 * 1024 * 1024, wall=5)
    yield sandbox
    sandbox.close()


def test_a_result_comes_back_as_it_was_made(sandbox: Sandbox) -> None:
    made = sandbox.call(f"{JOBS}:make_items", 3, "http://kota.test/")
    assert made == jobs.make_items(3, "http://kota.test/")
    assert type(made) is list
    assert type(made[0].reactions) is dict
    told = (
        "teks \ud800 \0",
        {"a": (1, 2.5, None, True)},
        [b"bytes"],
        datetime(2019, 8, 5, 7, tzinfo=UTC),
        timedelta(1),
    )
    assert sandbox.call(f"{JOBS}:echo", told) == told


def test_a_parse_error_arrives_as_it_is(sandbox: Sandbox) -> None:
    with pytest.raises(ParseError) as caught:
        sandbox.call(f"{JOBS}:refuse", "http://kota.test/")
    assert type(caught.value) is ParseError
    assert str(caught.value) == "http://kota.test/: is a page, not a feed"
    assert caught.value.permanent


def test_another_error_names_its_type_and_hides_its_text(sandbox: Sandbox) -> None:
    with pytest.raises(ParseError) as caught:
        sandbox.call(f"{JOBS}:break_down", "http://kota.test/")
    assert str(caught.value) == "http://kota.test/: could not be parsed (LookupError)"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("job", "why"),
    [
        ("burn", "within 1 s of CPU time"), ("eat", "within 300 MiB of memory"), ("crash", "the parser crashed"),
        ("leave", "the parser crashed"), ("talk", "its result is larger than"), ("recurse", "RecursionError"),
        ("lie", "ParcelError"),
    ],
)  # fmt: skip
def test_a_job_that_costs_too_much_is_ended_and_the_next_runs_at_once(job: str, why: str) -> None:
    sandbox = Sandbox(size=1, cpu=1, memory=300 * 1024 * 1024, wall=10, result=1024 * 1024)
    with pytest.raises(ParseError) as caught:
        sandbox.call(f"{JOBS}:{job}", "http://kota.test/")
    began = monotonic()
    assert sandbox.call(f"{JOBS}:echo", 1) == 1
    assert monotonic() - began < 1
    sandbox.close()
    assert str(caught.value).startswith("http://kota.test/: could not be parsed")
    assert why in str(caught.value)


def test_a_job_that_hangs_is_ended_at_the_wall_limit() -> None:
    sandbox = Sandbox(size=1, wall=0.5)
    began = monotonic()
    with pytest.raises(SandboxError, match="it took too long"):
        sandbox.call(f"{JOBS}:hang", "http://kota.test/")
    assert monotonic() - began < 1.5
    assert sandbox.call(f"{JOBS}:echo", 1) == 1
    sandbox.close()


def test_the_cpu_limit_is_for_each_job(sandbox: Sandbox) -> None:
    assert [sandbox.call(f"{JOBS}:work", 0.4) for _ in range(6)] == ["done"] * 6


def test_a_child_that_died_idle_is_replaced_without_anybody_noticing() -> None:
    sandbox = Sandbox(size=1)
    child = sandbox.call(f"{JOBS}:get_pid")
    os.kill(child, signal.SIGKILL)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    assert sandbox.call(f"{JOBS}:get_pid") != child
    sandbox.close()


def test_callers_share_the_children(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: sandbox.call(f"{JOBS}:echo", number), range(100)))
    assert made == list(range(100))
    pids = {sandbox.call(f"{JOBS}:get_pid") for _ in range(10)}
    assert len(pids) <= 2
    assert os.getpid() not in pids


def test_a_child_imports_only_what_its_jobs_need() -> None:
    """One child keeps to one kind of job while there is another for the others."""
    sandbox = Sandbox(size=2)
    sandbox.call("tests.data.sandbox.heavy:parse")
    for _ in range(5):
        modules = sandbox.call(f"{JOBS}:get_modules")
        assert "tests.data.sandbox.heavy" not in modules
    assert not {"requests", "django", "trafilatura", "feedparser", "lxml", "socket", "subprocess"} & set(modules)
    sandbox.close()


def test_a_child_knows_no_secret_and_has_no_file_of_ours(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "rahasia")
    fresh = Sandbox(size=1)
    environment, files = fresh.call(f"{JOBS}:look_around")
    fresh.close()
    assert set(environment) <= {"PYTHONPATH", "LANG", "LC_CTYPE"}
    assert len(files) <= 5  # its job, two times nothing, the pipe that says we live, the list of files itself


def test_children_die_with_their_parent(tmp_path: Path) -> None:
    program = (
        "from collectors.sandbox import Sandbox; import threading\n"
        "sandbox = Sandbox(size=1, cpu=60, wall=60)\n"
        f"print(sandbox.call('{JOBS}:get_pid'), flush=True)\n"
        f"sandbox.call('{JOBS}:hold_the_lock', 30)\n"
    )
    root = Path(__file__).parent.parent
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=root) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        while "R" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
            assert parent.poll() is None
        parent.send_signal(signal.SIGKILL)
    until = monotonic() + 5
    while _runs(child) and monotonic() < until:
        pass
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] not in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    "value",
    [Path("/etc"), {1, 2}, object(), 1j, range(3), os.system, Sandbox, [(ParseError("a", "b"),)], {"a": Path("/")}],
)
def test_what_is_no_record_cannot_be_sent(value: Any) -> None:
    with pytest.raises(ParcelError):
        pack(value)


@pytest.mark.parametrize(
    "parcel",
    [
        b"", b"{}", b'{"a":1}', b"[]", b"[1]", b"[[]]", b'["x"]', b'["os:system","true"]', b'["builtins:eval","1"]',
        b'["collectors.item:Item"]', b'["collectors.item:Mapping"]', b'["collectors.item:cut","a",1]', b'["D","x"]',
        b'["collectors.sandbox:Sandbox"]', b'["collectors.item:datetime",1,1,1]', b'["d",1]', b'["d",["l"],1]',
        b'["s","x"]', b'["collectors.item:Author.__init__",1]', b'["b",5]', b'["b","\xc4\x80"]', b"\xff",
        b'["l",' * 50 + b"1" + b"]" * 50,
        b"[" * 100_000, b"1" * 5000, b'["D",1]', b'["D"]', b'["collectors.item:Author",1,2]', b'["s",1e400]',
    ],
)  # fmt: skip
def test_a_parcel_of_a_captured_child_is_refused(parcel: bytes) -> None:
    with pytest.raises(ParcelError):
        unpack(parcel)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary() | st.dates()
        | st.datetimes(timezones=st.just(UTC)) | st.timedeltas() | st.builds(Author, name=st.text()),
        lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)  # fmt: skip
def test_whatever_is_packed_is_unpacked_equal(value: Any) -> None:
    assert unpack(pack(value)) == value


def test_a_parser_s_own_text_arrives_as_plain_text() -> None:
    class Text(str):
        __slots__ = ("document",)

    made = unpack(pack([Text("isi")]))
    assert made == ["isi"]
    assert type(made[0]) is str


def test_a_closed_sandbox_takes_no_more_jobs() -> None:
    sandbox = Sandbox(size=1)
    sandbox.close()
    with pytest.raises(SandboxError, match="the program is ending"):
        sandbox.call(f"{JOBS}:echo", 1)


def test_a_feed_of_fifty_entries_costs_less_than_a_millisecond_more(sandbox: Sandbox) -> None:
    url = "http://kota.test/"
    sandbox.call(f"{JOBS}:echo", jobs.make_items(50, url))
    began = monotonic()
    for _ in range(50):
        sandbox.call(f"{JOBS}:get_made", 50, url)
    seconds = (monotonic() - began) / 50
    assert seconds < 0.01  # a test machine may be busy; bench/bench_fetcher.py measures
    assert jobs.make_items(1, url)[0].author == Author(name="Warga 0")
