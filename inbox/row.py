"""The rows of the list: what a reader sees of a mention before it is opened, made with as many queries as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.safestring import SafeString

from inbox.label import CHANNELS, KINDS, STATUSES, TAGS, tell
from inbox.marking import Passage, excerpt, find_words
from inbox.moment import tell_age, tell_day, tell_exact
from inbox.personal import Screen
from storage.models import Mention, TermMatch


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A time for `<time>`: for machines, in words, and whole."""

    stamp: str
    words: str
    exact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One mention in a list."""

    id: int
    version: int
    who: str
    at: Moment
    text: SafeString
    tag: str
    tag_word: str
    source: str
    channel: str
    kind: str
    status: str
    status_word: str
    assignee: str
    thread_size: int
    story_size: int
    gone: bool
    high: bool
    confidential: bool

    @property
    def unread(self) -> bool:
        """Has nobody decided anything about it yet?"""
        return self.status == "new"


def tell_moment(mention: Mention, now: datetime) -> Moment:
    """When it was published; when it was collected, if its source does not say."""
    instant = mention.published or mention.collected
    only_day = mention.published is not None and mention.published_precision == "day"
    words = tell_day(instant, now) if only_day else tell_age(instant, now)
    return Moment(stamp=instant.isoformat(), words=words, exact=tell_exact(instant, only_day=only_day))


def make_rows(mentions: Sequence[Mention], now: datetime, stems: Collection[str], screen: Screen) -> list[Row]:
    """The rows of a page: two queries for sizes and one for terms, however many rows."""
    passages = find_passages(mention.pk for mention in mentions)
    threads, stories = _count_threads(mentions), _count_stories(mentions)
    return [
        _make_row(
            mention,
            tell_moment(mention, now),
            _write_text(mention, passages[mention.pk], stems, screen.before(mention.pk)),
            threads.get((mention.source_id, mention.thread or mention.external_id), 0),
            stories.get(mention.story or 0, 1),
            screen.before(mention.pk),
        )
        for mention in mentions
    ]


def _make_row(mention: Mention, at: Moment, text: SafeString, thread: int, story: int, screen: Screen) -> Row:
    return Row(
        id=mention.pk,
        version=mention.version,
        who=screen.hide(get_author(mention)),
        at=at,
        text=text,
        tag=mention.tag,
        tag_word=tell(TAGS, mention.tag),
        source=mention.source.name,
        channel=tell(CHANNELS, mention.channel),
        kind=tell(KINDS, mention.kind),
        status=mention.status,
        status_word=tell(STATUSES, mention.status),
        assignee=mention.assignee.get_short_name() if mention.assignee else "",
        thread_size=thread,
        story_size=max(0, story - 1),
        gone=mention.gone is not None,
        high=mention.priority > 0,
        confidential=mention.confidential,
    )


def get_author(mention: Mention) -> str:
    """The name under which somebody spoke; empty when the source names nobody."""
    return (mention.author_name or mention.author_handle or mention.publisher or "").strip()


def find_passages(keys: Iterable[int]) -> dict[int, dict[str, list[Passage]]]:
    """Where terms stand in the title and the text of each mention."""
    found: dict[int, dict[str, list[Passage]]] = defaultdict(lambda: {"title": [], "text": []})
    matches = TermMatch.objects.filter(mention__in=list(keys)).values_list("mention_id", "field", "start", "length")
    for key, field, start, length in matches:
        found[key].setdefault(field, []).append(Passage(start, length))
    return found


def _write_text(
    mention: Mention, passages: dict[str, list[Passage]], stems: Collection[str], screen: Screen
) -> SafeString:
    """The title of an article, the words of a comment: the beginning of what was said."""
    field = "title" if mention.title and mention.kind in {"article", "post"} else "text"
    text = screen.hide((mention.title if field == "title" else mention.text) or mention.title or "")
    return excerpt(text, [*passages[field], *find_words(text[:600], stems)])


def _count_threads(mentions: Sequence[Mention]) -> dict[tuple[int, str], int]:
    """How many mentions stand under the same thing, where any do."""
    threads: dict[int, set[str]] = defaultdict(set)
    for mention in mentions:
        threads[mention.source_id].add(mention.thread or mention.external_id)
    # One condition a source: the ORM takes longer to write one for each of fifty rows than the store to answer.
    asked = Q(pk__in=())
    for source, names in threads.items():
        asked |= Q(source=source, thread__in=names)
    found = Mention.objects.filter(asked).values_list("source_id", "thread").annotate(size=Count("pk")).order_by()
    return {(source, thread or ""): size for source, thread, size in found}


def _count_stories(mentions: Sequence[Mention]) -> dict[int, int]:
    """How many outlets tell the same story."""
    asked = {mention.story for mention in mentions if mention.story}
    found = (
        Mention.objects.filter(story__in=asked)
        .values_list("story")
        .annotate(size=Count("source", distinct=True))
        .order_by()
    )
    return {story or 0: size for story, size in found}
