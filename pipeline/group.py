"""Grouping: each new article is given the story of the one in the store that tells the same event."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from pipeline.story import Shingles, can_tell, get_address_bands, get_bands, is_same, shingle
from storage.held import find_story_candidates
from storage.models import Mention
from storage.record import Incoming
from storage.search import fold_mention

COMPARED = 8  # candidates whose texts are compared with an article's: those that share most bands


@dataclass(frozen=True, slots=True)
class _Article:
    mention: Incoming
    shingles: Shingles
    bands: tuple[int, ...]


@dataclass(slots=True)
class _Like:
    """An article of the store that shares bands with one of ours."""

    story: int
    bands: frozenset[int]
    key: tuple[int, str] | None = None  # (source, external_id)
    shingles: Shingles = field(default_factory=frozenset)


def group_stories(
    source_id: int, mentions: Sequence[Incoming], fresh: frozenset[str], alone: AbstractContextManager[object]
) -> Iterator[tuple[list[Incoming], bool]]:
    """The mentions with their stories, in parts to be stored one after the other, and whether a part is the last.

    Two articles of one batch may tell one event, and the first has no id before it is stored: the second waits for
    the next part, where it finds the first in the store. Two outlets polled at one moment must not both look before
    either is stored: where there is an article, `alone` is held until the last part is. `fresh` names what is new or
    changed.
    """
    plain = [mention for mention in mentions if mention.external_id not in fresh or not can_tell(mention)]
    waiting = _read([mention for mention in mentions if mention.external_id in fresh and can_tell(mention)])
    with alone if waiting else nullcontext():
        while True:
            settled, waiting = _settle(source_id, waiting)
            yield [*plain, *settled], not waiting
            if not waiting:
                return
            plain = []


def _read(mentions: Sequence[Incoming]) -> list[_Article]:
    if not mentions:  # as in most polls; an empty matrix costs a tenth of a millisecond
        return []
    shingles = [shingle(mention.search_words) for mention in mentions]
    addresses = [get_address_bands(mention.canonical_url) for mention in mentions]
    bands = [text + address for text, address in zip(get_bands(shingles), addresses, strict=True)]
    return [_Article(*row) for row in zip(mentions, shingles, bands, strict=True)]


def _settle(source_id: int, articles: list[_Article]) -> tuple[list[Incoming], list[_Article]]:
    """Those whose story is known now, and those that tell what another of these tells."""
    likes = _find_likes(articles) if articles else {}
    index = _index((key, like.bands) for key, like in likes.items())
    settled: list[Incoming] = []
    waiting: list[_Article] = []
    leaders: dict[int, list[_Article]] = defaultdict(list)  # band → those of us that will be found by it
    for article in articles:
        story = _find_story(source_id, article, likes, index)
        if story is None and any(_is_like(article, leader) for leader in _get_near(article, leaders)):
            waiting.append(article)
            continue
        if story is None:
            for band in article.bands:
                leaders[band].append(article)
        settled.append(replace(article.mention, story=story, bands=article.bands))
    return settled, waiting


def _get_near(article: _Article, leaders: Mapping[int, list[_Article]]) -> list[_Article]:
    near = {id(leader): leader for band in article.bands for leader in leaders.get(band, ())}
    return list(near.values())


def _is_like(one: _Article, other: _Article) -> bool:
    same_address = one.mention.canonical_url is not None and one.mention.canonical_url == other.mention.canonical_url
    return same_address or is_same(one.shingles, other.shingles)


def _find_likes(articles: Sequence[_Article]) -> dict[int, _Like]:
    """The store's articles that may tell what one of these tells: two queries, whatever their number."""
    bands = sorted(frozenset[int]().union(*(article.bands for article in articles)))
    found = {key: _Like(story or key, frozenset(shared)) for key, story, shared in find_story_candidates(bands)}
    index = _index((key, like.bands) for key, like in found.items())
    best = {key for article in articles for key in _rank(article, index)}
    if not best:
        return {}
    rows = Mention.objects.filter(pk__in=best)
    likes = {}
    for key, source_id, external_id, title, text, author in rows.values_list(
        "id", "source_id", "external_id", "title", "text", "author_name"
    ):
        like = likes[key] = found[key]
        like.key, like.shingles = (source_id, external_id), shingle(fold_mention(title, text, author))
    return likes


def _index(rows: Iterable[tuple[int, frozenset[int]]]) -> dict[int, list[int]]:
    """By band, the articles of the store that have it."""
    index: dict[int, list[int]] = defaultdict(list)
    for key, bands in rows:
        for band in bands:
            index[band].append(key)
    return index


def _rank(article: _Article, index: Mapping[int, list[int]]) -> list[int]:
    """The articles of the store that share most bands with this one; of equals the oldest."""
    shared = Counter(key for band in article.bands for key in index.get(band, ()))
    return sorted(shared, key=lambda key: (-shared[key], key))[:COMPARED]


def _find_story(
    source_id: int, article: _Article, likes: Mapping[int, _Like], index: Mapping[int, list[int]]
) -> int | None:
    own = (source_id, article.mention.external_id)
    address = frozenset(get_address_bands(article.mention.canonical_url))
    for key in _rank(article, index):
        like = likes[key]
        if like.key != own and (address & like.bands or is_same(article.shingles, like.shingles)):
            return like.story
    return None
