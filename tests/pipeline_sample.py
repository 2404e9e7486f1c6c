"""What the tests of the pipeline and the scheduler need to run a source: the one fake is a collector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.fetcher import Fetcher, FetchSettings
from collectors.item import Item
from collectors.options import Options
from collectors.sandbox import Sandbox
from pipeline.run import Job, Means
from pipeline.source import Configured, sync_sources
from pipeline.terms import compile_terms
from pipeline.turn import Turns

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

Step = Collected | Exception | Callable[[Context], Collected]


class ScriptedCollector:
    """Gives what it is told, poll after poll; an exception is raised, a function is called."""

    def __init__(self, *steps: Step) -> None:
        self.steps = steps
        self.cursors: list[Cursor] = []

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:  # noqa: ARG002
        self.cursors.append(cursor)
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield step if isinstance(step, Collected) else step(context)


@dataclass(frozen=True)
class Term:
    """One `[[terms]]` table."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    case: bool = False


def make_spec(name: str = "situs dinas", **changed: Any) -> SourceSpec:
    fields: dict[str, Any] = {"kind": "feed", "url": f"https://{name.replace(' ', '-')}.test/", "zone": UTC}
    return SourceSpec(name=name, options=Options(), **(fields | changed))


def make_item(external_id: str, text: str = "Antrean lama sekali, mohon diperbaiki", **changed: Any) -> Item:
    fields: dict[str, Any] = {"kind": "comment", "text": text, "published": NOW - timedelta(hours=1)}
    return Item(external_id=external_id, **(fields | {"published_precision": "second"} | changed))


def make_batch(*items: Item, at: int = 1, **changed: Any) -> Collected:
    return Collected(items=items, cursor=Cursor(state={"at": at}), **changed)


def make_job(collector: ScriptedCollector, now: datetime = NOW, **changed: Any) -> Job:
    """A job with its row in the store."""
    spec = make_spec(**changed)
    every = timedelta(minutes=15)
    table = Configured(name=spec.name, kind=spec.kind, url=spec.url, channel=spec.channel, every=every)
    return Job(source_id=sync_sources([table], now)[spec.name], spec=spec, collector=collector)


@contextmanager
def open_means(*terms: Term, now: Callable[[], datetime] = lambda: NOW, **changed: Any) -> Iterator[Means]:
    fetcher, sandbox, turns = Fetcher(FetchSettings(contact="uji@dinas.test")), Sandbox(), Turns(now)
    fields: dict[str, Any] = {"fetcher": fetcher, "sandbox": sandbox, "turns": turns, "limit": timedelta(minutes=1)}
    try:
        yield Means(terms=compile_terms(terms), now=now, **(fields | changed))
    finally:
        fetcher.close()
        sandbox.close()
        turns.close()
