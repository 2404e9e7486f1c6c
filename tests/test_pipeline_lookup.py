"""An address is looked at: what it is, what it offers, or what is missing. Real answers on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from collectors.collector import CollectError, FetchError
from collectors.fetcher import Fetcher, FetchSettings
from collectors.sandbox import Sandbox
from kentongan.demo import SITES
from kentongan.demo.city import build_city
from kentongan.demo.server import serve_city
from pipeline.lookup import NO_PAGE, NOTHING, Looked, complete_address, look_at
from tests.servers.hostile import Hostile

HTML = "text/html; charset=utf-8"
WORDS = "Warga datang ke loket sejak pagi untuk mengurus izin usaha, dan petugas melayani mereka satu per satu. "
COMMENT = (
    '<li class="comment" id="comment-{0}"><b class="fn">Warga {0}</b><p>Antrean nomor {0} lama sekali, Pak.</p></li>'
)
SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>"""
PLACES: dict[str, tuple[str, str]] = {
    "/kosong": (HTML, "<html><head><title>Kosong</title></head><body><p>Selamat datang.</p></body></html>"),
    "/komentar": (
        HTML,
        "<html><head><title>Buku tamu</title></head><body><h1>Buku tamu</h1><ol class='commentlist'>"
        + "".join(COMMENT.format(number) for number in range(1, 6))
        + "</ol></body></html>",
    ),
    "/berita": (
        HTML,
        f"<html><head><title>Loket izin ramai</title></head><body><article><h1>Loket izin ramai</h1>"
        f"<p>{WORDS * 3}</p><p>{WORDS * 3}</p></article></body></html>",
    ),
    "/isso": (HTML, "<html><body><script data-isso='/komentar-isso/' src='x.js'></script></body></html>"),
    "/gambar": ("image/png", "\x89PNG but no picture"),
    "/peta.xml": ("application/xml", SITEMAP),
}


@contextmanager
def serve(places: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """These answers by their paths, 404 for all else; gives the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = places.get(self.path, (HTML, ""))
            self.send_response(200 if self.path in places else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(size=1)
    yield sandbox
    sandbox.close()


def look(sandbox: Sandbox, url: str, *allowed: str, deadline: float = 5.0) -> Looked:
    settings = FetchSettings(
        contact="uji@dinas.test",
        pause=timedelta(0),
        deadline=timedelta(seconds=deadline),
        allow_hosts=tuple(origin.removeprefix("http://") for origin in allowed),
    )
    fetcher = Fetcher(settings)
    try:
        return look_at(url, fetcher.visit(url, timedelta(seconds=20)), sandbox)
    finally:
        fetcher.close()


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/komentar", ["webpage", "article"]),
        ("/berita", ["article"]),
        ("/isso", ["isso"]),
        ("/peta.xml", ["sitemap"]),
    ],
)
def test_a_place_is_recognised_by_what_it_sends(sandbox: Sandbox, path: str, kinds: list[str]) -> None:
    with serve(PLACES) as origin:
        looked = look(sandbox, origin + path, origin)
    assert [offer.kind for offer in looked.offers] == kinds
    assert not looked.missing


@pytest.mark.parametrize(("path", "sentence"), [("/kosong", NOTHING), ("/gambar", NO_PAGE)])
def test_a_place_with_nothing_says_what_is_missing(sandbox: Sandbox, path: str, sentence: str) -> None:
    with serve(PLACES) as origin:
        assert look(sandbox, origin + path, origin) == Looked((), sentence)


def test_a_site_with_only_a_sitemap_is_found_by_its_robots_file_the_news_one_first(sandbox: Sandbox) -> None:
    page = PLACES["/kosong"]
    with serve({"/": page, "/robots.txt": ("text/plain", "Sitemap: http://a.test/all.xml\n")}) as origin:
        assert [offer.url for offer in look(sandbox, origin + "/", origin).offers] == ["http://a.test/all.xml"]
    robots = "Sitemap: http://a.test/all.xml\nSitemap: http://a.test/news.xml\nSitemap: javascript:news\n"
    with serve({"/": page, "/robots.txt": ("text/plain", robots)}) as origin:
        looked = look(sandbox, origin + "/", origin)
    assert [(offer.kind, offer.url) for offer in looked.offers] == [("sitemap", "http://a.test/news.xml")]


def test_a_feed_that_no_page_names_is_found_where_sites_keep_one(sandbox: Sandbox) -> None:
    feed = "<rss version='2.0'><channel><item><title>Satu</title><guid>1</guid></item></channel></rss>"
    with serve({"/": PLACES["/kosong"], "/feed/": ("application/rss+xml", feed)}) as origin:
        looked = look(sandbox, origin + "/", origin)
    assert [(offer.kind, offer.url) for offer in looked.offers] == [("feed", f"{origin}/feed/")]


@pytest.mark.parametrize(
    ("site", "path", "kind"),
    [("office", "/", "wordpress"), ("suara", "/", "feed"), ("suara", "/feed/", "feed"), ("kabar", "/", "sitemap")],
)
def test_the_sites_of_the_sample_city_are_recognised(sandbox: Sandbox, site: str, path: str, kind: str) -> None:
    with serve_city(build_city(datetime.now(UTC)), SITES) as origins:
        assert look(sandbox, origins[site] + path, *origins.values()).offers[0].kind == kind


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://169.254.169.254/latest", "http://[::1]/", "http://10.0.0.1/", "ftp://a.test/"],
)
def test_an_address_inside_is_never_asked(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(FetchError, match=r"127\.0\.0\.1|169\.254|::1|10\.0|ftp"):
        look(sandbox, url)


def test_a_redirect_to_the_inside_is_not_followed(sandbox: Sandbox) -> None:
    with Hostile() as inside, Hostile() as outside:
        with pytest.raises(FetchError):
            look(sandbox, outside.url(f"/redirect-to?{inside.url('/good')}"), outside.place)
        assert outside.requests
        assert inside.requests == []


@pytest.mark.parametrize("path", ["/drip-body", "/drip-head", "/redirect-loop", "/bomb-gzip"])
def test_a_hostile_place_fails_in_one_sentence_and_in_time(sandbox: Sandbox, path: str) -> None:
    with Hostile() as server, pytest.raises(CollectError) as raised:
        look(sandbox, server.url(path), server.place, deadline=1.0)
    assert "\n" not in str(raised.value)


def test_an_address_may_be_pasted_without_its_scheme() -> None:
    assert complete_address(" dinas.test/berita ") == "https://dinas.test/berita"
    assert complete_address("http://dinas.test") == "http://dinas.test"
