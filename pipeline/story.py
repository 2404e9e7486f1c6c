"""Which articles tell the same event: near-duplicates of several outlets, found by MinHash and then compared.

Bands of the MinHash find candidates in one indexed query; what is believed is the comparison of the texts themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from rensa import RMinHash

from storage.held import prune_story_bands
from storage.record import Incoming

SHINGLE = 3  # words
FEWEST = 25  # shingles; below it two notices of the same form look alike (docs/decisions/0072)
ROWS, BANDS = 2, 24
SAME = 0.3  # of the shorter text's shingles that the other must have
KINDS = frozenset({"article", "post"})
KEPT = timedelta(days=60)  # an event is told within weeks; older articles are compared with no more
_SEED = 7  # part of what is stored: another seed finds no old bands
_MASK = (1 << 64) - 1
_HALF = 1 << 63  # the store's integers are signed

Shingles = frozenset[int]


def _hash(value: bytes) -> int:
    return int.from_bytes(blake2b(value, digest_size=8).digest(), "big", signed=True)


# The same pair of values is another band at another place.
_BAND_MARKS = [_hash(bytes([place])) + _HALF for place in range(BANDS)]


def shingle(words: str) -> Shingles:
    """The runs of SHINGLE words of an article, each as a number; `words` are folded as for the search."""
    codes = [_get_code(word) for word in words.split()]
    # Odd factors make the place of a word count; the sums are spread well enough, since the codes are hashes.
    runs = zip(codes, codes[1:], codes[2:], strict=False)
    return frozenset([(a * 0x9E3779B97F4A7C15 + b * 0xC2B2AE3D27D4EB4F + c) & _MASK for a, b, c in runs])


@lru_cache(maxsize=65_536)
def _get_code(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")


def can_tell(mention: Incoming) -> bool:
    """Is this an article long enough to be compared?"""
    return mention.kind in KINDS and len(mention.text) >= FEWEST * 4


def get_bands(articles: Sequence[Shingles]) -> list[tuple[int, ...]]:
    """The bands that are stored of each article to find its like; none of one that is too short to compare."""
    matrix = RMinHash.digest_matrix_from_token_hash_sets(articles, ROWS * BANDS, _SEED)
    return [
        _cut_bands(values) if len(shingles) >= FEWEST else ()
        for shingles, values in zip(articles, matrix.to_rows(), strict=True)
    ]


def _cut_bands(values: Sequence[int]) -> tuple[int, ...]:
    pairs = zip(_BAND_MARKS, values[::ROWS], values[1::ROWS], strict=True)
    return tuple([(mark ^ (one << 32 | other) * 0x9E3779B97F4A7C15 & _MASK) - _HALF for mark, one, other in pairs])


def get_address_bands(canonical_url: str | None) -> tuple[int, ...]:
    """The band that all mentions of one address share: they are the same story whatever their texts."""
    return (_hash(canonical_url.encode()),) if canonical_url else ()


def is_same(one: Shingles, other: Shingles) -> bool:
    """Do two articles tell the same event, one perhaps shorter than the other?"""
    shorter = min(len(one), len(other))
    return shorter >= FEWEST and len(one & other) >= SAME * shorter


def prune_stories(now: datetime) -> int:
    """Forget by what old articles are found, so that the index stays small; how many rows. Their stories stay."""
    return prune_story_bands(now - KEPT)
