"""The JSON interface of an Isso comment server: its threads by name, or all its comments where it offers them.

Every poll reads a thread whole, since `after=` hides new replies to old comments and no ETag tells of edits
(docs/decisions/0042); a page that did not change costs one request and no parsing.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from collectors.collector import Collected, Context, Cursor, FetchError, SourceSpec
from collectors.isso_thread import IssoPage, is_deleted
from collectors.options import IssoOptions
from collectors.page import Page, fetch_page

SIZE = 200  # comments at the top of a thread asked for at once
LATEST = (1_000, 4_000, 16_000)  # how many of the latest are asked for, until fewer come than asked
MAX_PAGES = 100
MAX_CHECKS = 50  # missed comments asked for one by one in one run
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class IssoCollector:
    """The comments of an Isso server; one batch a page of a thread."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """Read each thread, or the latest of all; now and then ask for those that are missed."""
        options = spec.options
        if not isinstance(options, IssoOptions):
            raise TypeError(f"{spec.name}: an Isso source needs IssoOptions")
        run = _Run(spec, options, cursor, context)
        if options.threads:
            for uri in options.threads:
                yield from run.read_thread(uri)
        else:
            yield from run.read_latest()
        if run.is_sweep:
            yield from run.sweep()


@dataclass(frozen=True, slots=True)
class _Answer:
    """A page of comments, or only its numbers where it did not change."""

    page: IssoPage
    digest: str | None
    changed: bool
    unchanged: int = 0


class _Run:
    """One run: what it has seen, and the cursor that is true so far."""

    def __init__(self, spec: SourceSpec, options: IssoOptions, cursor: Cursor, context: Context) -> None:
        self._url = spec.url.partition("?")[0].rstrip("/") + "/"
        self._options = options
        self._context = context
        self._now = context.now()
        self._seen: set[str] = set()
        self._whole: list[str] = []  # what was read to its end: the prefixes whose missing ids are missed
        self._pages_read = 0
        pages, swept = cursor.state.get("pages"), cursor.state.get("swept")
        self._pages: dict[str, object] = dict(pages) if isinstance(pages, dict) and not cursor.anew else {}
        missed, limit = cursor.state.get("missed"), cursor.state.get("limit")
        self._limit = limit if isinstance(limit, int) else 0  # of the latest, how many were enough last time
        self._missed: list[str] = [one for one in missed if isinstance(one, str)] if isinstance(missed, list) else []
        self._swept = datetime.fromisoformat(swept) if isinstance(swept, str) else None
        self.is_sweep = self._swept is not None and self._now - self._swept >= options.sweep_every
        if self._swept is None:
            self._swept = self._now  # the first run has just read everything

    def read_thread(self, uri: str) -> Iterator[Collected]:
        """All pages of one thread; a batch each."""
        whole = yield from self._read_pages(uri, {"uri": uri})
        if whole:
            self._whole.append(f"{uri}#")

    def _read_pages(self, uri: str, query: dict[str, object]) -> Generator[Collected, None, bool]:
        """The pages of a thread, or of the replies to one comment; True when all were read and understood."""
        offset, whole = 0, True
        last: str | None = ""
        while not self._is_enough():
            before = len(self._seen)
            answer = self._fetch(
                query | {"limit": SIZE, "nested_limit": SIZE, **({"offset": offset} if offset else {})}, uri
            )
            yield self._batch(answer)
            if answer.digest == last or (not answer.changed and not offset and not answer.page.hidden):
                return False  # nothing new, or a server that shows the same page again and would never end
            last = answer.digest
            for number in answer.page.partly:
                whole &= yield from self._read_pages(uri, {"uri": uri, "parent": number})
            whole &= answer.changed and not answer.page.bad
            offset += answer.page.roots
            if not answer.page.hidden or not answer.page.roots:
                return whole and not answer.page.hidden
            if answer.changed and len(self._seen) == before:
                return False  # a server that shows the same again would never end
        return False

    def read_latest(self) -> Iterator[Collected]:
        """All comments of the server, by asking for more of the latest than there are.

        Isso sorts comments at the top before all replies, so that the last thousand may lack the newest of them.
        """
        for limit in (one for one in LATEST if one >= self._limit):
            try:
                answer = self._fetch({"limit": limit}, None)
            except FetchError as error:
                if error.status != 404:
                    raise
                what = (
                    'offers no list of its latest comments (latest-enabled); name its pages in the option "threads"'
                )
                raise FetchError(self._url, what, permanent=True, status=404) from error
            if answer.page.roots < limit or limit == LATEST[-1]:
                self._limit = limit
                yield self._batch(answer)
                if answer.changed and answer.page.roots < limit and not answer.page.bad:
                    self._whole.append("")
                return

    def sweep(self) -> Iterator[Collected]:
        """Ask for what we hold and did not see, one by one: only the server's own no makes it gone."""
        held = {one for prefix in self._whole for one in self._context.held(prefix, _EVER)}
        lost = sorted(held - self._seen)
        # All at once, where several were: a server that lost its memory is no moderator. Twice in a row is believed.
        suspicious = len(lost) > 3 and len(lost) == len(held)
        known, self._missed = self._missed, lost if suspicious else []
        asked = [one for one in lost if not suspicious or one in known][:MAX_CHECKS]
        gone = tuple(one for one in asked if self._is_gone(one))
        # While some are left to be asked for, the next run goes on.
        if len(asked) == len(lost) or suspicious:
            self._swept = self._now
        yield Collected(gone=gone, cursor=self._get_cursor())

    def _is_gone(self, external_id: str) -> bool:
        number = external_id.rpartition("#")[2]
        url = f"{self._url}id/{quote(number)}"
        reply = self._context.visit.get(url, statuses=(403, 404), accept="application/json")
        return reply.status in (403, 404) or is_deleted(reply.body, url)

    def _fetch(self, query: dict[str, object], uri: str | None) -> _Answer:
        """One answer, parsed, unless its bytes are those of last time and nobody wants them whole."""
        url = f"{self._url}{'latest' if uri is None else ''}?{urlencode(query)}"
        remembered = self._pages.get(url)
        known = remembered if isinstance(remembered, dict) and not self.is_sweep else {}
        reply, page = fetch_page(
            self._context.visit, url, Page.from_json(known.get("page")), self._now, accept="application/json"
        )
        self._pages_read += 1
        if reply is None:
            numbers = [
                value if isinstance(value := known.get(name), int) else 0 for name in ("roots", "hidden", "count")
            ]
            self._pages[url] = {**known, "page": page.to_json()}
            found = IssoPage(roots=numbers[0], hidden=numbers[1])
            return _Answer(found, page.digest, changed=False, unchanged=numbers[2])
        target = "parse_latest" if uri is None else "parse_thread"
        arguments = [reply.body, url, *([] if uri is None else [uri]), self._options.site]
        parsed: IssoPage = self._context.sandbox.call(f"collectors.isso_thread:{target}", *arguments)
        self._pages[url] = {
            "page": page.to_json(),
            "roots": parsed.roots,
            "hidden": parsed.hidden,
            "count": parsed.count,
        }
        return _Answer(parsed, page.digest, changed=True)

    def _is_enough(self) -> bool:
        return self._pages_read >= MAX_PAGES

    def _batch(self, answer: _Answer) -> Collected:
        page = answer.page
        self._seen |= {item.external_id for item in page.items}
        return Collected(
            items=page.items, gone=page.gone, bad=page.bad, unchanged=answer.unchanged, cursor=self._get_cursor()
        )

    def _get_cursor(self) -> Cursor:
        swept = self._swept.isoformat() if self._swept else None
        state = {"pages": dict(self._pages), "swept": swept, "missed": list(self._missed), "limit": self._limit}
        return Cursor(state=state)
