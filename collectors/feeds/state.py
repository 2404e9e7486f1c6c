"""What the cursor keeps of a feed between two polls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.collector import Cursor, SourceSpec
from collectors.page import Page
from collectors.watch import Watch, watches_from_json, watches_to_json

_MAX_DIGESTS = 2_000  # entries remembered; of a longer feed the others are read again when it changes


@dataclass(frozen=True, kw_only=True, slots=True)
class Older:
    """The next page of older entries that the first run has not read yet, and how many more it may read."""

    url: str
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """Where the feed is, what it held, and what is still to be read."""

    source: str  # the address in the configuration: another one starts anew
    url: str  # where the feed was found
    is_feed: bool = False  # it has answered as a feed
    page: Page | None = None
    digests: Mapping[str, str] = field(default_factory=dict)  # of the entries in the feed, by external_id
    older: Older | None = None
    watches: tuple[Watch, ...] = ()

    def to_cursor(self) -> Cursor:
        """The cursor that `from_cursor` reads."""
        feed = {
            "source": self.source,
            "url": self.url,
            "is_feed": self.is_feed,
            "page": self.page.to_json() if self.page else None,
            "digests": dict(list(self.digests.items())[:_MAX_DIGESTS]),
            "older": {"url": self.older.url, "left": self.older.left} if self.older else None,
        }
        return Cursor(state={"feed": feed, "watches": watches_to_json(self.watches)})

    @classmethod
    def from_cursor(cls, cursor: Cursor, spec: SourceSpec) -> FeedState:
        """The state in a cursor; a new one for a new address or anything that cannot be read."""
        watches = watches_from_json(cursor.state.get("watches"))
        match cursor.state.get("feed"):
            case {"source": spec.url, "url": str(url), "is_feed": bool(is_feed), "digests": dict(digests), **rest}:
                return cls(
                    source=spec.url,
                    url=url,
                    is_feed=is_feed and not cursor.anew,  # the older pages are read again too
                    page=None if cursor.anew else Page.from_json(rest.get("page")),
                    digests={str(name): "" if cursor.anew else str(digest) for name, digest in digests.items()},
                    older=_read_older(rest.get("older")),
                    watches=watches,
                )
        return cls(source=spec.url, url=spec.url, watches=watches)


def _read_older(value: object) -> Older | None:
    match value:
        case {"url": str(url), "left": int(left)}:
            return Older(url=url, left=left)
    return None
