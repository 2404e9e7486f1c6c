"""The bytes of sitemaps, and the words of addresses."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.collector import ParseError
from collectors.sitemap import get_slug_words
from collectors.sitemap_document import Entry, parse_sitemap

URL = "https://koran.test/sitemap-news.xml"
NEWS = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://koran.test/berita/1/izin-usaha#atas</loc><lastmod>2026-11-24</lastmod>
 <image:image><image:loc>https://koran.test/foto.jpg</image:loc><image:title>Foto pasar</image:title></image:image>
 <news:news><news:publication><news:name>Koran Kota</news:name><news:language>id</news:language></news:publication>
 <news:publication_date>2026-11-24T10:15:00+07:00</news:publication_date>
 <news:title><![CDATA[Izin usaha & UMKM kini sehari]]></news:title></news:news></url>
<url><loc> /berita/2 </loc></url><url><loc>javascript:alert(1)</loc></url><url></url>
</urlset>"""


def test_a_news_sitemap_tells_title_instant_outlet_and_language() -> None:
    first, second = parse_sitemap(NEWS, URL).entries
    assert first == Entry(
        url="https://koran.test/berita/1/izin-usaha",
        title="Izin usaha & UMKM kini sehari",
        published=datetime(2026, 11, 24, 3, 15, tzinfo=UTC),
        precision="second",
        changed=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        publisher="Koran Kota",
        language="id",
    )
    assert second == Entry(url="https://koran.test/berita/2")


def test_a_gzipped_sitemap_is_unpacked_whatever_its_name() -> None:
    assert parse_sitemap(gzip.compress(NEWS), URL) == parse_sitemap(NEWS, URL)


def test_a_time_without_zone_is_that_of_the_source() -> None:
    body = NEWS.replace(b"10:15:00+07:00", b"10:15:00")
    entry = parse_sitemap(body, URL, zone=timezone(timedelta(hours=8))).entries[0]
    assert entry.published == datetime(2026, 11, 24, 2, 15, tzinfo=UTC)


def test_an_index_names_its_sitemaps_and_when_they_changed() -> None:
    body = (
        b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>/a.xml</loc>"
        b"<lastmod>2026-11-24T00:00:00Z</lastmod></sitemap><sitemap><loc>/b.xml.gz</loc></sitemap></sitemapindex>"
    )
    assert parse_sitemap(body, URL).maps == (
        ("https://koran.test/a.xml", datetime(2026, 11, 24, tzinfo=UTC)),
        ("https://koran.test/b.xml.gz", None),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
        b"<?xml version='1.0'?><!-- kosong --><sitemapindex></sitemapindex>",
    ],
)
def test_an_empty_sitemap_is_no_error(body: bytes) -> None:
    assert parse_sitemap(body, URL).entries == ()


def test_a_sitemap_of_plain_lines_is_read() -> None:
    entries = parse_sitemap(b"https://koran.test/1\r\nhttps://koran.test/2\n", URL).entries
    assert [entry.url for entry in entries] == ["https://koran.test/1", "https://koran.test/2"]


def test_a_sloppy_ampersand_loses_no_entry() -> None:
    body = b"<urlset><url><loc>https://koran.test/?a=1&b=2</loc></url><url><loc>https://koran.test/3</loc></url></urlset>"
    assert len(parse_sitemap(body, URL).entries) == 2


BOMB = gzip.compress(b"<urlset>" + b" " * (21 * 1024 * 1024))


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Tidak ditemukan</body></html>", "web page"),
        (b"<html><head><title>404</title></head></html>", "web page"),
        (b"<rss version='2.0'><channel/></rss>", "feed"),
        (b"<svg/>", "<svg>"),
        (b"hello", "not a sitemap"),
        (b"<urlset><url><loc>https://koran.test/1</loc></url>", "cut off"),
        (gzip.compress(NEWS)[:-20], "cut off"),
        (gzip.compress(NEWS)[:20] + b"\xff" * 200, "damaged"),
        (BOMB, "20 MiB"),
        (b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "b">]><urlset>&a;</urlset>', "DOCTYPE"),
        (b'<!DOCTYPE urlset SYSTEM "file:///etc/passwd"><urlset></urlset>', "DOCTYPE"),
        (
            b'<?xml version="1.0"?><!--x--><!DOCTYPE urlset [<!ENTITY a SYSTEM "http://a/">]><urlset></urlset>',
            "DOCTYPE",
        ),
    ],
)
def test_what_is_no_sitemap_is_refused_by_name(body: bytes, what: str) -> None:
    with pytest.raises(ParseError, match=what) as error:
        parse_sitemap(body, URL)
    assert str(error.value).startswith(URL) and "\n" not in str(error.value)


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: f"<urlset><url>{text}</url></urlset>".encode())
)
def test_any_bytes_give_a_sitemap_or_a_named_refusal(body: bytes) -> None:
    try:
        found = parse_sitemap(body, URL)
    except ParseError as error:
        assert str(error).startswith(URL)
    else:
        assert all(entry.url.startswith("http") for entry in found.entries)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://koran.test/read/2026/11/24/12345/izin-usaha-di-malang", "izin usaha di malang"),
        ("https://koran.test/malang-raya/998877/wali_kota-resmikan%20pasar.html?x=1", "wali kota resmikan pasar"),
        ("https://koran.test/", ""),
    ],
)
def test_the_words_of_an_address_stand_for_a_missing_title(url: str, words: str) -> None:
    assert get_slug_words(url) == words
