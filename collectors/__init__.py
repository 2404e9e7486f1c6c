"""The collectors: each turns one kind of source into items. A library of its own: no Django, no database."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.collector import Collector

COLLECTORS = {
    "feed": "collectors.feed:FeedCollector",
    "wordpress": "collectors.wordpress:WordPressCollector",
    "article": "collectors.article:ArticleCollector",
    "sitemap": "collectors.sitemap:SitemapCollector",
    "webpage": "collectors.webpage:WebpageCollector",
    "isso": "collectors.isso:IssoCollector",
}


def get_collector(kind: str) -> Collector:
    """The collector of a kind, imported only now; KeyError for a kind that has none."""
    module, name = COLLECTORS[kind].split(":")
    collector: Collector = getattr(import_module(module), name)()
    return collector
