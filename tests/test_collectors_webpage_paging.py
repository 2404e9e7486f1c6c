"""A page source over real HTTP: its pages in order, loops ended, deletions believed only when they are sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from collectors.collector import Collected, Context, Cursor, FetchError, ParseError, SourceSpec
from collectors.fetcher import Fetcher, FetchSettings
from collectors.options import Recipe, WebpageOptions
from collectors.sandbox import Sandbox
from collectors.webpage import WebpageCollector
from tests.servers.pages import Site, serve_pages

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(size=1)
    yield box
    box.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_pages() as served:
        yield served


class Poller:
    """Polls one source again and again, an hour or more between, each time with the last cursor."""

    def __init__(self, site: Site, sandbox: Sandbox, options: WebpageOptions) -> None:
        self.site, self.sandbox, self.options = site, sandbox, options
        self.cursor, self.now = Cursor(), NOON

    def poll(self, path: str = "/tamu", after: timedelta = timedelta(hours=1)) -> list[Collected]:
        self.now += after
        fetcher = Fetcher(
            FetchSettings(contact="uji@dinas.example", pause=timedelta(0), allow_hosts=(self.site.host,))
        )
        context = Context(
            visit=fetcher.visit("tamu", timedelta(seconds=30)),
            sandbox=self.sandbox,
            now=lambda: self.now,
            wanted=bool,
            held=lambda *_: frozenset(),
        )
        spec = SourceSpec(
            name="tamu",
            kind="webpage",
            url=self.site.origin + path,
            options=self.options,
            zone=ZoneInfo("Asia/Jakarta"),
        )
        batches = []
        try:
            for batch in WebpageCollector().collect(spec, self.cursor, context):
                batches.append(batch)
                self.cursor = batch.cursor
        finally:
            fetcher.close()
        return batches


@pytest.fixture
def poller(site: Site, sandbox: Sandbox) -> Poller:
    return Poller(site, sandbox, WebpageOptions())


def write(*names: str, more: str = "") -> str:
    entries = "".join(
        f'<div class="comment" id="comment-{name}"><b class="author">{name}</b>'
        f'<time datetime="2026-11-0{1 + int(name) % 9}T08:00:00+07:00">tadi</time>'
        f'<p class="text">Pesan {name}</p></div>'
        for name in names
    )
    return f'<html lang="id"><body><h1>Buku tamu</h1><div id="comments">{entries}</div>{more}</body></html>'


def get_texts(batches: list[Collected]) -> list[str]:
    return [item.text for batch in batches for item in batch.items]


def get_gone(batches: list[Collected]) -> list[str]:
    return [one.rpartition("#")[2] for batch in batches for one in batch.gone]


def test_pages_are_read_in_order_and_stand_under_one_thread(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2", more='<a href="/tamu?hal=2">Berikutnya</a>')
    site.pages["/tamu?hal=2"] = write("3", more='<a href="/tamu?hal=3">Berikutnya</a>')
    site.pages["/tamu?hal=3"] = write("4", more='<a href="http://lain.example/tamu?hal=4">Berikutnya</a>')
    batches = poller.poll()
    assert get_texts(batches) == ["Pesan 1", "Pesan 2", "Pesan 3", "Pesan 4"]
    assert {item.thread for batch in batches for item in batch.items} == {f"{site.origin}/tamu"}
    assert [one for one in site.asked if one != "/robots.txt"] == ["/tamu", "/tamu?hal=2", "/tamu?hal=3"]


def test_an_unchanged_page_is_not_read_again_and_its_pages_are_still_visited(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2", more='<a href="/tamu?hal=2">Berikutnya</a>')
    site.pages["/tamu?hal=2"] = write("3")
    poller.poll()
    site.pages["/tamu?hal=2"] = write("3", "4")
    batches = poller.poll()
    assert get_texts(batches) == ["Pesan 3", "Pesan 4"]
    assert batches[0].unchanged == 2


def test_an_unchanged_page_is_read_again_when_other_terms_are_watched(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2")
    poller.poll()
    poller.cursor = replace(poller.cursor, anew=True)
    assert get_texts(poller.poll()) == ["Pesan 1", "Pesan 2"]
    assert get_texts(poller.poll()) == []


def test_a_loop_of_pages_ends(site: Site, poller: Poller) -> None:
    site.pages |= {f"/tamu?hal={n}": write("2", more=f'<a href="/tamu?hal={n + 1}">Next</a>') for n in range(2, 40)}
    site.pages["/tamu"] = write("1", more='<a href="/tamu?hal=2">Next</a>')
    assert get_texts(poller.poll()) == ["Pesan 1", "Pesan 2", "Pesan 2"]


def test_no_more_pages_are_read_than_the_options_say(site: Site, sandbox: Sandbox) -> None:
    site.pages |= {
        f"/tamu?hal={n}": write(str(n), more=f'<a href="/tamu?hal={n + 1}">Next</a>') for n in range(2, 40)
    }
    site.pages["/tamu"] = write("1", more='<a href="/tamu?hal=2">Next</a>')
    poller = Poller(site, sandbox, WebpageOptions(pages=3))
    assert get_texts(poller.poll()) == ["Pesan 1", "Pesan 2", "Pesan 3"]
    site.pages["/tamu"] = write("50", "1", more='<a href="/tamu?hal=2">Next</a>')
    site.pages["/tamu?hal=3"] = write("2", more='<a href="/tamu?hal=4">Next</a>')
    assert [get_gone(poller.poll()) for _ in range(3)] == [[], [], []]  # 3 moved on to a page that is not read


def test_a_comment_missed_twice_is_gone_and_once_is_not(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2", "3", "4")
    poller.poll()
    site.pages["/tamu"] = write("1", "3", "4")
    assert get_gone(poller.poll()) == []
    assert get_gone(poller.poll()) == []  # a 304 is no second look
    site.pages["/tamu"] = write("1", "3", "4", "5")
    assert get_gone(poller.poll()) == ["comment-2"]
    assert get_gone(poller.poll()) == []


def test_a_comment_that_comes_back_was_never_gone(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2", "3")
    poller.poll()
    site.pages["/tamu"] = write("1", "3")
    poller.poll()
    site.pages["/tamu"] = write("1", "2", "3")
    assert [get_gone(poller.poll(after=timedelta(days=2))) for _ in range(3)] == [[], [], []]


def test_a_page_without_any_comment_deletes_none(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2")
    poller.poll()
    site.pages["/tamu"] = "<html><body>Situs sedang dalam perbaikan</body></html>"
    for _ in range(3):
        batches = poller.poll(after=timedelta(days=2))
        assert get_gone(batches) == []
        assert "shows none of the 2 comments" in str(batches[0].note)


def test_many_missed_at_once_are_believed_only_after_two_days(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write(*"12345678")
    poller.poll()
    site.pages["/tamu"] = write("1")
    assert get_gone(poller.poll()) == []
    assert get_gone(poller.poll(after=timedelta(days=1, hours=1))) == []
    assert len(get_gone(poller.poll(after=timedelta(days=1, hours=1)))) == 7


def test_what_a_short_page_pushes_out_is_not_gone(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("4", "3", "2", "1")
    poller.poll()
    site.pages["/tamu"] = write("6", "5", "4", "3")
    assert [get_gone(poller.poll(after=timedelta(days=2))) for _ in range(3)] == [[], [], []]


def test_an_error_deletes_nothing(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = write("1", "2")
    poller.poll()
    page = site.pages.pop("/tamu")
    for _ in range(2):
        with pytest.raises(FetchError, match="404"):
            poller.poll(after=timedelta(days=2))
    site.pages["/tamu"] = page
    assert get_gone(poller.poll()) == []


def test_an_answer_that_is_no_page_is_named(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = "%PDF-1.7"
    site.kind = "application/pdf"
    with pytest.raises(ParseError, match="application/pdf where a web page was expected"):
        poller.poll()


def test_a_recipe_says_where_the_next_page_is(site: Site, sandbox: Sandbox) -> None:
    page = '<ul class="buku"><li data-no="k{0}"><i>Warga {0}</i><u>0{0}/11/2026</u><q>Isi {0}</q></li></ul>{1}'
    site.pages["/tamu"] = page.format(1, '<a class="terus" href="/lama.php">lagi</a>')
    site.pages["/lama.php"] = page.format(2, "")
    recipe = Recipe(comment=".buku li", text="q", author="i", time="u", id=r"^k\d+$", next="a.terus")
    items = [item for batch in Poller(site, sandbox, WebpageOptions(recipe=recipe)).poll() for item in batch.items]
    assert [(item.text, item.author.name) for item in items] == [("Isi 1", "Warga 1"), ("Isi 2", "Warga 2")]
    assert [item.published for item in items] == [
        datetime(2026, 11, 1, 12, tzinfo=UTC),
        datetime(2026, 11, 2, 12, tzinfo=UTC),
    ]
    assert [item.external_id for item in items] == [f"{site.origin}/tamu#k1", f"{site.origin}/tamu#k2"]


def test_a_page_without_comments_says_so(site: Site, poller: Poller) -> None:
    site.pages["/tamu"] = "<html><body><p>Selamat datang</p></body></html>"
    batches = poller.poll()
    assert get_texts(batches) == []
    assert "no comments were found" in str(batches[0].note)
