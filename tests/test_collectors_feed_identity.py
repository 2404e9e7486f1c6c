"""Which entries are one item: fetched ten times, a hostile feed gives exact counts and nothing twice (F16)."""

from __future__ import annotations

import pytest

from collectors.feed import parse_feed

URL = "https://situs.example/feed"


def rss(*items: str) -> bytes:
    return f'<rss version="2.0"><channel>{"".join(f"<item>{item}</item>" for item in items)}</channel></rss>'.encode()


# What the entries say, and how many items they are.
COUNTS: dict[str, tuple[list[str], int]] = {
    "a guid twice": (["<guid>1</guid><title>a</title>", "<guid>1</guid><title>b</title>"], 1),
    "a guid twice with two links": (["<guid>1</guid><link>/a</link>", "<guid>1</guid><link>/b</link>"], 1),
    "guids that differ in case": (["<guid>abc</guid>", "<guid>ABC</guid>"], 2),
    "guids that differ in blanks": (["<guid>1</guid>", "<guid> 1\n</guid>"], 1),
    "empty guids": (["<guid></guid><link>/a</link>", "<guid/><link>/b</link>"], 2),
    "no guid, one link": (["<link>/a</link><title>a</title>", "<link>/a</link><title>b</title>"], 1),
    "no guid, links that differ in query": (["<link>/a?x=1</link>", "<link>/a?x=2</link>"], 2),
    "neither guid nor link": (["<title>a</title>", "<title>b</title>", "<title>a</title>"], 2),
    "nothing at all": (["", ""], 1),
    "only dates differ": (["<title>a</title><pubDate>1 Mei 2026</pubDate>", "<title>a</title>"], 2),
    "a guid that names the feed": ([f"<guid>0</guid><link>/{n}</link><title>{n}</title>" for n in range(5)], 5),
    "guid and link that name the feed": ([f"<guid>/</guid><link>/</link><title>{n}</title>" for n in range(5)], 5),
    "one link for all, no guids": ([f"<link>/tamu</link><description>{n}</description>" for n in range(5)], 5),
    "one entry five times": (["<guid>1</guid><link>/a</link><title>a</title>"] * 5, 1),
    "an entry with five trackers": ([f"<guid>1</guid><link>/a?t={n}</link><title>a</title>" for n in range(5)], 1),
    "a guid of 100,000 letters": ([f"<guid>{'x' * 100_000}{n}</guid>" for n in range(2)], 2),
    "a guid with markup": (["<guid>&lt;b&gt;</guid>", "<guid>&lt;i&gt;</guid>"], 2),
    "a link that is no address": (["<link>http://[</link><title>a</title>"], 1),
    "a link that runs": (["<link>javascript:alert(1)</link><title>a</title>"], 1),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_hostile_feed_fetched_ten_times_gives_exact_counts(name: str) -> None:
    entries, count = COUNTS[name]
    polls = [[item.external_id for item in parse_feed(rss(*entries), URL)] for _ in range(10)]
    assert len(polls[0]) == len(set(polls[0])) == count
    assert all(poll == polls[0] for poll in polls)


def test_an_edited_entry_keeps_its_identity() -> None:
    guid, link = "<guid>1</guid><link>/a</link>", "<link>/b</link>"
    before = [item.external_id for item in parse_feed(rss(f"{guid}<title>a</title>", f"{link}<title>b</title>"), URL)]
    after = [
        item.external_id for item in parse_feed(rss(f"{guid}<title>A!</title>", f"{link}<title>B!</title>"), URL)
    ]
    assert before == after == ["1", "https://situs.example/b"]


def test_only_web_addresses_become_links() -> None:
    links = ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[", "/berita"]
    items = parse_feed(rss(*(f"<guid>{link}</guid><link>{link}</link>" for link in links)), URL)
    assert [item.url for item in items] == [None, None, None, None, "https://situs.example/berita"]
