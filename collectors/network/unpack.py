"""Unpacking with a limit and a check of the end: gzip and deflate, nothing else, never two layers."""

from __future__ import annotations

import zlib

MAX_UNPACKED = 20 * 1024 * 1024
# Each member costs a copy of the rest; honest files have one, logs glued together a handful.
_MAX_MEMBERS = 100


class UnpackError(ValueError):
    """The packed bytes cannot be used; `str()` says why."""


def gunzip(body: bytes, limit: int = MAX_UNPACKED) -> bytes:
    """Unpack a whole gzip file (also several glued together); UnpackError if it is cut, broken or too large."""
    parts: list[bytes] = []
    for _ in range(_MAX_MEMBERS):
        plain, rest = _inflate(body, zlib.MAX_WBITS | 16, limit, "gzip")
        parts.append(plain)
        limit -= len(plain)
        body = rest.lstrip(b"\0")  # padding to a block size is allowed
        if not body:
            return b"".join(parts)
    raise UnpackError(f"has more than {_MAX_MEMBERS} gzip files in one")


def unpack(body: bytes, encoding: str, limit: int = MAX_UNPACKED) -> bytes:
    """Undo one Content-Encoding; UnpackError names what is wrong with it."""
    layers = [layer for token in encoding.lower().split(",") if (layer := token.strip()) not in {"", "identity"}]
    if not layers:
        return body
    if len(layers) > 1:
        raise UnpackError(f"is packed {len(layers)} times over ({', '.join(layers[:4])[:60]})")
    if layers[0] in {"gzip", "x-gzip"}:
        return gunzip(body, limit)
    if layers[0] == "deflate":
        return _inflate_deflate(body, limit)
    raise UnpackError(f"is packed as {layers[0][:20]}, which was not asked for")


def _inflate_deflate(body: bytes, limit: int) -> bytes:
    # RFC 9110 means zlib's wrapping, some servers send it bare; the first byte of zlib's header tells them apart.
    wrapped = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return _inflate(body, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, limit, "deflate")[0]


def _inflate(body: bytes, wbits: int, limit: int, name: str) -> tuple[bytes, bytes]:
    inflater = zlib.decompressobj(wbits)
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise UnpackError(f"says it is {name} and is not") from error
    if len(plain) > limit:
        raise UnpackError(f"is larger than {limit // 1024} KiB when unpacked")
    if not inflater.eof:
        raise UnpackError(f"is a {name} stream that was cut off")
    return plain, inflater.unused_data


def unpack_some(body: bytes, encoding: str, limit: int) -> bytes:
    """The beginning of a body nobody relies on, such as an error page: as much as can be read within the limit."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return body[:limit]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, limit)
    except zlib.error:
        return b""
