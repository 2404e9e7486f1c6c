"""The dry run behind `source check` and the page that adds a source: the same way as a run, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import blake2b

from collectors.collector import Collected, CollectError, Collector, Cursor, FetchError, OverrunError, SourceSpec
from collectors.fetcher import Reply, Visit
from pipeline.examine import Examined, examine
from pipeline.memory import BLANK
from pipeline.run import Means, make_context
from storage.record import Poison


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The first items of a source that was tried, or why there are none."""

    items: tuple[Examined, ...] = ()
    refused: int = 0  # items that cannot be read
    passed: int = 0  # entries that the collector did not read on, e.g. titles in a sitemap that name no term
    note: str = ""  # what the collector wants said, e.g. that REST is closed
    error: CollectError | None = None

    @property
    def kept(self) -> int:
        """How many of the items would be kept."""
        return sum(one.verdict.kept for one in self.items)


def preview_source(
    spec: SourceSpec, collector: Collector, means: Means, body: bytes | None = None
) -> Iterator[Examined | Poison]:
    """What would become of each item of a source that was never polled; with `body` without any network.

    CollectError as the collector raises it; what was read before it has been given.
    """
    visit = means.fetcher.visit(spec.name, means.limit) if body is None else BodyVisit(means, spec, body)
    for _, examined, poison in _examine_batches(spec, collector, means, visit):
        yield from examined
        yield from poison


def try_source(spec: SourceSpec, collector: Collector, means: Means, most: int, limit: timedelta) -> Trial:
    """The first `most` items of a source, read within the limit; an error is part of the answer."""
    visit = means.fetcher.visit(spec.name, limit)
    trial = Trial()
    try:
        for collected, examined, poison in _examine_batches(spec, collector, means, visit):
            trial = Trial(
                items=(*trial.items, *examined)[:most],
                refused=trial.refused + len(poison),
                passed=trial.passed + collected.unchanged,
                note=collected.note or trial.note,
            )
            if len(trial.items) == most:
                break
    except OverrunError as error:
        return trial if trial.items else replace(trial, error=error)
    except CollectError as error:
        return replace(trial, error=error)
    return trial


def _examine_batches(
    spec: SourceSpec, collector: Collector, means: Means, visit: Visit
) -> Iterator[tuple[Collected, list[Examined], list[Poison]]]:
    for collected in collector.collect(spec, Cursor(), make_context(means, visit, BLANK)):
        yield collected, *examine(collected, spec, means.terms, BLANK, means.now())


class BodyVisit(Visit):
    """A door behind which there is one body, whatever the source's address; all else is not fetched."""

    def __init__(self, means: Means, spec: SourceSpec, body: bytes) -> None:
        super().__init__(means.fetcher, spec.name, timedelta(days=1))
        self._url = spec.url
        self._body = body

    def get(self, url: str, **_: object) -> Reply:
        """The body for the source's own address; FetchError for any other."""
        if url != self._url:
            raise FetchError(self.subject, f"{url} is not fetched in a dry run on a file", permanent=True)
        self.requests += 1
        self.bytes += len(self._body)
        digest = blake2b(self._body, digest_size=16).hexdigest()
        return Reply(url=url, status=200, headers={}, body=self._body, digest=digest)
