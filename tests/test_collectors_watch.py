"""The schedule by which the comments under an article are read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.watch import (
    MAX_WATCHES,
    Watch,
    add_watch,
    due,
    mark_read,
    prune,
    watches_from_json,
    watches_to_json,
)

START = datetime(2026, 11, 1, 6, tzinfo=UTC)
ARTICLE = "https://koran.test/berita/1"


def make_watch(**changes: object) -> Watch:
    fields: dict[str, object] = {"thread": ARTICLE, "url": ARTICLE, "since": START, "read": START, **changes}
    return Watch(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "unread", "expected"),
    [
        (timedelta(minutes=59), timedelta(minutes=59), True),
        (timedelta(minutes=45), timedelta(minutes=45), False),
        (timedelta(hours=23), timedelta(hours=1), True),
        (timedelta(hours=25), timedelta(hours=1), False),
        (timedelta(hours=25), timedelta(hours=6), True),
        (timedelta(days=4), timedelta(hours=6), False),
        (timedelta(days=4), timedelta(hours=24), True),
    ],
)
def test_comments_are_read_hourly_then_every_six_hours_then_daily(
    age: timedelta, unread: timedelta, expected: bool
) -> None:
    now = START + age
    assert due(make_watch(read=now - unread), now) is expected


def test_a_watch_of_fourteen_days_costs_few_requests() -> None:
    watch, now, reads = make_watch(), START, 0
    while prune([watch], now, 14):
        if due(watch, now):
            watch, reads = mark_read(watch, now), reads + 1
        now += timedelta(minutes=15)
    assert reads == 23 + 8 + 11


def test_a_watch_ends_on_its_last_day() -> None:
    assert prune([make_watch()], START + timedelta(days=13, hours=23), 14) == (make_watch(),)
    assert prune([make_watch()], START + timedelta(days=14), 14) == ()
    assert prune([make_watch()], START, 0) == ()


def test_too_many_watches_end_the_oldest_first() -> None:
    watches = [make_watch(thread=str(n), since=START + timedelta(minutes=n)) for n in range(MAX_WATCHES + 5)]
    assert [watch.thread for watch in prune(reversed(watches), START, 14)] == [w.thread for w in watches[5:]]


def test_a_thread_is_watched_once() -> None:
    assert add_watch([make_watch()], make_watch(read=START + timedelta(days=1))) == (make_watch(),)
    assert len(add_watch([make_watch()], make_watch(thread="other"))) == 2


def test_reading_keeps_what_the_next_conditional_request_needs() -> None:
    watch = mark_read(make_watch(page={"etag": '"a"'}), START + timedelta(hours=1))
    assert (watch.page, watch.read) == ({"etag": '"a"'}, START + timedelta(hours=1))
    assert mark_read(watch, START, {"etag": '"b"'}).page == {"etag": '"b"'}


_times = st.builds(
    lambda seconds, hours: datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours))),
    st.integers(0, 4_000_000_000),
    st.sampled_from([0, 7]),
)
_watches = st.builds(
    Watch,
    thread=st.text(),
    url=st.text(),
    since=_times,
    read=_times,
    page=st.none() | st.dictionaries(st.text(), st.none() | st.text() | st.integers()),
)


@given(st.lists(_watches))
def test_watches_survive_the_cursor(watches: list[Watch]) -> None:
    assert list(watches_from_json(json.loads(json.dumps(watches_to_json(watches))))) == watches


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["thread", "since", "read", "url", "page"]), inner)
    ),
)


@given(_json)
def test_a_cursor_of_another_version_is_read_without_error(value: object) -> None:
    assert all(isinstance(watch, Watch) for watch in watches_from_json(value))
