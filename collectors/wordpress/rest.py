"""The REST interface of one WordPress site: where it is, how it is asked, and when it is closed to us."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlencode, urlsplit

from collectors.collector import Context, FetchError, ParseError, SourceSpec
from collectors.fetcher import Reply
from collectors.options import WordPressOptions
from collectors.site import join_address
from collectors.wordpress.listing import COMMENT_FIELDS, POST_FIELDS, Listing

MAX_PAGES = 100  # of lists in one run (F17); what is left comes with the next run
SIZE = 100  # the most that WordPress lists at once
POST_SIZE = 50  # a hundred long posts would take a small host too long to render

Name = Literal["comments", "posts"]

_LINK = re.compile(r"""<([^<>]+)>\s*;[^,]*\brel\s*=\s*["']?https://api\.w\.org/""")
_HEAD = re.compile(rb"""<link\b[^<>]{0,500}https://api\.w\.org/[^<>]{0,500}>""")
_HREF = re.compile(rb"""\bhref\s*=\s*["']([^"'<>\s]+)""")
_GIVEN = re.compile(r"(.*?/wp-json(?:/|$)|.*?[?&]rest_route=(?:/|$))")
_CLOSED = (401, 403, 404)


class RestClosedError(Exception):
    """The site does not show its REST interface to us; `str()` says how it refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One answered list; its body is not read yet."""

    reply: Reply
    total: int | None  # X-WP-Total: of the whole list, also what we may not see
    size: int


class Rest:
    """Asks one site's REST interface, within a run's budget of pages."""

    def __init__(self, spec: SourceSpec, context: Context, root: str) -> None:
        assert isinstance(spec.options, WordPressOptions)
        self.spec = spec
        self.context = context
        self.root = root
        self.options = spec.options
        self.pages = 0
        self.answered: set[Name] = set()
        self.auth = (self.options.user, spec.token) if self.options.user and spec.token else None
        if self.auth and not _is_same_site(spec.url, root):
            raise FetchError(spec.url, "its REST interface is at another site, which is not told the password")

    @property
    def exhausted(self) -> bool:
        return self.pages >= MAX_PAGES

    def ask(
        self,
        what: Name,
        *,
        after: datetime | None = None,
        posts: tuple[int, ...] = (),
        ids: bool = False,
        size: int | None = None,
        **query: object,
    ) -> Page:
        """Ask for one page of a list; RestClosedError when the site refuses.

        `after` is a comment's date and a post's modification, but its date where only ids are asked for.
        """
        size = size or (POST_SIZE if what == "posts" and not ids else SIZE)
        asked: dict[str, object] = {"per_page": size, **query}
        if after is not None:
            asked["after" if what == "comments" or ids else "modified_after"] = to_query(after)
        if posts:
            asked["post"] = ",".join(map(str, posts))
        asked["_fields"] = "id" if ids else COMMENT_FIELDS if what == "comments" else POST_FIELDS
        if what == "posts" and not ids:
            asked["_embed"] = "author"
        if what == "comments" and self.auth:
            asked["status"] = "all"  # approved and held; of nobody else's comment is more shown
        self.pages += 1
        reply = self._get(what, self.get_address(f"wp/v2/{what}", asked))
        self.answered.add(what)
        return Page(reply=reply, total=_get_count(reply.headers), size=size)

    def look_up(self, what: Name, number: int) -> Reply:
        """The status of one comment or post, also where the answer is that it is not there for us."""
        address = self.get_address(f"wp/v2/{what}/{number}", {"_fields": "id,status"})
        self.pages += 1
        return self.context.visit.get(address, auth=self.auth, accept="application/json", statuses=(401, 403, 404))

    def parse(self, page: Page, parser: str) -> Listing:
        """Read a page in the sandbox."""
        listing = self.context.sandbox.call(f"collectors.wordpress.listing:{parser}", page.reply.body, self.spec.url)
        assert isinstance(listing, Listing)
        return listing

    def parse_verdict(self, reply: Reply) -> str:
        """What the answer to `look_up` comes down to."""
        return str(self.context.sandbox.call("collectors.wordpress.listing:parse_verdict", reply.body, self.spec.url))

    def get_address(self, route: str, query: Mapping[str, object]) -> str:
        """The address of a route, for pretty permalinks as for `?rest_route=`."""
        joint = "&" if "?" in self.root else "?"
        return f"{self.root}{route}{joint}{urlencode(query, safe=':,')}"

    def _get(self, name: Name, address: str) -> Reply:
        reply = self.context.visit.get(address, auth=self.auth, accept="application/json", statuses=_CLOSED)
        if reply.status in _CLOSED or not _is_list(reply):
            how = "a web page" if reply.status == 200 else f"HTTP {reply.status}"
            if self.auth and reply.status in {401, 403}:
                what = f"the site refuses the Application Password, or its user may not moderate ({how})"
                raise FetchError(self.spec.url, what, permanent=True)
            if name in self.answered:
                raise ParseError(self.spec.url, f"its REST interface closed in the middle of the run ({how})")
            raise RestClosedError(how)
        return reply


def look_at(spec: SourceSpec, context: Context) -> Reply:
    """What the source's own address answers."""
    return context.visit.get(spec.url, statuses=_CLOSED)


def is_lone_list(reply: Reply) -> bool:
    """Is it a list by itself, such as a saved answer, and not a site that can be asked for more?"""
    return _is_list(reply) and "x-wp-total" not in reply.headers


def find_root(spec: SourceSpec, context: Context, reply: Reply) -> str:
    """The address of a site's REST interface, by what the site's address answers.

    RestClosedError when there is none to be seen.
    """
    given = _GIVEN.match(spec.url)
    if given is not None:
        return given[1] if given[1].endswith("/") else given[1] + "/"
    named = _find_named(reply)
    address = join_address(reply.url, named) if named is not None else None
    if address is not None:
        return address
    refused = "HTTP 404"
    for root in _guess_roots(reply.url if reply.status == 200 else spec.url):
        rest = Rest(spec, context, root)
        try:
            rest.ask("posts", ids=True, size=1)
        except RestClosedError as error:
            refused = str(error)
        else:
            return root
    raise RestClosedError(refused)


def _find_named(reply: Reply) -> str | None:
    """What the page says of its REST interface: in its Link header, else in its head."""
    named = _LINK.search(reply.headers.get("link", "")[:4096])
    if named is not None:
        return named[1]
    element = _HEAD.search(reply.body[:200_000])
    address = _HREF.search(element[0]) if element else None
    return address[1].decode("utf-8", "replace").replace("&amp;", "&").replace("&#038;", "&") if address else None


def _guess_roots(home: str) -> Iterator[str]:
    folder = home.partition("#")[0].partition("?")[0]
    folder = folder if folder.endswith("/") else folder + "/"
    yield folder + "wp-json/"
    yield folder + "?rest_route=/"


def _is_list(reply: Reply) -> bool:
    return reply.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")


def _is_same_site(url: str, root: str) -> bool:
    """May what is at `root` be told the password meant for `url`?"""
    ours, theirs = urlsplit(url), urlsplit(root)
    if ours.netloc.lower().removeprefix("www.") != theirs.netloc.lower().removeprefix("www."):
        return False
    return theirs.scheme in {"https", ours.scheme}


def _get_count(headers: Mapping[str, str]) -> int | None:
    total = headers.get("x-wp-total", "")
    return int(total) if total.isascii() and total.isdigit() and len(total) < 10 else None


def to_query(time: datetime) -> str:
    """A time as `after` needs it: without a zone WordPress would read it in the site's own."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
