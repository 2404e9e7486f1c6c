"""Addresses of a WordPress site: where its feeds are, and which post an address means."""

from __future__ import annotations

import re

from collectors.collector import Context, FetchError, HeldError
from collectors.wordpress.memory import MAX_KEPT, FeedMemory

_COMMENT_PLACE = re.compile(r"(?:comment-page-\d+/?|[?&]cpage=\d+)?(?:#.*)?$")
_SHORT_LINK = re.compile(r"""<[^<>]*[?&]p=(\d{1,12})>\s*;\s*rel=["']?shortlink""")
_BODY_CLASS = re.compile(rb"<body\b[^<>]{0,2000}\bpostid-(\d{1,12})\b")
_NONE = (401, 403, 404)


def get_site_feed(url: str, name: str, *, plain: bool, number: int = 1) -> str:
    """The feed of the posts or of the comments, as pretty or plain permalinks have it; `number` counts its pages."""
    home = url.partition("#")[0].partition("?")[0]
    home = home if home.endswith("/") else home + "/"
    if plain:
        address = home + ("?feed=rss2" if name == "posts" else "?feed=comments-rss2")
    else:
        address = home + ("feed/" if name == "posts" else "comments/feed/")
    return f"{address}{'&' if plain else '?'}paged={number}" if number > 1 else address


def get_article(url: str) -> str:
    """The article's address in the address of one of its comments."""
    return _COMMENT_PLACE.sub("", url)


def get_article_feed(article: str) -> str:
    """Where the comments of an article are fed."""
    if "?" in article:
        return article + "&feed=rss2"
    return article + ("feed/" if article.endswith("/") else "/feed/")


class PlaceFinder:
    """Finds the id of a post by its page, where a guid does not tell: imported and programmed posts have such."""

    def __init__(self, memory: FeedMemory, context: Context) -> None:
        self._memory = memory
        self._context = context
        self.asked = 0
        self.failed = False  # the last one could not be found out now, but may be later
        self.waiting = False  # some could not

    def find(self, article: str) -> int | None:
        """The id of the post at an address, None if its page does not tell."""
        self.failed = False
        if article not in self._memory.ids:
            number = self._ask(article)
            self.waiting = self.waiting or self.failed
            if self.failed:
                return None
            self._memory.ids = dict(list(self._memory.ids.items())[1 - MAX_KEPT :]) | {article: number or 0}
        return self._memory.ids[article] or None

    def _ask(self, article: str) -> int | None:
        self.asked += 1
        try:
            reply = self._context.visit.get(article, robots=True, statuses=_NONE)
        except HeldError as error:
            if not error.permanent:
                raise
            return None
        except FetchError as error:
            self.failed = not error.permanent
            return None
        link = _SHORT_LINK.search(reply.headers.get("link", "")[:4096])
        if link is not None:
            return int(link[1])
        named = _BODY_CLASS.search(reply.body[:200_000])
        return int(named[1]) if named is not None else None
