"""Pages made to cost time, hide entities or lie about their letters: an article or a named refusal, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.article import parse_article
from collectors.collector import ParseError
from collectors.item import MAX_TEXT, MAX_TITLE

URL = "https://koran.test/berita/izin"
SENTENCE = "Wali Kota menyampaikan bahwa pelayanan izin usaha kini lebih mudah dan cepat bagi seluruh warga. "
ARTICLE = (
    "<html><head><title>Izin usaha kini lebih mudah</title></head><body><h1>Izin usaha kini lebih mudah</h1>"
    + f"<p>{SENTENCE}</p>" * 5
).encode()
JSON_LD = b'<script type="application/ld+json">%s</script>'


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"<div>" * 100_000 + b"x" + b"</div>" * 100_000, id="deep"),
        pytest.param(b"<a href=x>" * 100_000, id="links in links"),
        pytest.param(b"<table><tr><td>" * 30_000, id="tables in tables"),
        pytest.param(b"<!--" * 300_000, id="open comments"),
        pytest.param(b"<p>x y z w" * 100_000, id="paragraphs"),
        pytest.param(b"<p>" + b"kata dia " * 300_000, id="one paragraph"),
        pytest.param(b"<p " + b" ".join(b"a%d=1" % n for n in range(50_000)) + b">x</p>", id="attributes"),
        pytest.param(b'<div class="' + b"related-" * 2_000 + b'">x</div>', id="class"),
        pytest.param(b"<time class=published datetime=2020-01-01T10:00:00Z>x</time>" * 30_000, id="times"),
        pytest.param(b"<p>12 jan 2015 - - - - - - - - - - - - -</p>" * 20_000, id="dates"),
        pytest.param((b"<p>" + b"baca share " * 30 + b"x</p>") * 3_000, id="furniture"),
        pytest.param(JSON_LD % (b'{"@graph":[' * 50_000), id="deep JSON-LD"),
        pytest.param(JSON_LD % (b"," + b" " * 200_000), id="spaces in JSON-LD"),
        pytest.param(JSON_LD % b'{"@type":"NewsArticle","headline":"x",}' * 5_000, id="scripts"),
        pytest.param(
            b"<ol class=comment-list>" + b"<li id=comment-1 class=comment><p>hai</p>" * 20_000, id="threads"
        ),
        pytest.param(b"<" * 1_000_000, id="brackets"),
    ],
)
def test_a_page_made_to_cost_time_is_read_in_five_seconds(tail: bytes) -> None:
    start = time.process_time()
    article = parse_article(ARTICLE + tail, URL)[0]
    assert time.process_time() - start < 5
    assert article.title == "Izin usaha kini lebih mudah"
    assert SENTENCE.strip() in article.text and len(article.text) <= MAX_TEXT


def test_no_entity_of_a_doctype_is_expanded_or_loaded() -> None:
    body = (
        b'<!DOCTYPE html [<!ENTITY a "rahasia"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
        + ARTICLE
        + f"<p>&b;&c; {SENTENCE}</p>".encode()
    )
    text = parse_article(body, URL)[0].text
    assert "rahasia" not in text and "root:" not in text


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "iso-8859-1"),
        ("windows-1252", "utf-8"),
        ("utf-16", ""),
        ("utf-8", "tidak-ada"),
        ("windows-1252", ""),
    ],
)
def test_letters_come_right_though_the_page_lies_about_its_encoding(encoding: str, declared: str) -> None:
    page = (
        ARTICLE.decode().replace("mudah", "mudah – “cepat”").replace("<head>", f'<head><meta charset="{declared}">')
    )
    article = parse_article(page.encode(encoding), URL, {"content-type": "text/html"})[0]
    assert article.title == "Izin usaha kini lebih mudah – “cepat”"
    assert "mudah – “cepat” dan cepat" in article.text


def test_a_title_without_end_is_cut() -> None:
    body = ARTICLE.replace(b"lebih mudah", b"lebih mudah " * 1_000)
    title = parse_article(body, URL)[0].title or ""
    assert len(title) <= MAX_TITLE


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"<>/=\"' ;&", "p", "div", "h1", "time", "datetime", "a href", "12 Mei 2026", "ü", "\0"])
    )
)
def test_any_markup_gives_an_article_or_a_named_refusal(pieces: list[str]) -> None:
    for body in ("".join(pieces).encode(), ARTICLE + "".join(pieces).encode()):
        try:
            items = parse_article(body, URL)
        except ParseError as error:
            assert str(error).startswith(URL) and "\n" not in str(error)
        else:
            assert items[0].text == items[0].text.strip() != ""


@pytest.mark.parametrize(
    "tag", ['<link rel="canonical" href="%s">', '<base href="%s">', '<meta property="og:url" content="%s">']
)
@pytest.mark.parametrize(
    "address", ["http://[buruk", "javascript:alert(1)", "https://lain.test/berita/izin", "/", ""]
)
def test_an_address_that_cannot_be_the_pages_own_does_not_become_its_identity(tag: str, address: str) -> None:
    article = parse_article(ARTICLE.replace(b"<head>", b"<head>" + (tag % address).encode()), URL + "#komentar")[0]
    assert article.external_id == article.url == URL
