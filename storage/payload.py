"""A mention's raw payload: the source's own markup or JSON, compressed, within a cap."""

from __future__ import annotations

import zlib

MAX_PACKED = 64 * 1024  # bytes


def pack(raw: str) -> bytes:
    """Compress a payload; one that stays too big is cut, for its beginning says more than nothing."""
    packed = zlib.compress(raw.encode("utf-8"))
    while len(packed) > MAX_PACKED:
        raw = raw[: len(raw) * MAX_PACKED // len(packed)]
        packed = zlib.compress(raw.encode("utf-8"))
    return packed


def unpack(body: bytes) -> str:
    """The payload as it was, or its beginning."""
    return zlib.decompress(body).decode("utf-8")
