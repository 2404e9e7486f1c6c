"""What bench_inbox measures: the statements of a page of each search, as the store writes them, run many times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bench.inbox_store import STATUSES, TAGS
from bench.million_store import COMMON, KINDS, RARE

ROUNDS = 15
LONG = 3.0  # seconds; what takes so long is not asked again
PAGE = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of the table: milliseconds; `times` is how often the plain list fits in, `most` how often it may."""

    label: str
    sql: float
    whole: float | None = None  # with everything around it, in Python
    times: float | None = None
    most: float | None = None
    note: str = ""


def time_median(work: Callable[[], object]) -> float:
    """Milliseconds, median; the first time is not counted where it is short."""
    taken: list[float] = []
    while len(taken) < ROUNDS + 1 and sum(taken) < LONG:
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:] or taken) * 1000


def time_both(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of two, in turn, so that whatever else the machine does is done to both."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(2 * ROUNDS):
        for work, times in zip((one, other), taken, strict=True):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
    return statistics.median(taken[0]) * 1000, statistics.median(taken[1]) * 1000


def capture(work: Callable[[], object]) -> list[tuple[str, Any]]:
    """The statements that some work sends."""
    from django.db import connection

    sent: list[tuple[str, Any]] = []

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        sent.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        work()
    return sent


def time_statements(sent: Sequence[tuple[str, Any]]) -> float:
    """How long the database takes for them, every row fetched."""
    from django.db import connection

    def run() -> None:
        with connection.cursor() as cursor:
            for sql, parameters in sent:
                cursor.execute(sql, parameters)
                cursor.fetchall()

    return time_median(run)


def read_page(search: str, **where: int) -> list[Any]:
    """A page as the inbox reads it: the keys of the search, then their rows."""
    from storage.models import Mention, User
    from storage.page import find_page
    from storage.query import parse_query
    from storage.visible import visible_to

    user = User.objects.get(username="sari")
    keys = find_page(parse_query(search, user=user), PAGE + 1, within=visible_to(user), **where)
    return list(Mention.objects.filter(pk__in=keys).select_related("source", "assignee").order_by("-pk"))


def measure_page(label: str, search: str, plain: float | None, most: float | None, **where: int) -> Row:
    """One search, the way the store looks it up."""
    sent = [one for one in capture(lambda: read_page(search, **where)) if '"person"."username" = ' not in one[0]]
    sql = time_statements(sent)
    found = len(read_page(search, **where))
    return Row(
        label=label,
        sql=sql,
        whole=time_median(lambda: read_page(search, **where)),
        times=None if plain is None else sql / plain,
        most=most,
        note="" if found > PAGE else f"{found} found",
    )


def measure_searches(postgresql: bool) -> Iterator[Row]:
    """The plain list, then every line of the targets."""
    plain = measure_page("plain list, newest 50", "", None, None)
    yield plain
    word = 60.0 if postgresql else 300.0
    base = plain.sql
    yield measure_page("common word", COMMON, base, 60.0 if postgresql else 5.0)
    yield measure_page("rare word", RARE, base, word)
    yield measure_page("two words", f"{COMMON} izin", base, word)
    yield measure_page("common and rare word", f"{COMMON} {RARE}", base, word)
    yield measure_page("phrase", f'"{COMMON} kota"', base, word)
    yield measure_page("no such word", "xyzzy", base, word)
    yield from _worst("one status", [f"status:{status}" for status, _ in STATUSES], base, 25)
    yield from _worst("one tag", [f"tag:{tag or 'none'}" for tag, _ in TAGS], base, 25)
    sources = sorted(KINDS, key=lambda kind: kind.share)
    names = [f'source:"{kind.name}"' for kind in sources]
    three = [names[0], names[len(names) // 2], names[-1]]
    yield from _worst("one source", three, base, 25)
    pairs = [f"{status} {tag}" for status in ("status:new", "status:closed") for tag in ("tag:none", "tag:question")]
    yield from _worst("status and tag", pairs, base, 25)
    yield from _worst("source and status", [f"{name} {one}" for name in three for one in pairs[0].split()], base, 25)
    yield from _worst("source, status and tag", [f"{name} {pair}" for name in three for pair in pairs], base, 25)
    yield measure_page("mine, in progress", "assignee:me status:in_progress", base, 25)
    yield from _worst("common word + one source", [f"{COMMON} {name}" for name in three], base, 100)
    tags = [f"{COMMON} tag:{tag}" for tag in ("question", "other", "praise", "none")]
    yield from _worst("common word + one tag", tags, base, 100)
    yield from _worst("common word + one status", [f"{COMMON} status:{status}" for status, _ in STATUSES], base, None)


def _worst(label: str, searches: list[str], plain: float, most: float | None) -> Iterator[Row]:
    """Of several values the slowest, named."""
    rows = [measure_page(f"{label}", search, plain, most) for search in searches]
    slowest = max(range(len(rows)), key=lambda place: rows[place].sql)
    row = rows[slowest]
    yield Row(
        label=label,
        sql=row.sql,
        whole=row.whole,
        times=row.times,
        most=most,
        note=f"worst of {len(rows)}: {searches[slowest]}; {row.note}".rstrip("; "),
    )


def measure_paging(total: int) -> Iterator[Row]:
    """Page 1,000 by its "older" link beside page 1."""
    from django.db import connection

    depth = min(1_000, total // PAGE // 4)
    for label, search in (("all", ""), ("a common word", COMMON), ("closed", "status:closed")):
        from storage.query import filter_mentions, parse_query

        found = filter_mentions(parse_query(search)).values_list("pk", flat=True)
        key = found[depth * PAGE : depth * PAGE + 1][0]
        first, later = time_both(partial(read_page, search), partial(read_page, search, older_than=key))
        yield Row(
            label=f"page {depth:,} / page 1 of {label}",
            sql=measure_page(label, search, None, None, older_than=key).sql,
            whole=later,
            times=later / first,
            most=1.2,
            note=f"page 1: {first:.1f} ms",
        )
    connection.close()


def measure_counts(plain: float) -> Iterator[Row]:
    """A view's count, capped, beside COUNT(*)."""
    from storage.query import count_capped, parse_query

    for search in ("", "status:new", "status:closed", COMMON):
        sent = capture(lambda search=search: count_capped(parse_query(search)))  # type: ignore[misc]
        sql = time_statements(sent)
        yield Row(label=f"count to 1,001: {search or 'all'}", sql=sql, times=sql / plain)
