"""One poll of one source: collect → normalize → match → group → save, each batch with its cursor."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from django.db import InterfaceError, OperationalError, connection, transaction

from collectors.collector import Collected, CollectError, Collector, Context, Cursor, GoneError, HeldError, SourceSpec
from collectors.fetcher import Fetcher, Visit
from collectors.sandbox import Sandbox
from pipeline.bug import describe_bug
from pipeline.examine import examine
from pipeline.group import group_stories
from pipeline.keep import name_rule
from pipeline.memory import Memory, read_cursor, remember, write_cursor
from pipeline.outcome import Outcome, Record, Tally, tell_outcome
from pipeline.source import pause_source
from pipeline.terms import Terms
from pipeline.turn import Turns
from storage.connection import explain_error
from storage.dialect import without_waiting_for_the_disk
from storage.error import LeaseLostError, StoreError
from storage.ingest import save
from storage.record import Batch, Ending, Fence, Passed

LOGGER = logging.getLogger("kentongan.pipeline")
AT_ONCE = 1_000  # items in one transaction
ELSEWHERE = "is being collected by another process"
GIVEN_UP = "another process took over; what was not stored yet is left to it"
STOPPED = "ended because the program is stopping; the next run goes on from here"
# Disk full, locked, server gone: not our bug, and it may pass.
STORE_ERRORS = (StoreError, OperationalError, InterfaceError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What is to be run: a row of the sources, its configuration, and the collector of its kind."""

    source_id: int
    spec: SourceSpec
    collector: Collector


@dataclass(frozen=True, kw_only=True, slots=True)
class Means:
    """What a process lends to each of its runs."""

    fetcher: Fetcher
    sandbox: Sandbox
    terms: Terms
    turns: Turns
    limit: timedelta  # of one run
    now: Callable[[], datetime]
    fence: Fence | None = None  # the scheduler's: no write once another scheduler took over
    stopping: threading.Event = field(default_factory=threading.Event)
    grouping: AbstractContextManager[object] = field(
        default_factory=threading.Lock
    )  # one batch of articles at a time


def run_source(job: Job, means: Means) -> Outcome:
    """Poll a source once and store what came; a source, its bytes or a bug fail this run and nothing else."""
    name, kind = job.spec.name, job.spec.kind
    try:
        with means.turns.take(f"source:{job.source_id}") as turn:
            if turn is None:
                return Outcome(source=name, kind=kind, outcome="skipped", error=f"{name}: {ELSEWHERE}")
            record = Record(job.source_id, means.now())
            ending = _run(job, means, record, turn)
            with without_waiting_for_the_disk(), transaction.atomic():  # one write ends the run and the turn
                record.end(ending, means.now())
                means.turns.give_back(turn)
            return tell_outcome(name, kind, ending)
    except STORE_ERRORS as error:
        connection.close()
        return Outcome(source=name, kind=kind, outcome="failed", error=f"{name}: {tell_store_error(error)}")


def is_elsewhere(outcome: Outcome) -> bool:
    """Was there no run because another process has the source? Nothing is recorded of it."""
    return outcome.error == f"{outcome.source}: {ELSEWHERE}"


def _run(job: Job, means: Means, record: Record, turn: Fence) -> Ending:
    started, tally = monotonic(), Tally()
    fences = (turn, means.fence) if means.fence else (turn,)
    visit = means.fetcher.visit(job.spec.name, means.limit)
    try:
        with closing(_read_batches(job, means, visit, tally)) as batches:
            for batch in batches:
                run_id = record.get_id() if batch.mentions or batch.poison else None
                tally.add(save(job.source_id, batch, run_id, fences))
    except CollectError as error:
        _fail(job, tally, error, stopping=means.stopping.is_set())
    except LeaseLostError:
        tally.fail(f"{job.spec.name}: {GIVEN_UP}")
    except STORE_ERRORS as error:
        tally.fail(f"{job.spec.name}: {tell_store_error(error)}")
    except Exception as bug:  # the one place around a job: a bug is loud, and fails this run only
        LOGGER.error("%s: %s", job.spec.name, describe_bug(bug))
        tally.fail(f"{job.spec.name}: internal error ({type(bug).__name__}); the log says where")
    return tally.end(visit.requests, visit.bytes, monotonic() - started)


def _read_batches(job: Job, means: Means, visit: Visit, tally: Tally) -> Generator[Batch, None, None]:
    """What the collector gives, ready to be stored; nothing where a batch says nothing new."""
    before = read_cursor(job.source_id, name_rule(job.spec.keep, means.terms))
    memory = remember(job.source_id)
    for collected in job.collector.collect(job.spec, before, make_context(means, visit, memory)):
        tally.passed += collected.unchanged
        tally.note = collected.note or tally.note
        if (
            before.anew
            or collected.cursor.state != before.state
            or collected.items
            or collected.gone
            or collected.bad
        ):
            yield from _make_batches(job, means, memory, collected, before, tally)
        before = collected.cursor


def make_context(means: Means, visit: Visit, memory: Memory) -> Context:
    """What a run lends to its collector."""
    return Context(visit=visit, sandbox=means.sandbox, now=means.now, wanted=means.terms.wanted, held=memory.get_held)


def _make_batches(
    job: Job, means: Means, memory: Memory, collected: Collected, before: Cursor, tally: Tally
) -> Iterator[Batch]:
    """A collected batch as one to store; as several where articles in it tell one story."""
    now, rule = means.now(), name_rule(job.spec.keep, means.terms)
    while len(collected.items) > AT_ONCE:  # a transaction is how long an officer's click waits
        first = replace(collected, items=collected.items[:AT_ONCE], gone=(), bad=(), cursor=before)
        yield from _make_batches(job, means, memory, first, before, tally)
        collected = replace(collected, items=collected.items[AT_ONCE:])
    examined, poison = examine(collected, job.spec, means.terms, memory, now)
    kept = [one for one in examined if one.verdict.kept]
    passed = [Passed(mention=one.mention, why=one.verdict.why) for one in examined if not one.verdict.kept]
    tally.ignored += len(passed)
    fresh = frozenset(one.mention.external_id for one in kept if one.fresh)
    parts = group_stories(job.source_id, [one.mention for one in kept], fresh, means.grouping)
    # The cursor is true only once everything is stored, so all parts but the last keep the old one.
    for part, last in parts:
        yield Batch(
            mentions=tuple(part),
            gone=collected.gone if last else (),
            poison=tuple(poison) if last else (),
            passed=tuple(passed) if last else (),
            cursor=write_cursor(collected.cursor if last else before, rule),
            now=now,
        )


def _fail(job: Job, tally: Tally, error: CollectError, *, stopping: bool) -> None:
    if stopping:
        tally.fail(f"{job.spec.name}: {STOPPED}", skipped=True)
        return
    if isinstance(error, GoneError):
        pause_source(job.source_id, error.what)
    tally.fail(str(error), skipped=isinstance(error, HeldError))


def tell_store_error(error: Exception) -> str:
    """One sentence; PostgreSQL's further lines would quote the values of a row."""
    known = error if isinstance(error, StoreError) else explain_error(error)
    return str(known or f"the store cannot be used ({str(error).partition(chr(10))[0]})")
