"""When an article's comments are read again: often on its first day, ever more seldom, and never after its last.

A `Watch` lives in a collector's cursor as JSON; who reads the comments, and how, is the collector's affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

# How old a watch is, and how long its comments then stay unread.
_PACE = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=3), timedelta(hours=6)),
    (timedelta.max, timedelta(days=1)),
)
# Polls are not punctual: one that comes a little early must not wait for the next.
_SLACK = timedelta(minutes=2)
# What one cursor may hold; beyond it the oldest watches end early.
MAX_WATCHES = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One thread whose comments are read again."""

    thread: str  # external_id of the article
    url: str  # what is read: the article's page, or its comment feed
    since: datetime  # when the watch began
    read: datetime  # when the comments were read last
    page: dict[str, object] | None = None  # what a conditional request needs, as collectors.page gives it


def due(watch: Watch, now: datetime) -> bool:
    """Is it time to read these comments again?"""
    age = now - watch.since
    pause = next(pause for limit, pause in _PACE if age < limit)
    return now - watch.read >= pause - _SLACK


def mark_read(watch: Watch, now: datetime, page: dict[str, object] | None = None) -> Watch:
    """The same watch, just read; `page` replaces what the next conditional request needs."""
    return replace(watch, read=now, page=page if page is not None else watch.page)


def add_watch(watches: Iterable[Watch], new: Watch) -> tuple[Watch, ...]:
    """The watches with one more; a thread that is watched already stays as it is."""
    kept = tuple(watches)
    return kept if any(watch.thread == new.thread for watch in kept) else (*kept, new)


def prune(watches: Iterable[Watch], now: datetime, watch_days: int) -> tuple[Watch, ...]:
    """The watches that have not reached their last day, oldest first, at most MAX_WATCHES."""
    limit = timedelta(days=watch_days)
    alive = sorted((watch for watch in watches if now - watch.since < limit), key=lambda watch: watch.since)
    return tuple(alive[-MAX_WATCHES:])


def watches_to_json(watches: Iterable[Watch]) -> list[dict[str, object]]:
    """The watches as a cursor keeps them."""
    return [_to_json(watch) for watch in watches]


def watches_from_json(value: object) -> tuple[Watch, ...]:
    """What `watches_to_json` gave; an entry that cannot be read is left out, as its article is offered again."""
    entries = value if isinstance(value, list) else []
    return tuple(watch for watch in map(_from_json, entries) if watch is not None)


def _to_json(watch: Watch) -> dict[str, object]:
    entry: dict[str, object] = {
        "thread": watch.thread,
        "since": watch.since.astimezone(UTC).isoformat(timespec="seconds"),
        "read": watch.read.astimezone(UTC).isoformat(timespec="seconds"),
    }
    if watch.url != watch.thread:
        entry["url"] = watch.url
    if watch.page is not None:
        entry["page"] = watch.page
    return entry


def _from_json(entry: object) -> Watch | None:
    match entry:
        case {"thread": str(thread), "since": str(since), "read": str(read), **rest}:
            url, page = rest.get("url", thread), rest.get("page")
        case _:
            return None
    times = _time(since), _time(read)
    if times[0] is None or times[1] is None or not isinstance(url, str):
        return None
    return Watch(thread=thread, url=url, since=times[0], read=times[1], page=page if isinstance(page, dict) else None)


def _time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else None
