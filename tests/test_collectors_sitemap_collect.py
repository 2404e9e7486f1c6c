"""The sitemap collector against a real server on loopback: what it asks, what it gives, what it remembers."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from collectors.collector import FetchError, ParseError
from collectors.fetcher import Fetcher, FetchSettings
from collectors.item import Item
from collectors.sandbox import Sandbox
from collectors.sitemap import SitemapCollector
from tests.news import START, Poller, page
from tests.servers.shelf import Shelf

MAP = "/sitemap-news.xml"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(size=1)
    yield sandbox
    sandbox.close()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as shelf:
        yield shelf


@pytest.fixture
def poller(shelf: Shelf, sandbox: Sandbox) -> Iterator[Poller]:
    fetcher = Fetcher(FetchSettings(contact="humas@kota.test", pause=timedelta(0), allow_hosts=(shelf.place,)))
    yield Poller(collector=SitemapCollector(), kind="sitemap", shelf=shelf, fetcher=fetcher, sandbox=sandbox)
    fetcher.close()


def entry(path: str, title: str | None = "Izin usaha", at: datetime | None = START - timedelta(hours=1)) -> str:
    date = f"<news:publication_date>{at.isoformat()}</news:publication_date>" if at else ""
    stated = f"<news:title>{title}</news:title>" if title else ""
    return f"<url><loc>HERE{path}</loc><news:news>{date}{stated}</news:news></url>"


def news(*entries: str) -> str:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    news = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0"?><urlset {space} {news}>{"".join(entries)}</urlset>'


def index(*paths: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>HERE{path}</loc></sitemap>' for path in paths)}</sitemapindex>"


def paths(items: list[Item], shelf: Shelf) -> list[str]:
    return [item.external_id.removeprefix(shelf.url("")) for item in items]


def test_a_title_that_matches_is_read_as_an_article_and_no_other_is_asked_for(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/1"), entry("/2", "Sepak bola"), entry("/izin-baru", None), entry("/bola", None)))
    shelf.put("/1", page("/lain", "Apa syaratnya?", title="Izin usaha mudah", published=""))
    shelf.put("/izin-baru", page("/izin-baru", title="Izin baru"))
    first, comment, second = poller.poll(MAP)
    assert (first.external_id, first.title, first.published) == (
        shelf.url("/1"),
        "Izin usaha",
        START - timedelta(hours=1),
    )
    assert (comment.text, comment.thread) == ("Apa syaratnya?", shelf.url("/1"))
    assert (second.external_id, second.title) == (shelf.url("/izin-baru"), "Izin baru")
    assert shelf.take_seen() == [MAP, "/1", "/izin-baru"]


def test_a_page_is_read_once_and_an_unchanged_sitemap_not_again(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/1")), etag='"satu"')
    shelf.put("/1", page("/1"))
    assert paths(poller.poll(MAP), shelf) == ["/1"]
    assert poller.poll(MAP) == []
    shelf.put(MAP, news(entry("/2"), entry("/1")), etag='"dua"')
    shelf.put("/2", page("/2"))
    assert paths(poller.poll(MAP), shelf) == ["/2"]
    assert shelf.take_seen() == [MAP, "/1", f"{MAP} 304", MAP, "/2"]


def test_more_articles_than_one_run_may_read_are_read_oldest_first_and_none_is_lost(
    poller: Poller, shelf: Shelf
) -> None:
    ages = [5, 1, 4, 2, 3]
    shelf.put(MAP, news(*(entry(f"/{age}", at=START - timedelta(hours=age)) for age in ages)), etag='"x"')
    for age in ages:
        shelf.put(f"/{age}", page(f"/{age}"))
    assert paths(poller.poll(MAP, articles=2), shelf) == ["/5", "/4"]
    assert poller.notes == ["3 article(s) wait for the next poll"]
    assert paths(poller.poll(MAP, articles=2), shelf) == ["/3", "/2"]
    assert paths(poller.poll(MAP, articles=2), shelf) == ["/1"]
    assert poller.poll(MAP, articles=2) == []


def test_a_run_that_ends_between_batches_goes_on_where_it_stopped(poller: Poller, shelf: Shelf) -> None:
    numbers = range(10, 25)
    shelf.put(MAP, news(*(entry(f"/{number}", at=START - timedelta(hours=1, minutes=-number)) for number in numbers)))
    for number in numbers:
        shelf.put(f"/{number}", page(f"/{number}"))
    first = poller.poll(MAP, stop_after=1)
    second = poller.poll(MAP)
    assert paths(first + second, shelf) == [f"/{number}" for number in numbers]


def test_old_entries_and_those_of_another_site_are_left_alone(poller: Poller, shelf: Shelf) -> None:
    foreign = "<url><loc>https://lain.test/izin-usaha</loc></url>"
    shelf.put(MAP, news(entry("/tua", at=START - timedelta(days=4)), foreign))
    assert poller.poll(MAP, days=3) == []
    assert shelf.take_seen() == [MAP]


def test_everything_is_read_where_everything_is_kept_or_every_text_is_wanted(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/bola", "Sepak bola")))
    shelf.put("/bola", page("/bola"))
    assert len(poller.poll(MAP, keep="all")) == 1
    poller.cursor = type(poller.cursor)()
    assert len(poller.poll(MAP, full_text="always")) == 1
    poller.cursor = type(poller.cursor)()
    shelf.take_seen()
    (item,) = poller.poll(MAP, keep="all", full_text="never", comments=False)
    assert (item.title, item.text, shelf.take_seen()) == ("Sepak bola", "", [MAP])


def test_a_page_that_may_not_be_read_is_kept_as_the_sitemap_tells_it(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/robots.txt", "User-agent: *\nDisallow: /tutup")
    shelf.put(MAP, news(entry("/tutup/1"), entry("/2")))
    shelf.put("/2", page("/2"))
    closed, read = poller.poll(MAP)
    assert (closed.title, closed.text, closed.published) == ("Izin usaha", "", START - timedelta(hours=1))
    assert read.text and "robots.txt" in poller.notes[0]
    assert poller.poll(MAP) == []


def test_a_page_that_fails_is_read_once_more_at_the_next_poll(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/1")), etag='"satu"')
    shelf.put("/1", "rusak", status=500)
    assert [item.text for item in poller.poll(MAP)] == [""]
    shelf.put("/1", page("/1"))
    assert [bool(item.text) for item in poller.poll(MAP)] == [True]
    assert poller.poll(MAP) == []
    assert shelf.take_seen() == [MAP, "/1 500", MAP, "/1", f"{MAP} 304"]


def test_a_host_that_asks_to_wait_is_asked_no_further_and_nothing_is_lost(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(*(entry(f"/{n}", at=START - timedelta(minutes=60 - n)) for n in range(1, 5))))
    shelf.put("/1", page("/1"))
    shelf.put("/2", "sibuk", status=429, Retry_After="60")
    assert [bool(item.text) for item in poller.poll(MAP)] == [True, False]
    assert "wait" in " ".join(poller.notes)
    assert shelf.take_seen() == [MAP, "/1", "/2 429"]


def test_the_sitemaps_of_a_site_are_found_by_its_robots_txt(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/robots.txt", "User-agent: *\nAllow: /\nSitemap: HERE/peta.xml\nsitemap: HERE/news/peta.xml\n")
    shelf.put("/news/peta.xml", news(entry("/1")))
    shelf.put("/1", page("/1"))
    assert paths(poller.poll("/"), shelf) == ["/1"]
    assert shelf.take_seen() == ["/news/peta.xml", "/1"]


def test_without_robots_txt_the_usual_places_are_tried(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/news-sitemap.xml", news(entry("/1")))
    shelf.put("/1", page("/1"))
    assert paths(poller.poll("/"), shelf) == ["/1"]
    assert shelf.take_seen() == ["/sitemap.xml 404", "/news-sitemap.xml", "/1"]
    poller.poll("/")
    assert shelf.take_seen() == ["/news-sitemap.xml"]


def test_a_site_without_sitemap_is_a_named_error(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/sitemap.xml", "<html><body>Tidak ada</body></html>")
    with pytest.raises(ParseError, match="no sitemap"):
        poller.poll("/")
    with pytest.raises(FetchError, match="404"):
        poller.poll(MAP)


def test_an_index_is_followed_its_loops_are_not_and_a_bad_child_is_told(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/sitemap.xml", index("/sitemap.xml", "/a.xml.gz", "/b.xml", "/c.xml"), etag='"i"')
    shelf.put("/a.xml.gz", gzip.compress(news(entry("/1")).replace("HERE", shelf.url("")).encode()))
    shelf.put("/b.xml", index("/sitemap.xml", "/a.xml.gz"))
    shelf.put("/c.xml", "<html></html>")
    shelf.put("/1", page("/1"))
    assert paths(poller.poll("/sitemap.xml"), shelf) == ["/1"]
    assert "/c.xml: is a web page" in poller.notes[0]
    shelf.take_seen()
    shelf.put("/a.xml.gz", gzip.compress(news(entry("/2")).replace("HERE", shelf.url("")).encode()))
    shelf.put("/2", page("/2"))
    assert paths(poller.poll("/sitemap.xml"), shelf) == ["/2"]
    assert shelf.take_seen()[0] == "/sitemap.xml 304"


def test_comments_under_a_kept_article_are_watched(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/1", at=START)), etag='"satu"')
    shelf.put("/1", page("/1", "Satu.", title="Izin usaha"))
    poller.poll(MAP)
    shelf.put("/1", page("/1", "Satu.", "Dua.", title="Izin usaha"))
    poller.wait(minutes=30)
    assert poller.poll(MAP) == []
    poller.wait(minutes=31)
    assert [item.text for item in poller.poll(MAP)] == ["Satu.", "Dua."]
    poller.wait(days=14)
    shelf.take_seen()
    assert poller.poll(MAP) == [] and shelf.take_seen() == [MAP]


def test_an_empty_sitemap_is_no_error(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news())
    assert poller.poll(MAP) == [] and poller.notes == []


def test_what_was_seen_is_forgotten_when_its_day_is_over(poller: Poller, shelf: Shelf) -> None:
    shelf.put(MAP, news(entry("/1")))
    shelf.put("/1", page("/1"))
    poller.poll(MAP)
    assert len(poller.cursor.state["sitemap"]["seen"]) == 1  # type: ignore[index]
    poller.wait(days=6)
    shelf.put(MAP, news())
    poller.poll(MAP)
    assert poller.cursor.state["sitemap"]["seen"] == {}  # type: ignore[index]
