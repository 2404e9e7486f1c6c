"""News articles, one page each: main text, title, author, instant, publisher, and the reader comments in the page.

This module knows what is asked when; the bytes are read in articles/document.py, in the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from collectors.collector import Collected, Context, Cursor, SourceSpec
from collectors.page import Page, fetch_page

if TYPE_CHECKING:
    from collectors.item import Item


def parse_article(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> list[Item]:
    """The article of a page, then each reader comment in the page; ParseError when the bytes hold no article.

    The article's external_id is its canonical address, and the comments' thread is that id.
    """
    from collectors.articles.document import parse_document

    return parse_document(body, url, headers)


class ArticleCollector:
    """One page that is polled: its article, which may be edited, and the comments that come beneath it."""

    def collect(self, spec: SourceSpec, cursor: Cursor, context: Context) -> Iterator[Collected]:
        """A batch with what the page says now, if it changed since the last poll."""
        known = cursor.state.get("article")
        known = known if isinstance(known, dict) and known.get("source") == spec.url and not cursor.anew else {}
        reply, page = fetch_page(
            context.visit, spec.url, Page.from_json(known.get("page")), context.now(), robots=True
        )
        following = Cursor(state={"article": {"source": spec.url, "page": page.to_json()}})
        if reply is None:
            yield Collected(unchanged=1, cursor=following)
            return
        found: list[Item] = context.sandbox.call(
            "collectors.article:parse_article", reply.body, reply.url, dict(reply.headers)
        )
        article = replace(found[0], text="") if spec.full_text == "never" else found[0]
        yield Collected(items=(article, *(found[1:] if spec.comments else ())), cursor=following)
