"""Grouping: each new article is given the story of the one in the store that tells the same event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipeline.story import Shingles, can_tell, get_address_band, get_bands, is_same, shingle
from storage.held import find_story_candidates
from storage.models import Mention
from storage.record import Incoming

COMPARED = 8  # candidates whose texts are compared with an article's: those that share most bands


@dataclass(frozen=True, slots=True)
class _Article:
    mention: Incoming
    shingles: Shingles
    bands: frozenset[int]


@dataclass(slots=True)
class _Like:
    """An article of the store that shares bands with one of ours."""

    story: int
    bands: frozenset[int]
    key: tuple[int, str] | None = None  # (source, external_id)
    shingles: Shingles = field(default_factory=frozenset)


def group_stories(
    source_id: int, mentions: Sequence[Incoming], fresh: frozenset[str]
) -> Iterator[tuple[list[Incoming], bool]]:
    """The mentions with their stories, in parts to be stored one after the other, and whether a part is the last.

    Two articles of one batch may tell one event, and the first has no id before it is stored: the second waits for
    the next part, where it finds the first in the store. `fresh` names what is new or changed.
    """
    plain = [mention for mention in mentions if mention.external_id not in fresh or not can_tell(mention)]
    waiting = [_read(mention) for mention in mentions if mention.external_id in fresh and can_tell(mention)]
    while True:
        settled, waiting = _settle(source_id, waiting)
        yield [*plain, *settled], not waiting
        if not waiting:
            return
        plain = []


def _read(mention: Incoming) -> _Article:
    shingles = shingle(mention.title, mention.text)
    bands = get_bands(shingles, mention.canonical_url)
    return _Article(replace(mention, bands=bands), shingles, frozenset(bands))


def _settle(source_id: int, articles: list[_Article]) -> tuple[list[Incoming], list[_Article]]:
    """Those whose story is known now, and those that tell what another of these tells."""
    likes = _find_likes(articles) if articles else {}
    settled: list[Incoming] = []
    leaders: list[_Article] = []
    waiting: list[_Article] = []
    for article in articles:
        story = _find_story(source_id, article, likes)
        if story is None and any(_is_like(article, leader) for leader in leaders):
            waiting.append(article)
            continue
        if story is None:
            leaders.append(article)
        settled.append(replace(article.mention, story=story))
    return settled, waiting


def _is_like(one: _Article, other: _Article) -> bool:
    same_address = one.mention.canonical_url is not None and one.mention.canonical_url == other.mention.canonical_url
    return same_address or is_same(one.shingles, other.shingles)


def _find_likes(articles: Sequence[_Article]) -> dict[int, _Like]:
    """The store's articles that may tell what one of these tells: two queries, whatever their number."""
    bands = sorted(frozenset[int]().union(*(article.bands for article in articles)))
    found = {key: _Like(story or key, frozenset(shared)) for key, story, shared in find_story_candidates(bands)}
    best = {key for article in articles for key in _rank(article, found)[:COMPARED]}
    rows = Mention.objects.filter(pk__in=best).values_list("id", "source_id", "external_id", "title", "text")
    likes = {}
    for key, source_id, external_id, title, text in rows:
        like = likes[key] = found[key]
        like.key, like.shingles = (source_id, external_id), shingle(title, text)
    return likes


def _rank(article: _Article, likes: dict[int, _Like]) -> list[int]:
    shared = {key: len(article.bands & like.bands) for key, like in likes.items()}
    return sorted((key for key, number in shared.items() if number), key=lambda key: (-shared[key], key))


def _find_story(source_id: int, article: _Article, likes: dict[int, _Like]) -> int | None:
    own = (source_id, article.mention.external_id)
    address = article.mention.canonical_url
    address_band = get_address_band(address) if address else None
    for key in _rank(article, likes)[:COMPARED]:
        like = likes[key]
        if like.key != own and (address_band in like.bands or is_same(article.shingles, like.shingles)):
            return like.story
    return None
