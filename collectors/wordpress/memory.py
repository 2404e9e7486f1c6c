"""What the WordPress collector remembers between two polls, and how a cursor carries it."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ValidationError

from collectors.collector import Cursor

MAX_MARKS = 300  # of the newest entries: three pages
MAX_KEPT = 500  # feeds, entries and addresses, of each kind
MAX_WATCHED = 300
MAX_QUEUE = 2_000  # articles whose comment feeds are read: the newest


class Walk(BaseModel):
    """A reading of a whole list, oldest first, that another run can take up where it was left."""

    began: datetime
    after: datetime | None = None
    posts: tuple[int, ...] = ()  # only the comments of these posts; none: of all
    offset: int = 0
    last: int = 0  # the highest id seen: the next page begins behind it
    total: int | None = None  # what the site said the list holds
    newest: datetime | None = None
    done: bool = False


class Stream(BaseModel):
    """What is remembered of one list: the comments, or the posts."""

    newest: datetime | None = None  # each poll looks from here, less the overlap
    digest: str | None = None  # of the newest page, as it was last read
    total: int | None = None
    shown: int = 0  # how many entries that page had
    marks: dict[int, str] = {}  # of the newest entries: id → mark
    walk: Walk | None = None  # the first reading, or one of all that moved when that is more than a page
    sweep: Walk | None = None
    swept: datetime | None = None  # when the last complete reading began


class FeedMemory(BaseModel):
    """What is remembered of the feeds, for a site whose REST interface is closed."""

    plain: bool = False  # the site has no pretty permalinks: its feeds are ?feed=rss2
    pages: dict[str, dict[str, str | None]] = {}  # address → what a conditional request needs
    digests: dict[str, str] = {}  # of the entries in the site's two feeds: external_id → digest
    ids: dict[str, int] = {}  # address of a post whose guid does not tell it → its id
    paged: int | None = 1  # the next page of the first reading of the posts' feed; None: it was read
    recent: dict[str, datetime] = {}  # posts that are watched: address → published
    queue: list[str] = []  # posts whose own comment feed is still to be read
    swept: datetime | None = None  # when the queue was last filled with all that is watched
    newest: datetime | None = None  # of the comments seen in the site's comment feed


class Memory(BaseModel):
    """Everything between two polls of one site."""

    root: str | None = None  # address of the REST interface
    opened: bool = False  # REST has answered before
    closed: datetime | None = None  # when REST was found closed
    why: str = ""
    no_comments: bool = False  # REST shows the posts only
    comments: Stream = Stream()
    posts: Stream = Stream()
    feeds: FeedMemory = FeedMemory()
    watched: dict[int, datetime] = {}  # posts that are wanted: id → since when
    unread: list[int] = []  # those of them whose comments were not read yet

    def to_cursor(self) -> Cursor:
        """The cursor as it is now."""
        return Cursor(state=self.model_dump(mode="json", exclude_defaults=True))

    @classmethod
    def from_cursor(cls, cursor: Cursor) -> Memory:
        """What a cursor remembers; one that cannot be read means: from the beginning, which doubles nothing."""
        try:
            memory = cls.model_validate(dict(cursor.state))
        except ValidationError:
            return cls()
        return memory._read_anew() if cursor.anew else memory

    def _read_anew(self) -> Memory:
        """Read every list from its beginning; what is watched stays watched."""
        feeds = self.feeds.model_copy(update={"pages": {}, "digests": {}, "paged": 1})
        return self.model_copy(update={"comments": Stream(), "posts": Stream(), "feeds": feeds})
