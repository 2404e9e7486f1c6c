"""The WordPress collector: captured answers beside their items, and sites that go wrong in every way we know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.collector import Cursor, FetchError, ParseError
from collectors.sandbox import Sandbox
from collectors.wordpress.listing import Listing, parse_comments, parse_posts
from tests.servers.odd_wordpress import Answer, Asked, OddSite, make_comment, to_json
from tests.wordpress_ledger import Ledger

PARSERS = {"comments": parse_comments, "posts": parse_posts, "strange": parse_comments}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    yield sandbox
    sandbox.close()


@pytest.fixture
def site() -> Iterator[OddSite]:
    with OddSite(comments=250) as site:
        yield site


@pytest.fixture
def ledger(site: OddSite, sandbox: Sandbox) -> Ledger:
    return Ledger(url=site.url, sandbox=sandbox, options={"sweep_every": timedelta(0)})


def describe(listing: Listing) -> dict[str, object]:
    """A listing as the expectation files write it."""
    items = []
    for entry in listing.entries:
        said = {name: value for name, value in asdict(entry.item).items() if name != "raw"}
        items.append({**said, "moved": entry.moved})
    described: dict[str, object] = json.loads(
        json.dumps({"items": items, "bad": [bad.reason for bad in listing.bad]}, default=str)
    )
    return described


@pytest.mark.parametrize("name", PARSERS)
def test_a_captured_answer_gives_its_items(tests_data: Path, name: str) -> None:
    folder = tests_data / "wordpress"
    listing = PARSERS[name]((folder / f"{name}.json").read_bytes(), "https://dinas.example/")
    assert describe(listing) == json.loads((folder / f"{name}.items.json").read_text())


def test_raw_keeps_the_record_without_what_wordpress_adds_round_it(tests_data: Path) -> None:
    posts = parse_posts((tests_data / "wordpress" / "posts.json").read_bytes(), "https://dinas.example/")
    raw = json.loads(posts.entries[0].item.raw or "")
    assert raw["content"]["rendered"].startswith("<h2>Syarat</h2>")
    assert not {"_links", "_embedded"} & raw.keys()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!DOCTYPE html><html></html>",
        b'{"code":"rest_no_route","message":"x"}',
        b'"teks"',
        b"[1,",
        b"[" * 5000,
    ],
)
def test_what_is_no_list_is_an_error_and_not_an_empty_list(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_comments(body, "https://dinas.example/")


def test_a_bad_record_is_quarantined_and_its_neighbours_are_kept(site: OddSite, ledger: Ledger) -> None:
    site.comments[10] = {"id": 11, "content": "bukan objek"}
    outcome = ledger.run()
    assert (len(outcome.new), outcome.bad) == (249, 1)


def test_a_site_that_hides_its_totals_is_read_to_the_end(site: OddSite, ledger: Ledger) -> None:
    def without_total(asked: Asked) -> Answer:
        answer = site.answer(asked)
        return Answer(body=answer.body, headers={"Link": answer.headers.get("Link", "")})

    site.odd = without_total
    assert len(ledger.run().new) == 250
    assert ledger.run().new == []


def test_pages_that_never_advance_are_an_error_at_once(site: OddSite, ledger: Ledger) -> None:
    site.odd = lambda asked: to_json(site.comments[:100], total=10**6) if "/comments" in asked.path else None
    with pytest.raises(ParseError, match="the same page again and again"):
        ledger.run()
    assert len(site.asked) < 6
    assert len(ledger.items) == 100


def test_a_list_without_end_is_left_after_a_hundred_pages_and_gone_on_with(site: OddSite, ledger: Ledger) -> None:
    def endless(asked: Asked) -> Answer | None:
        if "/comments" not in asked.path:
            return None
        start = int(asked.query.get("offset", 0))
        return to_json([make_comment(start + 1)], total=10**6)

    site.odd = endless
    outcome = ledger.run()
    assert "100 pages were read" in outcome.notes[-1]
    assert outcome.requests <= 102
    assert len(ledger.run().new) >= 90


def test_a_list_that_fails_in_the_middle_keeps_what_came_before(site: OddSite, ledger: Ledger) -> None:
    site.odd = lambda asked: Answer(body=b'{"code":"x"}') if asked.query.get("offset") == "100" else None
    with pytest.raises(ParseError, match="closed in the middle"):
        ledger.run()
    assert len(ledger.items) == 100
    site.odd = None
    assert len(ledger.run().new) == 150


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_an_error_on_the_way_deletes_nothing(site: OddSite, ledger: Ledger, status: int) -> None:
    ledger.run()
    site.comments = site.comments[5:]
    site.odd = lambda asked: Answer(status=status, body=b"<h1>Sorry</h1>") if "include" in asked.query else None
    with pytest.raises((FetchError, ParseError)):
        ledger.run()
    assert ledger.deleted == set()


def test_a_list_that_answers_nothing_deletes_nothing(site: OddSite, ledger: Ledger) -> None:
    ledger.run()
    site.odd = lambda asked: to_json([], total=0) if asked.path.endswith("/comments") else None
    assert ledger.run().gone == []


def test_a_site_that_does_not_read_the_question_is_asked_one_by_one(site: OddSite, ledger: Ledger) -> None:
    ledger.run()
    site.comments = site.comments[3:]
    site.odd = lambda asked: to_json(site.comments[-10:], total=10) if "include" in asked.query else None
    assert sorted(ledger.run().gone) == ["comment:1", "comment:2", "comment:3"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=403, body=b"<h1>Blocked</h1>"),
        Answer(status=401, body=b'{"code":"rest_not_logged_in"}'),
        Answer(),
    ],
)
def test_a_refusal_that_is_not_about_the_comment_deletes_nothing(
    site: OddSite, ledger: Ledger, answer: Answer
) -> None:
    ledger.run()
    site.comments = []
    site.odd = lambda asked: answer if asked.path.removeprefix("/wp-json/wp/v2/comments/").isdigit() else None
    assert ledger.run().gone == []


def test_a_comment_that_a_page_skipped_is_found_by_its_id_and_stays(site: OddSite, ledger: Ledger) -> None:
    ledger.run()
    hidden = site.comments[50]

    def skipping(asked: Asked) -> Answer | None:
        if not asked.path.endswith("/comments") or "include" in asked.query:
            return None
        answer = site.answer(asked)
        return to_json([row for row in json.loads(answer.body) if row != hidden], total=250)

    site.odd = skipping
    assert ledger.run().gone == []


def test_the_password_is_not_told_to_another_site(site: OddSite, ledger: Ledger, sandbox: Sandbox) -> None:
    with OddSite(comments=1) as other:
        link = {"Link": f'<{other.url}/wp-json/>; rel="https://api.w.org/"'}
        site.odd = lambda asked: Answer(body=b"<html></html>", headers=link) if asked.path == "/" else None
        ledger.options, ledger.spec = {"user": "humas"}, {"token": "rahasia-sekali"}
        with pytest.raises(FetchError, match="another site") as caught:
            ledger.run()
    assert "rahasia" not in str(caught.value)
    assert other.asked == []


def test_the_interface_is_found_in_the_head_of_the_page_too(site: OddSite, ledger: Ledger) -> None:
    head = f'<html><head><link rel="https://api.w.org/" href="{site.url}/wp-json/" /></head></html>'
    site.odd = lambda asked: Answer(body=head.encode()) if asked.path == "/" else None
    assert len(ledger.run().new) == 250


def test_the_interface_is_found_where_the_page_does_not_name_it(site: OddSite, ledger: Ledger) -> None:
    site.odd = lambda asked: Answer(body=b"<html></html>") if asked.path == "/" and not asked.query else None
    assert len(ledger.run().new) == 250


def test_the_address_of_the_interface_will_do(site: OddSite, ledger: Ledger) -> None:
    ledger.spec = {"url": f"{site.url}/wp-json/wp/v2/comments?per_page=10"}
    assert len(ledger.run().new) == 250


def test_a_saved_answer_is_read_as_it_is(site: OddSite, ledger: Ledger, tests_data: Path) -> None:
    saved = (tests_data / "wordpress" / "posts.json").read_bytes()
    site.odd = lambda asked: Answer(body=saved) if asked.path == "/" else None
    assert ledger.run().new == ["post:1", "post:2"]
    assert len(site.asked) == 1


def test_a_cursor_that_cannot_be_read_means_from_the_beginning(site: OddSite, ledger: Ledger) -> None:
    ledger.run()
    ledger.cursor = Cursor(state={"comments": {"newest": 5}, "root": ["x"]})
    outcome = ledger.run()
    assert (outcome.new, outcome.updated, outcome.unchanged) == ([], [], 250)


def test_a_comment_from_the_future_does_not_blind_the_polls(site: OddSite, ledger: Ledger) -> None:
    ledger.options = {"sweep_every": timedelta(days=9)}
    site.comments[0]["date_gmt"] = "2031-01-01T00:00:00"
    ledger.run()
    ledger.run()
    after = [asked.query["after"] for asked in site.asked if "after" in asked.query]
    assert after
    assert max(after) <= "2026-11-24"
