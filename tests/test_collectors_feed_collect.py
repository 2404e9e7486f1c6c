"""The feed collector against a real server on loopback: what it asks, what it gives, what it remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collectors.collector import Collected, Context, Cursor, FetchError, ParseError, SourceSpec
from collectors.feed import FeedCollector
from collectors.fetcher import Fetcher, FetchSettings
from collectors.item import Item
from collectors.options import FeedOptions
from collectors.sandbox import Sandbox
from tests.servers.shelf import Shelf

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def rss(*items: str, older: str = "") -> str:
    link = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{older}"/>' if older else ""
    entries = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>Kabar</title>{link}{entries}</channel></rss>'


def entry(number: int, title: str = "Kabar kota", text: str = "Ringkasan singkat.") -> str:
    date = "<pubDate>Tue, 24 Nov 2026 02:00:00 GMT</pubDate>"
    link = f"HERE/berita/{number}"
    return f"<guid>g{number}</guid><link>{link}</link><title>{title}</title>{date}<description>{text}</description>"


PARAGRAPH = "Dinas mulai membuka layanan izin usaha pada hari Senin, dan warga boleh datang tanpa membuat janji. "


def page(number: int, *comments: str, text: str = PARAGRAPH) -> str:
    """An article page as WordPress draws it, with threaded comments."""
    listed = "".join(
        f'<li class="comment" id="comment-{place}"><article class="comment-body"><footer class="comment-meta">'
        f'<div class="comment-author vcard"><b class="fn">Warga {place}</b></div><div class="comment-metadata">'
        f'<a href="HERE/berita/{number}#comment-{place}"><time datetime="2026-11-24T02:30:00+00:00">Selasa</time></a>'
        f'</div></footer><div class="comment-content"><p>{comment}</p></div></article></li>'
        for place, comment in enumerate(comments, 1)
    )
    return (
        f'<!DOCTYPE html><html lang="id"><head><title>Kabar kota</title><link rel="canonical" href="HERE/b/{number}">'
        '<meta name="author" content="Rini"><meta property="og:site_name" content="Kabar Malang"></head><body>'
        f"<article><h1>Kabar kota</h1><p>{text * 3}</p><p>{text * 3}</p></article>"
        f'<div id="comments" class="comments-area"><ol class="comment-list">{listed}</ol></div></body></html>'
    )


@dataclass
class Poller:
    """Polls one source again and again, as the pipeline does: the cursor travels through JSON."""

    shelf: Shelf
    fetcher: Fetcher
    sandbox: Sandbox
    now: datetime = START
    cursor: Cursor = field(default_factory=Cursor)
    batches: list[Collected] = field(default_factory=list)

    def poll(self, path: str = "/feed", *, stop_after: int = 99, term: str = "izin", **spec: object) -> list[Item]:
        """One run; the items of its batches, of which only the first `stop_after` are stored."""
        self.batches = []
        context = Context(
            visit=self.fetcher.visit("uji", timedelta(seconds=30)),
            sandbox=self.sandbox,
            now=lambda: self.now,
            wanted=lambda text: term in text.lower(),
            held=lambda _prefix, _since: frozenset(),
        )
        for batch in FeedCollector().collect(self.spec(path, **spec), self.cursor, context):
            self.batches.append(batch)
            self.cursor = Cursor(state=json.loads(json.dumps(batch.cursor.state)))
            if len(self.batches) == stop_after:
                break
        return [item for batch in self.batches for item in batch.items]

    def spec(self, path: str, **spec: object) -> SourceSpec:
        """A source that reads no pages unless a test says so."""
        known: dict[str, object] = {"full_text": "never", "comments": False, "options": FeedOptions()}
        zone = ZoneInfo("Asia/Jakarta")
        return SourceSpec(name="uji", kind="feed", url=self.shelf.url(path), zone=zone, **{**known, **spec})  # type: ignore[arg-type]

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @property
    def notes(self) -> list[str]:
        return [batch.note for batch in self.batches if batch.note]


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
    yield Poller(shelf=shelf, fetcher=fetcher, sandbox=sandbox)
    fetcher.close()


def ids(items: list[Item]) -> list[str]:
    return [item.external_id for item in items]


def test_a_feed_is_read_once_and_then_only_what_changed(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1), entry(2)), etag='"satu"')
    assert ids(poller.poll()) == ["g1", "g2"]
    assert poller.poll() == [] and poller.batches[0].unchanged == 2
    shelf.put("/feed", rss(entry(3), entry(1), entry(2, title="Kabar lain")), etag='"dua"')
    assert ids(poller.poll()) == ["g3", "g2"] and poller.batches[0].unchanged == 1
    assert shelf.take_seen() == ["/feed", "/feed 304", "/feed"]


def test_an_identical_body_is_not_parsed_again(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    assert len(poller.poll()) == 1
    poller.sandbox = Sandbox(size=1)
    poller.sandbox.close()  # parsing would fail now
    assert poller.poll() == [] and poller.batches[0].unchanged == 1


def test_a_body_that_is_no_feed_is_an_error_and_the_next_good_one_goes_on(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    poller.poll()
    before = poller.cursor
    shelf.put("/feed", "<html><body>Perawatan</body></html>", content_type="text/html")
    with pytest.raises(ParseError, match="is a web page, not a feed"):
        poller.poll()
    assert poller.cursor == before and shelf.take_seen() == ["/feed", "/feed"]
    shelf.put("/feed", rss(entry(2), entry(1)))
    assert ids(poller.poll()) == ["g2"]


def test_an_error_shows_no_query_of_an_address(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed?key=rahasia", "bukan umpan")
    with pytest.raises(ParseError) as caught:
        poller.poll("/feed?key=rahasia")
    assert "rahasia" not in str(caught.value) and "/feed?…: " in str(caught.value)


SITE = '<html><head><link rel="alternate" type="application/rss+xml" href="{}"></head><body>Beranda</body></html>'


def test_the_feed_of_a_site_is_found_and_remembered(poller: Poller, shelf: Shelf) -> None:
    comments = '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
    shelf.put("/", SITE.format("/kabar.xml").replace("<head>", "<head>" + comments), content_type="text/html")
    shelf.put("/kabar.xml", rss(entry(1)))
    assert ids(poller.poll("/")) == ["g1"]
    assert poller.poll("/") == []
    assert shelf.take_seen() == ["/", "/kabar.xml", "/kabar.xml"]


def test_a_feed_is_looked_for_at_the_usual_places(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/", "<html><body>Beranda</body></html>", content_type="text/html")
    shelf.put("/atom.xml", rss(entry(1)))
    assert ids(poller.poll("/")) == ["g1"]
    assert shelf.take_seen() == ["/", "/feed/ 404", "/rss 404", "/atom.xml"]


def test_a_site_without_a_feed_is_named(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/", SITE.format("/"), content_type="text/html")
    with pytest.raises(ParseError, match="links no feed, and none answers at the usual addresses"):
        poller.poll("/")


def test_a_link_that_is_no_address_hides_no_other_feed(poller: Poller, shelf: Shelf) -> None:
    broken = '<link rel="alternate" type="application/rss+xml" href="http://[">'
    shelf.put("/", SITE.format("/kabar.xml").replace("<head>", "<head>" + broken), content_type="text/html")
    shelf.put("/kabar.xml", rss(entry(1), older="http://["))
    assert ids(poller.poll("/")) == ["g1"]


def test_a_redirect_to_no_address_is_an_error_in_one_sentence(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", status=302, location="http://[")
    with pytest.raises(FetchError, match="redirects to an address that is not an address"):
        poller.poll()


def test_a_found_feed_that_is_gone_is_looked_for_again(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/", SITE.format("/lama.xml"), content_type="text/html")
    shelf.put("/lama.xml", rss(entry(1)))
    poller.poll("/")
    shelf.remove("/lama.xml")
    shelf.put("/", SITE.format("/baru.xml"), content_type="text/html")
    shelf.put("/baru.xml", rss(entry(2), entry(1)))
    assert ids(poller.poll("/")) == ["g2"]


def test_a_permanent_redirect_is_remembered(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", status=301, location="/pindah")
    shelf.put("/pindah", rss(entry(1)))
    assert len(poller.poll()) == 1 and poller.poll() == []
    assert shelf.take_seen() == ["/feed 301", "/pindah", "/pindah"]


def test_a_missing_feed_is_an_error_of_the_network(poller: Poller) -> None:
    with pytest.raises(FetchError, match="404"):
        poller.poll()


def test_older_pages_are_read_on_the_first_run_only(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(5), older="/feed?p=2"))
    shelf.put("/feed?p=2", rss(entry(4), older="/feed?p=3"))
    shelf.put("/feed?p=3", rss(entry(3), older="/feed?p=2"))  # a loop
    assert ids(poller.poll()) == ["g5", "g4", "g3"]
    shelf.put("/feed", rss(entry(6), entry(5), older="/feed?p=2"))
    assert ids(poller.poll()) == ["g6"]
    assert shelf.take_seen() == ["/feed", "/feed?p=2", "/feed?p=3", "/feed"]


def test_pages_that_bring_nothing_new_end_the_paging(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1), older="/feed?p=2"))
    for number in range(2, 9):
        shelf.put(f"/feed?p={number}", rss(entry(1), older=f"/feed?p={number + 1}"))
    poller.poll()
    assert shelf.take_seen() == ["/feed", "/feed?p=2"]


def test_no_more_pages_are_read_than_the_option_allows(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1), older="/feed?p=2"))
    for number in range(2, 9):
        shelf.put(f"/feed?p={number}", rss(entry(number), older=f"/feed?p={number + 1}"))
    assert len(poller.poll(options=FeedOptions(pages=3))) == 3
    assert poller.poll(options=FeedOptions(pages=3)) == []


def test_a_run_that_ends_between_pages_goes_on_at_the_next(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1), older="/feed?p=2"))
    shelf.put("/feed?p=2", rss(entry(2), older="/feed?p=3"))
    shelf.put("/feed?p=3", rss(entry(3)))
    assert ids(poller.poll(stop_after=1)) == ["g1"]
    assert ids(poller.poll()) == ["g2", "g3"]


def test_a_run_that_ends_within_an_older_page_reads_the_rest_of_it_at_the_next(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(99), older="/feed?p=2"))
    shelf.put("/feed?p=2", rss(*(entry(number) for number in range(1, 16))))
    shelf.put("/berita/99", page(99), content_type="text/html")
    for number in range(1, 16):
        shelf.put(f"/berita/{number}", page(number), content_type="text/html")
    first = poller.poll(stop_after=2, full_text="always")
    second = poller.poll(full_text="always")
    assert {*ids(first), *ids(second)} == {"g99", *(f"g{number}" for number in range(1, 16))}


def test_an_edit_shows_although_the_page_behind_the_entry_is_closed_to_robots(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/robots.txt", "User-agent: *\nDisallow: /berita/", content_type="text/plain")
    shelf.put("/feed", rss(entry(1, text="Soal izin usaha.")))
    assert [item.text for item in poller.poll(full_text="always")] == ["Soal izin usaha."]
    assert poller.poll(full_text="always") == []
    shelf.put("/feed", rss(entry(1, text="Soal izin usaha, diralat.")))
    assert [item.text for item in poller.poll(full_text="always")] == ["Soal izin usaha, diralat."]
    shelf.put("/feed", rss(entry(2), entry(1, text="Soal izin usaha, diralat.")))
    assert ids(poller.poll(full_text="always")) == ["g2"]


def test_a_page_of_older_entries_that_fails_is_told_and_fails_nothing(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1), older="/feed?p=2"))
    shelf.put("/feed?p=2", "<html>Galat</html>")
    assert ids(poller.poll()) == ["g1"]
    assert len(poller.notes) == 1 and "older entries could not be read" in poller.notes[0]


def test_a_new_address_in_the_configuration_starts_anew(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    shelf.put("/lain", rss(entry(1)))
    assert len(poller.poll("/feed")) == len(poller.poll("/lain")) == 1


def test_an_article_that_matches_is_read_from_its_page(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1, text="Soal izin usaha."), entry(2, text="Soal sepak bola.")))
    shelf.put("/berita/1", page(1), content_type="text/html")
    first, second = poller.poll(keep="matching", full_text="matched")
    assert "membuka layanan izin usaha" in first.text and first.external_id == "g1"
    assert first.url == shelf.url("/berita/1") and first.published == START - timedelta(hours=1)
    assert (first.author.name, first.publisher) == ("Rini", "Kabar Malang")
    assert second.text == "Soal sepak bola."
    assert shelf.take_seen() == ["/feed", "/berita/1"]


def test_every_article_is_read_where_the_full_text_is_always_wanted(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1, text="Soal lain.")))
    shelf.put("/berita/1", page(1), content_type="text/html")
    (item,) = poller.poll(keep="matching", full_text="always")
    assert "izin usaha" in item.text


def test_a_page_that_fails_leaves_the_summary_and_is_tried_once_more(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    shelf.put("/berita/1", status=500)
    (item,) = poller.poll(full_text="matched")
    assert item.text == "Ringkasan singkat."
    assert poller.notes[0].startswith("1 article page(s) could not be read")
    shelf.put("/berita/1", page(1), content_type="text/html")
    (item,) = poller.poll(full_text="matched")
    assert "izin usaha" in item.text
    assert poller.poll(full_text="matched") == []


def test_a_page_that_fails_again_is_left_alone(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    shelf.put("/berita/1", status=500)
    for _ in range(4):
        poller.poll(full_text="matched")
    assert shelf.take_seen().count("/berita/1 500") == 2


def test_a_page_whose_host_wants_us_to_wait_is_asked_when_it_may_be(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(*(entry(number) for number in range(3))))
    for number in range(3):
        shelf.put(f"/berita/{number}", status=429, retry_after="3600")
    assert len(poller.poll(full_text="matched")) == 3
    assert shelf.take_seen() == ["/feed", "/berita/0 429"]
    digests = poller.cursor.state["feed"]["digests"].values()  # type: ignore[index]
    assert all(digest.startswith("!") for digest in digests)


def test_a_changed_entry_never_puts_a_summary_in_the_place_of_a_text(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    shelf.put("/berita/1", page(1), content_type="text/html")
    poller.poll(full_text="matched")
    shelf.put("/feed", rss(entry(1, title="Judul baru")))
    shelf.put("/berita/1", status=503, retry_after="0")
    assert poller.poll(full_text="matched") == [] and poller.notes


def test_many_articles_come_in_batches_and_an_ended_run_reads_the_rest_later(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(*(entry(number) for number in range(25))), etag='"a"')
    for number in range(25):
        shelf.put(f"/berita/{number}", page(number), content_type="text/html")
    assert len(poller.poll(full_text="matched", stop_after=1)) == 10
    assert len(poller.poll(full_text="matched")) == 15
    assert poller.poll(full_text="matched") == []


def test_the_comments_under_an_article_are_watched_with_falling_frequency(poller: Poller, shelf: Shelf) -> None:
    shelf.put("/feed", rss(entry(1)))
    shelf.put("/berita/1", page(1, "Kapan buka?"), content_type="text/html")
    article, comment = poller.poll(full_text="matched", comments=True)
    assert comment.thread == article.external_id == "g1" and comment.text == "Kapan buka?"
    shelf.put("/berita/1", page(1, "Kapan buka?", "Senin depan."), content_type="text/html")
    poller.wait(minutes=30)
    assert poller.poll(full_text="matched", comments=True) == []
    poller.wait(minutes=31)
    assert [item.text for item in poller.poll(full_text="matched", comments=True)] == ["Kapan buka?", "Senin depan."]
    assert {item.thread for item in poller.poll(full_text="matched", comments=True)} <= {"g1"}
    shelf.take_seen()
    poller.wait(days=15)
    poller.poll(full_text="matched", comments=True)
    assert shelf.take_seen() == ["/feed"]
