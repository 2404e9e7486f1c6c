"""The article behind a feed's entry: its text in place of the summary, its comments beneath it, and their watch.

A page that cannot be read never fails the feed: the entry is kept with its summary, and the failure is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from collectors.collector import Context, FetchError, HeldError, ParseError, SourceSpec
from collectors.item import Item
from collectors.page import Page, fetch_page
from collectors.watch import Watch, add_watch, mark_read, prune

# Its links lead to a script, not to the publisher's page.
_NO_PAGES = {"news.google.com"}


@dataclass(slots=True, kw_only=True)
class Reading:
    """What reading the pages of one batch gave."""

    items: list[Item] = field(default_factory=list)
    watches: tuple[Watch, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)  # external_id: why its page could not be read
    temporary: set[str] = field(default_factory=set)  # of these, those that are asked once more
    held: set[str] = field(default_factory=set)  # of these, those that were not asked: their host wants us to wait

    def keep_watch(self, watch: Watch) -> None:
        """Put a watch in the place of the one that it continues."""
        self.watches = tuple(watch if old.thread == watch.thread else old for old in self.watches)

    @property
    def note(self) -> str | None:
        """One sentence about the pages that failed, None if none did."""
        if not self.failed:
            return None
        first = next(iter(self.failed.values()))
        return f"{len(self.failed)} article page(s) could not be read, the first because {first}"


def is_wanted(item: Item, spec: SourceSpec, context: Context) -> bool:
    """Will the item be kept, as far as its own words tell?"""
    return spec.keep == "all" or context.wanted(f"{item.title or ''}\n{item.text}")


def has_page(item: Item, spec: SourceSpec, context: Context) -> bool:
    """Is the page behind this item to be read?"""
    if item.kind != "article" or not item.url or urlsplit(item.url).hostname in _NO_PAGES:
        return False
    if spec.full_text == "always":
        return True
    return (spec.full_text == "matched" or spec.comments) and is_wanted(item, spec, context)


def read_page(item: Item, spec: SourceSpec, context: Context, reading: Reading, *, known: bool) -> None:
    """Add the item to the reading, with what its page says; the feed's identity, address and date stay.

    An item that is known has the page's text in the store already: without its page it is not offered again.
    """
    now = context.now()
    try:
        reply, page = fetch_page(context.visit, item.url or "", None, now, robots=True)
        found = [] if reply is None else _parse(reply.body, reply.url, dict(reply.headers), context)
    except (FetchError, ParseError) as error:
        if not known or spec.full_text == "never":
            reading.items.append(item)
        reading.failed[item.external_id] = str(error)
        if not error.permanent:
            (reading.held if isinstance(error, HeldError) else reading.temporary).add(item.external_id)
        return
    article = merge(item, found[0]) if found and spec.full_text != "never" else item
    reading.items.append(article)
    if found and spec.comments and is_wanted(article, spec, context):
        reading.items += put_under(item.external_id, found)
        since = min(now, item.published or now)
        watch = Watch(thread=item.external_id, url=item.url or "", since=since, read=now, page=dict(page.to_json()))
        reading.watches = prune(add_watch(reading.watches, watch), now, spec.watch_days)


def merge(item: Item, article: Item) -> Item:
    """The feed's item with what the page adds; a page that says less than the feed adds no text."""
    dated = item if item.published else article
    return replace(
        item,
        title=item.title or article.title,
        text=article.text if len(article.text) > len(item.text) else item.text,
        author=item.author if item.author.name else article.author,
        published=dated.published,
        published_precision=dated.published_precision,
        language=item.language or article.language,
        publisher=item.publisher or article.publisher,
    )


def put_under(thread: str, found: list[Item]) -> list[Item]:
    """The comments of a page under the feed's own identity of the article."""
    names = {found[0].external_id, found[0].url} if found else set()
    return [
        replace(comment, thread=thread, parent=thread if comment.parent in names else comment.parent)
        for comment in found[1:]
    ]


def read_watch(watch: Watch, context: Context, reading: Reading) -> None:
    """Add the comments that stand under a watched article now, and the watch as it goes on."""
    now = context.now()
    try:
        reply, page = fetch_page(context.visit, watch.url, Page.from_json(watch.page), now, robots=True)
        found = [] if reply is None else _parse(reply.body, reply.url, dict(reply.headers), context)
    except (FetchError, ParseError) as error:
        reading.failed[watch.thread] = str(error)
        reading.keep_watch(mark_read(watch, now))
        return
    reading.items += put_under(watch.thread, found)
    reading.keep_watch(mark_read(watch, now, dict(page.to_json())))


def _parse(body: bytes, url: str, headers: dict[str, str], context: Context) -> list[Item]:
    found: list[Item] = context.sandbox.call("collectors.article:parse_article", body, url, headers)
    return found
