"""What each path of the hostile server does: one function a behaviour, in one table."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from email.utils import formatdate
from functools import cache
from time import time

from tests.servers.hostile import Talk

MIB = 1024 * 1024
PATHS: dict[str, Callable[[Talk], None]] = {}
# Sources of kind "feed" that never give an item; a torture run puts them beside good ones.
BAD_FEEDS = (
    "/drip-head", "/drip-body", "/silent", "/endless-continue", "/endless-body", "/redirect-loop",
    "/redirect-endless/0", "/redirect-bomb", "/bomb-gzip", "/bomb-deflate", "/nested", "/short-length",
    "/no-last-chunk", "/cut-gzip", "/partial", "/huge-header", "/close-at-once", "/html", "/empty", "/entities",
    "/laughs", "/deep", "/status/500", "/too-many", "/gone",
)  # fmt: skip

ENTRY = (
    "<item><title>Kabar {0}</title><link>http://kota.test/{0}</link><guid>kabar-{0}</guid>"
    "<pubDate>Mon, 05 Aug 2019 14:0{0}:00 +0700</pubDate><description>Isi kabar {0}</description></item>"
)
FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Kota</title>'
    + "".join(ENTRY.format(number) for number in range(5))
    + "</channel></rss>"
).encode()
XML = "Content-Type: application/rss+xml; charset=utf-8"


def path(name: str) -> Callable[[Callable[[Talk], None]], Callable[[Talk], None]]:
    """Put a behaviour into the table; a name that ends in / takes what follows as its argument."""

    def put(behaviour: Callable[[Talk], None]) -> Callable[[Talk], None]:
        PATHS[name] = behaviour
        return behaviour

    return put


@cache
def bomb(wbits: int, size: int = 256) -> bytes:
    """So many MiB of zeros, packed a thousand times smaller."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    zeros = bytes(MIB)
    return b"".join(packer.compress(zeros) for _ in range(size)) + packer.flush()


def chunks(body: bytes, size: int = 100) -> Iterator[bytes]:
    """A body in chunked coding, without the last chunk."""
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)


# Answers that are right, in every shape that must be understood.


@path("/good")
def _good(talk: Talk) -> None:
    if talk.seen.headers.get("if-none-match") == '"v1"':
        talk.reply(status=304, headers=['ETag: "v1"'])
    else:
        talk.reply(FEED, headers=[XML, 'ETag: "v1"', "Last-Modified: Mon, 05 Aug 2019 07:04:00 GMT"])


@path("/good-gzip")
def _good_gzip(talk: Talk) -> None:
    talk.reply(gzip.compress(FEED), headers=[XML, "Content-Encoding: gzip"])


@path("/good-glued")
def _good_glued(talk: Talk) -> None:
    talk.reply(
        gzip.compress(FEED[:100]) + gzip.compress(FEED[100:]) + bytes(10), headers=["Content-Encoding: x-gzip"]
    )


@path("/good-deflate")
def _good_deflate(talk: Talk) -> None:
    talk.reply(zlib.compress(FEED), headers=[XML, "Content-Encoding: deflate"])


@path("/good-raw-deflate")
def _good_raw_deflate(talk: Talk) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    talk.reply(packer.compress(FEED) + packer.flush(), headers=["Content-Encoding: deflate"])


@path("/good-chunked")
def _good_chunked(talk: Talk) -> None:
    talk.head(headers=[XML, "Transfer-Encoding: chunked"])
    talk.send(*chunks(FEED), b"0\r\nX-Sum: 1\r\n\r\n")
    talk.keep = True


@path("/good-close")
def _good_close(talk: Talk) -> None:
    talk.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/xml\r\n\r\n", FEED)


@path("/good-hints")
def _good_hints(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    talk.reply(FEED, headers=[XML])


@path("/good-once")
def _good_once(talk: Talk) -> None:
    """Promises to keep the connection, and closes it."""
    talk.reply(FEED, headers=[XML])
    talk.keep = False


@path("/echo")
def _echo(talk: Talk) -> None:
    talk.reply(json.dumps(dict(talk.seen.headers)).encode(), headers=["Set-Cookie: spy=1; Path=/"])


@path("/status/")
def _status(talk: Talk) -> None:
    status = int(talk.argument) if talk.argument.isdigit() else 404
    talk.reply(b"<p>no</p>", status=status, headers=["Content-Type: text/html"])


@path("/robots.txt")
def _robots(talk: Talk) -> None:
    robots = talk.server.robots
    if isinstance(robots, bytes):
        talk.reply(robots, headers=["Content-Type: text/plain"])
    else:
        talk.reply(b"", status=robots)


# Redirects.


@path("/redirect-to")
def _redirect_to(talk: Talk) -> None:
    talk.reply(status=302, headers=[f"Location: {talk.location}"])


@path("/moved-to")
def _moved_to(talk: Talk) -> None:
    talk.reply(status=301, headers=[f"Location: {talk.location}"])


@path("/redirect/")
def _redirect(talk: Talk) -> None:
    left = int(talk.argument)
    talk.reply(status=302, headers=[f"Location: {f'/redirect/{left - 1}' if left > 1 else '/good'}"])


@path("/redirect-loop")
def _redirect_loop(talk: Talk) -> None:
    talk.reply(status=302, headers=[f"Location: /redirect-loop{'' if talk.query else '?again'}"])


@path("/redirect-endless/")
def _redirect_endless(talk: Talk) -> None:
    talk.reply(status=302, headers=[f"Location: /redirect-endless/{int(talk.argument) + 1}"])


@path("/redirect-slow/")
def _redirect_slow(talk: Talk) -> None:
    talk.wait(0.4)
    talk.reply(status=302, headers=[f"Location: /redirect-slow/{int(talk.argument) + 1}"])


@path("/redirect-bomb")
def _redirect_bomb(talk: Talk) -> None:
    talk.reply(bomb(31), status=302, headers=["Location: /html", "Content-Encoding: gzip"])


@path("/redirect-flood")
def _redirect_flood(talk: Talk) -> None:
    talk.head(302, ["Location: /html"])
    talk.flood(bytes(MIB))


# Slow and endless.


@path("/silent")
def _silent(talk: Talk) -> None:
    talk.wait(600)


@path("/drip-head")
def _drip_head(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    talk.drip(b"a")


@path("/drip-body")
def _drip_body(talk: Talk) -> None:
    talk.head(headers=["Content-Length: 100000"])
    talk.drip(FEED)


@path("/drip-until-close")
def _drip_until_close(talk: Talk) -> None:
    talk.head(headers=["Connection: close"])
    talk.drip(FEED)


@path("/drip-chunks")
def _drip_chunks(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.drip(b"1\r\na\r\n")


@path("/slow-continue")
def _slow_continue(talk: Talk) -> None:
    while True:
        talk.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        talk.wait(0.05)


@path("/endless-continue")
def _endless_continue(talk: Talk) -> None:
    talk.flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


@path("/endless-headers")
def _endless_headers(talk: Talk) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    talk.flood(b"a" * 65536)


@path("/endless-body")
def _endless_body(talk: Talk) -> None:
    talk.head(headers=["Connection: close"])
    talk.flood(bytes(MIB))


@path("/endless-chunks")
def _endless_chunks(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.flood(b"10000\r\n" + bytes(65536) + b"\r\n")


@path("/endless-extensions")
def _endless_extensions(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.flood(b"1;" + b"a" * 60000 + b"\r\nx\r\n")


@path("/endless-trailers")
def _endless_trailers(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.send(*chunks(FEED), b"0\r\n")
    talk.flood(b"X-More: 1\r\n" * 1000)


# Too large, too deep.


@path("/huge-header")
def _huge_header(talk: Talk) -> None:
    talk.reply(FEED, headers=[f"X-Part-{number}: {'a' * 8000}" for number in range(9)])


@path("/many-headers")
def _many_headers(talk: Talk) -> None:
    talk.reply(FEED, headers=[f"X-{number}: 1" for number in range(120)])


@path("/large")
def _large(talk: Talk) -> None:
    talk.head(headers=[f"Content-Length: {11 * MIB}"])
    talk.send(*[bytes(MIB)] * 11)


@path("/negative-chunk")
def _negative_chunk(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.send(b"-1\r\n")
    talk.flood(bytes(MIB))


@path("/bomb-gzip")
def _bomb_gzip(talk: Talk) -> None:
    talk.reply(bomb(31), headers=["Content-Encoding: gzip"])


@path("/bomb-deflate")
def _bomb_deflate(talk: Talk) -> None:
    talk.reply(bomb(15), headers=["Content-Encoding: deflate"])


@path("/bomb-members")
def _bomb_members(talk: Talk) -> None:
    talk.reply(gzip.compress(b"") * 200_000, headers=["Content-Encoding: gzip"])


@path("/bomb-error")
def _bomb_error(talk: Talk) -> None:
    talk.reply(bomb(31), status=500, headers=["Content-Encoding: gzip"])


@path("/nested")
def _nested(talk: Talk) -> None:
    talk.reply(gzip.compress(gzip.compress(FEED)), headers=["Content-Encoding: gzip, gzip"])


@path("/packed/")
def _packed(talk: Talk) -> None:
    talk.reply(FEED, headers=[f"Content-Encoding: {talk.argument}"])


# Incomplete.


@path("/short-length")
def _short_length(talk: Talk) -> None:
    """Announces more than it sends."""
    talk.head(headers=[f"Content-Length: {len(FEED) + 100}"])
    talk.send(FEED)


@path("/long-body")
def _long_body(talk: Talk) -> None:
    """Sends more than it announces."""
    talk.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(FEED) - 100}\r\n\r\n".encode() + FEED)
    talk.wait(0.2)


@path("/no-last-chunk")
def _no_last_chunk(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.send(*chunks(FEED))


@path("/cut-chunk")
def _cut_chunk(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: chunked"])
    talk.send(b"%x\r\n" % len(FEED), FEED[:-50])


@path("/cut-gzip")
def _cut_gzip(talk: Talk) -> None:
    packed = gzip.compress(FEED)
    talk.reply(packed[: len(packed) // 2], headers=["Content-Encoding: gzip"])


@path("/cut-deflate")
def _cut_deflate(talk: Talk) -> None:
    talk.reply(zlib.compress(FEED)[:-5], headers=["Content-Encoding: deflate"])


@path("/partial")
def _partial(talk: Talk) -> None:
    talk.reply(FEED[:100], status=206, headers=[f"Content-Range: bytes 0-99/{len(FEED)}"])


# Asked to wait.


@path("/retry-after/")
def _retry_after(talk: Talk) -> None:
    """429 with the argument as Retry-After; "date-N" is the date in N seconds, "none" leaves it out."""
    value = talk.argument
    if value.startswith("date-"):
        value = formatdate(time() + int(value[5:]), usegmt=True)
    talk.reply(b"slow down", status=429, headers=[] if value == "none" else [f"Retry-After: {value}"])


@path("/too-many")
def _too_many(talk: Talk) -> None:
    talk.reply(status=429, headers=["Retry-After: 3600"])


@path("/too-many-slowly")
def _too_many_slowly(talk: Talk) -> None:
    talk.head(429, ["Content-Length: 1000", "Retry-After: 3600"])
    talk.drip(b"a")


@path("/gone")
def _gone(talk: Talk) -> None:
    talk.reply(b"gone", status=410)


# Not HTTP at all.


@path("/raw")
def _raw(talk: Talk) -> None:
    talk.send(talk.server.raw)


@path("/not-http")
def _not_http(talk: Talk) -> None:
    talk.send(b"SSH-2.0-OpenSSH_9.2\r\n")


@path("/close-at-once")
def _close_at_once(talk: Talk) -> None:
    talk.keep = False


@path("/reset")
def _reset(talk: Talk) -> None:
    talk.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    talk.request.close()


@path("/other-coding")
def _other_coding(talk: Talk) -> None:
    talk.head(headers=["Transfer-Encoding: gzip, chunked"])
    talk.send(*chunks(gzip.compress(FEED)), b"0\r\n\r\n")


# Bodies that came whole and are still not a feed.


@path("/html")
def _html(talk: Talk) -> None:
    talk.reply(b"<!DOCTYPE html><html><body><h1>Masuk</h1></body></html>", headers=["Content-Type: text/html"])


@path("/empty")
def _empty(talk: Talk) -> None:
    talk.reply(b"", headers=[XML])


@path("/cut-xml")
def _cut_xml(talk: Talk) -> None:
    talk.reply(FEED[: len(FEED) // 2], headers=[XML])


@path("/laughs")
def _laughs(talk: Talk) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    talk.reply(
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]><rss><channel>&l9;</channel></rss>'.encode(), headers=[XML]
    )


@path("/entities")
def _entities(talk: Talk) -> None:
    """The quadratic one: feedparser alone takes 43 s of CPU and 5.7 GB for it."""
    text = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 80000}">]><rss><channel><title>{"&a;" * 25000}</title></channel></rss>'
    talk.reply(text.encode(), headers=[XML])


@path("/outside")
def _outside(talk: Talk) -> None:
    text = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{talk.location}">]><rss><channel><title>&x;</title></channel></rss>'
    talk.reply(text.encode(), headers=[XML])


@path("/deep")
def _deep(talk: Talk) -> None:
    talk.reply(b"<rss>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</rss>", headers=[XML])


@path("/million")
def _million(talk: Talk) -> None:
    talk.reply(
        gzip.compress(b"<rss><channel>" + b"<item/>" * 1_000_000 + b"</channel></rss>"),
        headers=["Content-Encoding: gzip"],
    )


@path("/charset/")
def _charset(talk: Talk) -> None:
    """Says the charset of the argument, and sends UTF-8."""
    talk.reply("<p>café – ‘kota’</p>".encode(), headers=[f"Content-Type: text/html; charset={talk.argument}"])


@path("/wrong-charset")
def _wrong_charset(talk: Talk) -> None:
    talk.reply("<p>café</p>".encode("latin-1"), headers=["Content-Type: text/html; charset=utf-8"])
