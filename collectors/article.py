"""News articles, one page each: main text, title, author, day and canonical address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from trafilatura import bare_extraction

from collectors.collector import ParseError
from collectors.item import MAX_AUTHOR, MAX_TEXT, MAX_TITLE, Author, Item, cut


def parse_article(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[Item]:
    """The article of a page; ParseError when the bytes hold none.

    `external_id` is the page's canonical address.
    """
    if not body.strip():
        raise ParseError(url, "the answer is empty where a web page was expected")
    found = bare_extraction(body, url=url, with_metadata=True, include_comments=False, favor_precision=True)
    if found is None or not found.text:
        raise ParseError(url, "no article was found in this page")
    address = found.url or url
    day = datetime.fromisoformat(found.date).replace(hour=12, tzinfo=UTC) if found.date else None
    return [
        Item(
            external_id=address,
            kind="article",
            url=address,
            title=cut(found.title, MAX_TITLE) if found.title else None,
            text=cut(found.text, MAX_TEXT),
            author=Author(name=cut(found.author, MAX_AUTHOR) if found.author else None),
            published=day,
            published_precision="day" if day else None,
            publisher=found.sitename,
        )
    ]
