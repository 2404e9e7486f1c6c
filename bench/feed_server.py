"""A loopback server of made feeds for the benchmarks: honest 304s, the same bodies without 304, or some new entries.

Phases, set by GET /phase/NAME: "304" answers conditional requests, "200" ignores them, "new" adds one entry to
every twentieth feed.
"""

from __future__ import annotations

import argparse
import random
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

_WORDS = re.findall(
    r"\w+",
    "izin usaha warga kota dinas layanan antrean petugas berkas syarat pajak pasar pelatihan kerja buruh upah "
    "investasi pabrik gudang jalan banjir sekolah jembatan wali anggaran rapat kelurahan program bantuan hari "
    "pekan bulan tahun baru lama cepat lambat ramah gratis daring sistem loket nomor surat tanah bangunan",
)
_START = datetime(2026, 11, 20, tzinfo=UTC)


def make_feed(number: int, entries: int, *, extra: bool) -> bytes:
    """One RSS 2.0 feed of `entries` entries (one more when `extra`), about 1,200 characters of markup each."""
    dice = random.Random(number)
    items = [_make_item(dice, number, place) for place in range(entries)]
    if extra:
        items.insert(0, _make_item(random.Random(-number - 1), number, entries + 1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Kabar {number}</title><link>http://kabar{number}.test/</link>"
        f"<description>Berita</description><language>id</language>{''.join(items)}</channel></rss>"
    ).encode()


def _make_item(dice: random.Random, feed: int, place: int) -> str:
    title = " ".join(dice.choices(_WORDS, k=8)).capitalize()
    paragraphs = "".join(f"<p>{' '.join(dice.choices(_WORDS, k=40))}</p>" for _ in range(3))
    link = f"http://kabar{feed}.test/berita/{place}-{'-'.join(dice.choices(_WORDS, k=4))}"
    markup = f'<img src="http://kabar{feed}.test/{place}.jpg" alt="">{paragraphs}'
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="true">{link}</guid>'
        f"<pubDate>{format_datetime(_START - timedelta(minutes=place * 7 + feed))}</pubDate>"
        f"<dc:creator>Redaksi {feed}</dc:creator><description>{escape(markup)}</description></item>"
    )


def make_handler(feeds: int, entries: int) -> type[BaseHTTPRequestHandler]:
    """The handler of a server with `feeds` feeds at /feed/N."""
    old = [make_feed(n, entries, extra=False) for n in range(feeds)]
    new = [make_feed(n, entries, extra=True) if n % 20 == 0 else body for n, body in enumerate(old)]
    phase = ["304"]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each whole answer waits 40 ms for the client's delayed ACK

        def do_GET(self) -> None:
            _, what, which = self.path.split("/", 2)
            if what == "phase":
                phase[0] = which
                self._send(200, b"ok", '"phase"')
                return
            number = int(which)
            body = (new if phase[0] == "new" else old)[number]
            tag = f'"{number}-{len(body)}"'
            if phase[0] != "200" and self.headers.get("If-None-Match") == tag:
                self._send(304, b"", tag)
            else:
                self._send(200, body, tag if phase[0] != "200" else None)

        def _send(self, status: int, body: bytes, tag: str | None) -> None:
            self.send_response(status)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the table is what is read."""

    return Handler


def main() -> None:
    """Serve until killed; prints the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50)
    args = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(args.feeds, args.entries))
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
