"""The WordPress collector against a real WordPress on loopback (tests/servers/wordpress.py)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from collectors.collector import FetchError
from collectors.sandbox import Sandbox
from tests.servers.wordpress import WordPress, find_missing, start_wordpress
from tests.wordpress_ledger import NOW, Ledger

pytestmark = pytest.mark.wordpress


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    missing = find_missing()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    assert missing is None, missing
    site = start_wordpress(tmp_path_factory.mktemp("wp"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def site(server: WordPress) -> WordPress:
    """The site, empty and open."""
    server.open_rest()
    server.act(("wipe", None))
    server.take_requests()
    return server


@pytest.fixture
def ledger(site: WordPress, sandbox: Sandbox) -> Ledger:
    return Ledger(url=site.url, sandbox=sandbox)


def seed(site: WordPress, posts: int, comments: int, *, first: datetime = NOW - timedelta(days=40)) -> list[int]:
    """Posts with comments in threads up to five deep; the ids of the comments."""
    days = [first + timedelta(hours=12 * number) for number in range(posts)]
    site.act(
        *(
            (
                "post",
                {
                    "title": f"Layanan {number}",
                    "text": f"<p>Isi {number}</p>",
                    "date_gmt": gmt(day),
                    "pretty_guid": number % 3 == 0,  # as imported posts have it: the guid does not tell the id
                },
            )
            for number, day in enumerate(days, 1)
        )
    )
    found = []
    for number in range(1, comments + 1):
        post = (number - 1) % posts
        depth = (number - 1) // posts % 5
        fields = {
            "post": post + 1,
            "parent": number - posts if depth else 0,
            "author": f"Warga {number}",
            "text": f"Pertanyaan {number}\n\nApa syaratnya?",
            "date_gmt": gmt(days[post] + timedelta(minutes=number)),
        }
        found.append(("comment", fields))
    return site.act(*found)


def gmt(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def test_a_thousand_threaded_comments_come_once_and_then_cost_two_requests(site: WordPress, ledger: Ledger) -> None:
    seed(site, 30, 1000)
    first = ledger.run()
    assert (len(first.new), first.updated, first.gone, first.bad) == (1030, [], [], 0)
    reply = ledger.items["comment:31"]
    assert (reply.parent, reply.thread) == ("comment:1", "post:1")
    assert (reply.author.name, reply.published_precision) == ("Warga 31", "second")
    assert reply.url == f"{site.url}/2026/10/layanan-1/#comment-31"
    assert reply.text == "Pertanyaan 31\n\nApa syaratnya?"
    second, third = ledger.run(), ledger.run()
    assert (second.new, second.updated, second.gone) == ([], [], [])
    assert (third.new, third.requests) == ([], 2)


def test_one_sweep_finds_exactly_what_changed(site: WordPress, ledger: Ledger) -> None:
    seed(site, 30, 1000)
    waiting = site.act(
        *(
            ("comment", {"post": 1, "text": f"Menunggu {n}", "approved": 0, "date_gmt": "2026-10-20 01:00:00"})
            for n in range(20)
        )
    )
    ledger.options = {"sweep_every": timedelta(0)}
    assert len(ledger.run().new) == 1030
    steps: list[tuple[str, object]] = [("edit", [number, f"Disunting {number}"]) for number in range(101, 121)]
    steps += [("trash", number) for number in range(301, 311)]
    steps += [("delete", number) for number in range(991, 1001)]
    steps += [("approve", number) for number in waiting]
    steps += [("comment", {"post": 2, "text": f"Baru {n}", "date_gmt": gmt(NOW)}) for n in range(20)]
    site.act(*steps)
    swept = ledger.run()
    assert (len(swept.new), len(swept.updated), len(swept.gone)) == (40, 20, 20)
    assert set(swept.updated) == {f"comment:{number}" for number in range(101, 121)}
    assert set(swept.gone) == {f"comment:{n}" for n in (*range(301, 311), *range(991, 1001))}
    assert {f"comment:{number}" for number in waiting} <= set(swept.new)
    assert swept.requests < 20
    again = ledger.run()
    assert (again.new, again.updated, again.gone) == ([], [], [])


def test_a_post_that_is_edited_or_trashed_is_noticed_with_its_comments(site: WordPress, ledger: Ledger) -> None:
    seed(site, 3, 6)
    ledger.options = {"sweep_every": timedelta(0)}
    ledger.run()
    site.act(("edit_post", [1, "<p>Syarat baru</p>"]), ("trash_post", 2))
    outcome = ledger.run()
    assert outcome.updated == ["post:1"]
    assert sorted(outcome.gone) == ["comment:2", "comment:5", "post:2"]


def test_everything_trashed_is_confirmed_one_by_one(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 3)
    ledger.options = {"sweep_every": timedelta(0)}
    ledger.run()
    site.act(("trash", 1), ("trash", 2), ("delete", 3))
    assert sorted(ledger.run().gone) == ["comment:1", "comment:2", "comment:3"]


def test_a_moderator_sees_the_trash_and_it_is_gone_nevertheless(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 2)
    ledger.options = {"sweep_every": timedelta(0), "user": site.user}
    ledger.spec = {"token": site.password}
    ledger.run()
    site.act(("trash", 1), ("trash", 2))
    assert sorted(ledger.run().gone) == ["comment:1", "comment:2"]


def test_an_untrashed_comment_comes_back(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 3)
    ledger.options = {"sweep_every": timedelta(0)}
    ledger.run()
    site.act(("trash", 2))
    assert ledger.run().gone == ["comment:2"]
    site.act(("approve", 2))
    assert ledger.run().new == ["comment:2"]


def test_a_first_run_killed_after_every_page_loses_and_doubles_nothing(site: WordPress, ledger: Ledger) -> None:
    seed(site, 3, 450)
    outcomes = [ledger.run(batches=1) for _ in range(6)]
    assert [len(outcome.new) for outcome in outcomes] == [3, 0, 0, 0, 0, 0]
    ledger.run(batches=3)
    assert len(ledger.items) == 3 + 200
    last = ledger.run()
    assert len(last.new) == 250
    assert len(ledger.items) == 453


def test_deletions_between_two_pages_hide_nothing(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 300)
    ledger.run(batches=2)
    site.act(*(("delete", number) for number in range(1, 31)))
    ledger.run()
    assert {f"comment:{number}" for number in range(1, 301)} <= ledger.items.keys()


def test_many_new_comments_at_once_are_all_found(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 20)
    ledger.run()
    site.act(
        *(("comment", {"post": 1, "text": f"Ramai {n}", "date_gmt": gmt(NOW)}) for n in range(250)),
    )
    assert len(ledger.run().new) == 250
    quiet = [ledger.run() for _ in range(2)][-1]
    assert (quiet.new, quiet.requests) == ([], 2)


def test_comments_of_posts_that_nobody_may_see_do_not_end_the_reading(site: WordPress, ledger: Ledger) -> None:
    seed(site, 2, 240)
    site.act(("trash_post", 1))
    ledger.options = {"posts": False}
    assert len(ledger.run().new) == 120


def test_held_comments_come_with_the_application_password_only(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 2)
    site.act(("comment", {"post": 1, "text": "Menunggu", "approved": 0, "date_gmt": gmt(NOW)}))
    assert "comment:3" not in {*ledger.run().new}
    with_password = Ledger(
        url=site.url, sandbox=ledger.sandbox, options={"user": site.user}, spec={"token": site.password}
    )
    assert "comment:3" in with_password.run().new
    raw = with_password.items["comment:3"].raw or ""
    assert '"status":"hold"' in raw
    assert "warga@example.test" not in raw


def test_a_wrong_password_is_refused_and_never_told(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 2)
    ledger.options, ledger.spec = {"user": site.user}, {"token": "rahasia-sekali"}
    with pytest.raises(FetchError, match="the site refuses the Application Password") as caught:
        ledger.run()
    assert caught.value.permanent
    assert "rahasia" not in str(caught.value)


def test_plain_permalinks_are_found_too(site: WordPress, ledger: Ledger) -> None:
    seed(site, 1, 2)
    site.act(("option", ["permalink_structure", ""]))
    try:
        assert len(ledger.run().new) == 3
        assert any("rest_route" in request for request in site.take_requests())
    finally:
        site.act(("option", ["permalink_structure", "/%year%/%monthnum%/%postname%/"]))


def test_only_comments_under_wanted_posts_are_asked_for(site: WordPress, ledger: Ledger) -> None:
    seed(site, 12, 60)
    ledger.spec, ledger.wanted = {"keep": "matching"}, ("Layanan 7",)
    outcome = ledger.run()
    comments = sorted(name for name in outcome.new if name.startswith("comment:"))
    assert comments == sorted(f"comment:{number}" for number in (7, 19, 31, 43, 55))
    assert all("post=7" in request for request in site.take_requests() if "/comments?" in request)
    site.act(
        ("comment", {"post": 7, "text": "Kapan buka?", "date_gmt": gmt(NOW)}),
        ("comment", {"post": 8, "text": "Bukan untuk dinas", "date_gmt": gmt(NOW)}),
    )
    assert ledger.run().new == ["comment:61"]


def test_where_rest_shows_no_comments_they_are_read_from_the_feeds(site: WordPress, ledger: Ledger) -> None:
    seed(site, 3, 30)
    site.close_rest("comments")
    first = ledger.run()
    assert "REST shows no comments" in first.notes[-1]
    ledger.run()
    assert len(ledger.items) == 33
    site.open_rest()
    opened = ledger.run()
    assert (opened.new, opened.updated, opened.gone, opened.notes) == ([], [], [], [])


@pytest.mark.parametrize("how", ["401", "403", "404", "html"])
def test_with_rest_closed_the_feeds_give_the_same_identities(site: WordPress, ledger: Ledger, how: str) -> None:
    seed(site, 30, 300)
    ledger.run()
    site.close_rest(how)
    fed = Ledger(url=site.url, sandbox=ledger.sandbox)
    outcome = fed.run()
    assert outcome.notes
    assert "REST is closed" in outcome.notes[0]
    assert fed.items.keys() == ledger.items.keys()
    for name, item in fed.items.items():
        known = ledger.items[name]
        assert (item.kind, item.title, item.text) == (known.kind, known.title, known.text)
        assert (item.parent, item.thread, item.url) == (known.parent, known.thread, known.url)
        assert (item.published, item.published_precision) == (known.published, known.published_precision)
        assert item.author.name == known.author.name


def test_a_site_that_closes_and_opens_again_doubles_nothing(site: WordPress, ledger: Ledger) -> None:
    seed(site, 4, 40)
    ledger.run()
    site.close_rest()
    site.act(("comment", {"post": 1, "parent": 1, "text": "Sudah tutup?", "date_gmt": gmt(NOW)}))
    closed = ledger.run()
    assert (closed.new, closed.updated, closed.gone) == (["comment:41"], [], [])
    quiet = ledger.run()
    assert (quiet.new, quiet.updated, quiet.requests) == ([], [], 2)
    site.open_rest()
    assert ledger.run().notes  # it is not asked more than daily
    again = ledger.run(later=timedelta(days=1))
    assert (again.new, again.updated, again.gone, again.notes) == ([], [], [], [])


def test_an_edit_that_the_feeds_etag_hides_is_seen_within_a_day(site: WordPress, ledger: Ledger) -> None:
    seed(site, 2, 10, first=NOW - timedelta(days=3))
    site.close_rest()
    ledger.run()
    site.act(("edit", [3, "Disunting"]))
    assert ledger.run(later=timedelta(days=1, hours=1)).updated == ["comment:3"]


def test_more_comments_than_the_feed_holds_are_found_in_the_articles_feeds(site: WordPress, ledger: Ledger) -> None:
    seed(site, 3, 9, first=NOW - timedelta(days=3))
    site.act(("option", ["posts_per_rss", "10"]))
    try:
        site.close_rest()
        ledger.run()
        new = [("comment", {"post": 1 + n % 3, "text": f"Ramai {n}", "date_gmt": gmt(NOW)}) for n in range(24)]
        site.act(*new)
        assert len(ledger.run().new) == 24
    finally:
        site.act(("option", ["posts_per_rss", "50"]))


def test_a_first_reading_of_the_feeds_goes_on_where_it_was_killed(site: WordPress, ledger: Ledger) -> None:
    seed(site, 4, 20)
    site.close_rest()
    for _ in range(3):
        ledger.run(batches=1)
    ledger.run(batches=4)
    ledger.run()
    assert len(ledger.items) == 24


def test_feeds_of_a_site_with_plain_permalinks_are_found(site: WordPress, ledger: Ledger) -> None:
    seed(site, 2, 6)
    site.act(("option", ["permalink_structure", ""]))
    site.close_rest()
    try:
        assert len(ledger.run().new) == 8
    finally:
        site.act(("option", ["permalink_structure", "/%year%/%monthnum%/%postname%/"]))
