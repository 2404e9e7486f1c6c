"""The sample city: what its sites serve is what its book says, at every moment."""

from __future__ import annotations

import json
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from kentongan.demo import SITES
from kentongan.demo.city import City, build_city
from kentongan.demo.config import write_config
from kentongan.demo.server import serve_city
from tests.kentongan_office import Office

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(NOW)


def test_the_city_is_as_large_as_promised(city: City) -> None:
    visible = [comment for comment in city.comments if comment.is_visible(NOW)]
    assert len(visible) >= 300
    assert len(city.articles) >= 35
    assert min(comment.published for comment in visible) < NOW - timedelta(days=35)


def test_the_same_city_is_built_every_time(city: City) -> None:
    assert build_city(NOW) == city


def test_an_edit_and_a_deletion_wait_on_the_website(city: City) -> None:
    assert [c.site for c in city.comments if c.edit] == ["office"]
    assert [c.site for c in city.comments if c.deleted] == ["office"]


def test_everything_live_has_happened_after_two_minutes(city: City) -> None:
    later = NOW + timedelta(minutes=2)
    assert all(c.published <= later for c in city.comments)
    edited = next(c for c in city.comments if c.edit)
    assert edited.get_text(NOW) != edited.get_text(later)


def test_answers_stand_under_what_they_answer(city: City) -> None:
    by_id = {comment.id: comment for comment in city.comments}
    answers = [comment for comment in city.comments if comment.parent]
    assert answers
    assert all(by_id[a.parent].page == a.page for a in answers if a.parent)


def test_one_story_is_told_by_both_newspapers(city: City) -> None:
    twelve = [a for a in city.articles if "dua belas layanan" in a.title.casefold()]
    assert {a.site for a in twelve} == {"suara", "kabar"}


def test_the_sites_answer_over_http() -> None:
    city = build_city(datetime.now(UTC))
    with serve_city(city, SITES) as origins:
        with urlopen(f"{origins['office']}/wp-json/wp/v2/comments?per_page=100&page=2") as reply:
            rows = json.load(reply)
            total = int(reply.headers["X-WP-Total"])
            assert 'rel="next"' in reply.headers["Link"]
        assert len(rows) == 100
        assert total == len(city.get_comments("office", datetime.now(UTC)))
        with urlopen(f"{origins['suara']}/feed/") as reply:
            assert reply.read().count(b"<item>") == len(city.get_articles("suara"))
        with urlopen(f"{origins['kabar']}/sitemap-news.xml") as reply:
            assert reply.read().count(b"<url>") == len(city.get_articles("kabar"))
        with urlopen(f"{origins['room']}/?uri=/ruang-warga/umum") as reply:
            thread = json.load(reply)
        kinds = Counter(bool(row["replies"]) for row in thread["replies"])
        assert kinds[True] == 2
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{origins['office']}/tidak-ada/")


def test_the_demo_shows_one_story_of_two_outlets_and_ends_with_0(tmp_path: Path) -> None:
    with Office(tmp_path).start("demo") as process:
        assert process.stdout is not None
        told = any("1 story told by several outlets" in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert told
    assert (process.returncode, "Traceback" in said) == (0, False)


def test_an_edit_and_a_deletion_are_seen_by_the_real_path(tmp_path: Path) -> None:
    city = build_city(datetime.now(UTC) - timedelta(seconds=30))  # a quarter of a minute before the edit
    edited = next(comment for comment in city.comments if comment.edit)
    deleted = next(comment for comment in city.comments if comment.deleted)
    with serve_city(city, SITES) as origins:
        path = write_config(tmp_path, origins)
        path.write_text(path.read_text().replace('sweep_every = "20s"', 'sweep_every = "0s"'))
        office = Office(tmp_path, origins)
        (first,) = office.read("collect", "situs-dinas", "--json")
        until_gone(origins["office"], deleted.id)
        (second,) = office.read("collect", "situs-dinas", "--json")
        rows = json.loads(office.run("query", "SELECT text FROM revisions", "--format", "json").stdout)
    assert first["new"] > 250
    assert (second["updated"], second["gone"]) == (1, 1)
    assert rows == [{"text": edited.text}]


def until_gone(origin: str, comment: int) -> None:
    """Ask the site until the comment is no longer there; its deletion is some seconds after the edit."""
    until = monotonic() + 60
    while monotonic() < until:
        try:
            urlopen(f"{origin}/wp-json/wp/v2/comments/{comment}").close()
        except HTTPError:
            return
    raise AssertionError("the comment is still there")
