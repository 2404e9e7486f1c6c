"""Which articles tell the same event: near-duplicates of several outlets, found by MinHash and then compared.

Bands of the MinHash find candidates in one indexed query; what is believed is the comparison of the texts themselves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import blake2b

from rensa import RMinHash

from pipeline.text import fold
from storage.record import Incoming

SHINGLE = 3  # words
FEWEST = 25  # shingles; below it two notices of the same form look alike (docs/decisions/0072)
ROWS, BANDS = 2, 24
SAME = 0.3  # of the shorter text's shingles that the other must have
KINDS = frozenset({"article", "post"})
_SEED = 20261124  # part of what is stored: another seed finds no old bands

Shingles = frozenset[str]


def shingle(title: str | None, text: str) -> Shingles:
    """The runs of SHINGLE words of an article, folded."""
    words = "".join(c if c.isalnum() else " " for c in fold(f"{title or ''} {text}").text).split()
    return frozenset(" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))


def can_tell(mention: Incoming) -> bool:
    """Is this an article long enough to be compared?"""
    return mention.kind in KINDS and len(mention.text) >= FEWEST * 4


def get_bands(shingles: Shingles, canonical_url: str | None) -> tuple[int, ...]:
    """What is stored of an article to find its like: its bands, and one for its address."""
    bands = []
    if len(shingles) >= FEWEST:
        sketch = RMinHash(num_perm=ROWS * BANDS, seed=_SEED)
        sketch.update(sorted(shingles))
        values = sketch.digest()
        bands = [_hash(struct.pack(f"<{ROWS + 1}I", b, *values[b * ROWS : (b + 1) * ROWS])) for b in range(BANDS)]
    return (*bands, *([get_address_band(canonical_url)] if canonical_url else ()))


def get_address_band(canonical_url: str) -> int:
    """The band that all mentions of one address share: they are the same story whatever their texts."""
    return _hash(canonical_url.encode())


def is_same(one: Shingles, other: Shingles) -> bool:
    """Do two articles tell the same event, one perhaps shorter than the other?"""
    shorter = min(len(one), len(other))
    return shorter >= FEWEST and len(one & other) >= SAME * shorter


def find_like(shingles: Shingles, others: Iterable[tuple[int, Shingles]]) -> int | None:
    """The first of the others that tells the same event."""
    return next((key for key, other in others if is_same(shingles, other)), None)


def _hash(value: bytes) -> int:
    return int.from_bytes(blake2b(value, digest_size=8).digest(), "big", signed=True)
