"""The article collector against a real server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors.article import ArticleCollector
from collectors.collector import GoneError, HeldError, ParseError
from collectors.fetcher import Fetcher, FetchSettings
from collectors.sandbox import Sandbox
from tests.news import Poller, page
from tests.servers.shelf import Shelf

PATH = "/berita/izin"


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
    yield Poller(collector=ArticleCollector(), kind="article", shelf=shelf, fetcher=fetcher, sandbox=sandbox)
    fetcher.close()


def test_a_page_gives_its_article_and_then_its_comments(poller: Poller, shelf: Shelf) -> None:
    shelf.put(PATH, page(PATH, "Apa syaratnya?", "Terima kasih, Bu."))
    article, *comments = poller.poll(PATH)
    assert (article.external_id, article.title) == (shelf.url(PATH), "Kabar kota")
    assert article.published == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    assert (article.author.name, article.publisher, article.language) == ("Rini", "Kabar Malang", "id")
    assert [(comment.text, comment.thread) for comment in comments] == [
        ("Apa syaratnya?", article.external_id),
        ("Terima kasih, Bu.", article.external_id),
    ]
    assert "syaratnya" not in article.text


def test_an_unchanged_page_is_not_read_again(poller: Poller, shelf: Shelf) -> None:
    shelf.put(PATH, page(PATH))
    assert len(poller.poll(PATH)) == 1
    assert poller.poll(PATH) == [] and poller.batches[0].unchanged == 1
    shelf.put(PATH, page(PATH, "Baru."))
    assert len(poller.poll(PATH)) == 2


def test_an_unchanged_page_is_read_again_when_other_terms_are_watched(poller: Poller, shelf: Shelf) -> None:
    shelf.put(PATH, page(PATH), etag='"1"')
    first = poller.poll(PATH)
    assert poller.poll(PATH) == []
    poller.cursor = replace(poller.cursor, anew=True)
    assert poller.poll(PATH) == first


def test_comments_and_text_can_be_left_out(poller: Poller, shelf: Shelf) -> None:
    shelf.put(PATH, page(PATH, "Apa syaratnya?"))
    (article,) = poller.poll(PATH, comments=False, full_text="never")
    assert (article.title, article.text) == ("Kabar kota", "")


def test_what_is_no_article_fails_the_poll_by_name(poller: Poller, shelf: Shelf) -> None:
    shelf.put(PATH, "<html><body></body></html>")
    with pytest.raises(ParseError, match="no article"):
        poller.poll(PATH)
    shelf.put(PATH, "lenyap", status=410)
    with pytest.raises(GoneError, match="410"):
        poller.poll(PATH)


def test_a_page_that_robots_txt_closes_is_not_asked(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/robots.txt", "User-agent: *\nDisallow: /berita/")
    shelf.put(PATH, page(PATH))
    with pytest.raises(HeldError, match="robots"):
        poller.poll(PATH)
    assert shelf.take_seen() == []
