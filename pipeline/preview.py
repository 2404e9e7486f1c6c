"""The dry run behind `source check`: the same way as a run, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import blake2b

from collectors.collector import Collector, Cursor, FetchError, SourceSpec
from collectors.fetcher import Reply, Visit
from pipeline.examine import Examined, examine
from pipeline.memory import BLANK
from pipeline.run import Means, make_context
from storage.record import Poison


def preview_source(
    spec: SourceSpec, collector: Collector, means: Means, body: bytes | None = None
) -> Iterator[Examined | Poison]:
    """What would become of each item of a source that was never polled; with `body` without any network.

    CollectError as the collector raises it; what was read before it has been given.
    """
    visit = means.fetcher.visit(spec.name, means.limit) if body is None else BodyVisit(means, spec, body)
    context = make_context(means, visit, BLANK)
    for collected in collector.collect(spec, Cursor(), context):
        examined, poison = examine(collected, spec, means.terms, BLANK, means.now())
        yield from examined
        yield from poison


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
