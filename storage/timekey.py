"""The time key: a mention's id is when it was published, so that newest first is the key's own order.

    id = (seconds since 1970 << 20) | sequence

No list ever sorts, a date range is a range of ids, and the search tables use the same key (docs/decisions/0060).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

SEQUENCE_BITS = 20
_SEQUENCES = 1 << SEQUENCE_BITS
_MASK = _SEQUENCES - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def make_key(source_id: int, external_id: str, published: datetime | None, collected: datetime) -> int:
    """The key a mention wants: its second, clamped to [1970, collected], and a sequence drawn from its identity.

    Without a date it takes the second in which it was collected. Whoever is already there is stepped around by
    `place_keys`, so two processes rarely want the same key and never need to ask each other.
    """
    instant = collected if published is None else max(_EPOCH, min(published, collected))
    identity = f"{source_id}\0{external_id}".encode("utf-8", "surrogatepass")
    sequence = int.from_bytes(blake2b(identity, digest_size=4).digest(), "big") & _MASK
    return (instant - _EPOCH) // _SECOND << SEQUENCE_BITS | sequence


def first_key(instant: datetime) -> int:
    """The smallest key of a second: what was published at `instant` or later has this key or a greater one."""
    return max(0, (instant - _EPOCH) // _SECOND) << SEQUENCE_BITS


def get_instant(key: int) -> datetime:
    """The second that a key stands for."""
    return _EPOCH + (key >> SEQUENCE_BITS) * _SECOND


def place_keys(wanted: Iterable[int], find_taken: Callable[[list[int]], set[int]]) -> list[int]:
    """The keys that are given, in the order of what was wanted; `find_taken` tells which of some are in the store.

    One look-up for a batch is the rule: a second one only where keys collided.
    """
    keys = list(wanted)
    taken = find_taken(keys)
    given: set[int] = set()
    open_places = []
    for place, key in enumerate(keys):
        if key in taken or key in given:
            open_places.append(place)
        else:
            given.add(key)
    while open_places:
        for place in open_places:
            keys[place] = _step(keys[place], taken | given)
            given.add(keys[place])
        more = find_taken([keys[place] for place in open_places])
        taken |= more
        open_places = [place for place in open_places if keys[place] in more]
    return keys


def _step(key: int, occupied: set[int]) -> int:
    """The next free key within the same second, then of the seconds after it."""
    second, start = key & ~_MASK, key & _MASK
    for offset in range(1, _SEQUENCES):
        step = second | (start + offset) & _MASK
        if step not in occupied:
            return step
    return _step(second + _SEQUENCES, occupied)
