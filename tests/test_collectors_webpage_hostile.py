"""Pages that mean harm or are broken: bounded time, clean text, and never more than is there (F8, F10, F11)."""

from __future__ import annotations

import time

import pytest

from collectors.collector import ParseError
from collectors.item import MAX_AUTHOR, MAX_TEXT
from collectors.options import Recipe
from collectors.webpage import parse_comments

URL = "https://dinas.example/tamu"


def write(text: str, author: str = "Budi", more: str = "") -> str:
    return (
        f'<html lang="id"><body><div class="comment" id="comment-1"><b class="author">{author}</b>'
        f'<span class="date">3 November 2026</span><div class="comment-text">{text}</div>{more}</div></body></html>'
    )


HOSTILE = {
    "deep elements": write("<div>" * 100_000 + "x"),
    "deep comments": '<div class="comment"><b class="author">A</b> 3 November 2026 <p>x</p>' * 20_000,
    "deep lists": '<ol><li class="comment" id="comment-1">' * 5_000 + "x",
    "many comments": "".join(
        f'<div class="comment" id="comment-{n}"><b class="author">A{n}</b><i class="date">3 November 2026</i>'
        f'<p class="text">isi {n}</p></div>'
        for n in range(3_000)
    ),
    "many attributes": "<div " + " ".join(f'a{n}="1"' for n in range(100_000)) + ' class="comment">x</div>',
    "attributes behind a quoted bracket": "<div b='<' " + " ".join(f'a{n}="1"' for n in range(100_000)) + ">x</div>",
    "attributes without values": "<div " + " ".join(f"a{n}" for n in range(100_000)) + ">x</div>",
    "many wide tags": ("<a " * 100 + ">") * 3_000,
    "a long class": f'<div class="{"comment-" * 100_000}">x</div>',
    "many classes": f'<div class="{" ".join(f"comment{n}" for n in range(50_000))}">x</div>',
    "a long id": f'<div class="comment" id="comment-{"1" * 1_000_000}">x</div>',
    "unclosed comments of HTML": write("<!--" * 300_000),
    "bait of dates": write("x", more="<span class='date'>" + "1 " * 200_000 + "</span>"),
    "bait of names": write("x", author="by " * 100_000),
    "bait of verbs": write("x", author="says, " * 100_000),
    "bait of buttons": write("x", more="<p>" + "balas " * 100_000 + "</p>"),
    "bait of labels": "<title>Buku tamu</title>" + "Nama : " * 100_000,
    "many rows": "<table>" + "<tr><td>Nama</td><td>:</td><td>A</td></tr>" * 30_000 + "</table>",
    "deep tables": "<table><tr><td>" * 5_000,
    "many headings": "<h3>Komentar</h3><p>3 November 2026</p>" * 20_000,
    "many sections": '<div class="comments">' * 200 + "<p>3 November 2026 x</p>" * 5_000,
    "deep JSON": f'<script type="application/ld+json">{{"@type":"Comment","a":{"[" * 50_000}</script>',
    "wide JSON": '<script type="application/ld+json">['
    + ",".join('{"@type":"Comment","text":"x","author":"A"}' for _ in range(50_000))
    + "]</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_costs_little_time_and_raises_nothing_unknown(name: str) -> None:
    start = time.process_time()
    items = parse_comments(f"<html><body>{HOSTILE[name]}</body></html>".encode(), URL)
    assert time.process_time() - start < 5
    assert all(len(item.text) <= MAX_TEXT and len(item.author.name or "") <= MAX_AUTHOR for item in items)


@pytest.mark.parametrize(
    "body", [b"<rss><channel/></rss>", b"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>"]
)
def test_a_feed_is_no_web_page(body: bytes) -> None:
    with pytest.raises(ParseError, match="a feed or a sitemap where a web page was expected"):
        parse_comments(body, URL)


def test_a_link_that_is_no_address_costs_no_comment() -> None:
    more = '<a href="http://[#comment-1">#</a>'
    (item,) = parse_comments(write("isi", author='<a href="http://[x">Budi</a>', more=more).encode(), URL)
    assert (item.author.name, item.author.url, item.text) == ("Budi", None, "isi")


def test_endless_spaces_in_a_script_cost_little() -> None:
    start = time.process_time()
    script = f'<script type="application/ld+json">{"x" + chr(32) * 900 + "y"}</script>' * 2_000
    assert parse_comments(f"<html><body>{script}</body></html>".encode(), URL) == []
    assert time.process_time() - start < 5


def test_text_is_clean_and_cut_with_a_mark() -> None:
    (item,) = parse_comments(write(f"a\0b&#x202e;c\ud800d\u00a0e{'x' * 70_000}").encode("utf-8", "replace"), URL)
    assert item.text.startswith("ab")
    assert "\u202e" not in item.text
    assert item.text.endswith("[…]")
    item.text.encode("utf-8")


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_charset_is_told_by_the_page_itself(charset: str) -> None:
    page = write("Grüße aus Köln, café").replace("<html", f'<meta charset="{charset}"><html', 1)
    (item,) = parse_comments(page.encode(charset), URL)
    assert item.text == "Grüße aus Köln, café"


def test_scripts_and_markup_in_a_comment_leave_no_trace() -> None:
    text = (
        'Halo <script>alert(1)</script><img src=x onerror=alert(1)><svg><a xlink:href="javascript:x">y</a></svg>dunia'
    )
    (item,) = parse_comments(write(text).encode(), URL)
    assert "alert" not in item.text
    assert "<" not in item.text
    assert item.text.startswith("Halo")


@pytest.mark.parametrize("body", [b"", b"\n\t ", b"\0\0"])
def test_nothing_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        parse_comments(body, URL)


@pytest.mark.parametrize("body", [b"<html>", b"<p>", b"<!doctype html>x"])
def test_what_is_hardly_a_page_gives_no_comment(body: bytes) -> None:
    assert parse_comments(body, URL) == []


@pytest.mark.parametrize("body", [b"%PDF-1.7 \xff\xfe", b"{}", b"\x89PNG\r\n", b"<", b"&#x0;"])
def test_what_is_no_page_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError, match="not a web page"):
        parse_comments(body, URL)


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        (Recipe(comment="li[", text="p"), 'the recipe\'s "comment" is no CSS selector: "li\\["'),
        (Recipe(comment="li", text=":frobnicate(p)"), 'the recipe\'s "text" is no CSS selector'),
        (Recipe(comment="li", text="p", id="("), 'the recipe\'s "id" is no regular expression'),
    ],
)
def test_a_recipe_that_cannot_be_is_named(recipe: Recipe, sentence: str) -> None:
    with pytest.raises(ParseError, match=sentence):
        parse_comments(b"<html><body><p>x</p></body></html>", URL, recipe)
