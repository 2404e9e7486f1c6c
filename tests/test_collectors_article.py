"""One news page in, its article and reader comments out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.quality_article import f1, mean, measure
from collectors.article import parse_article
from collectors.collector import ParseError

URL = "https://koran.test/berita/izin"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"<html><body></body></html>",
        b"\x00\x01\x02",
        b'{"error": "not a page"}',
        b"%PDF-1.7 \xe2\xe3",
        b'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title></channel></rss>',
        b"<html><body><nav><a href='/'>Beranda</a></nav></body></html>",
    ],
)
def test_a_body_without_an_article_is_refused_in_one_sentence(body: bytes) -> None:
    with pytest.raises(ParseError, match=URL) as error:
        parse_article(body, URL)
    assert "\n" not in str(error.value)


def test_real_pages_are_read_as_well_as_promised(tests_data: Path) -> None:
    scores = measure(tests_data / "pages")
    assert len(scores) == 21
    assert f1(scores) >= 0.97
    assert mean(score.title for score in scores) >= 0.95
    assert not any(score.wrong_date for score in scores)


def test_the_reader_comments_of_a_page_stand_under_its_article_and_not_in_its_text(tests_data: Path) -> None:
    gold = json.loads((tests_data / "pages/gold.json").read_text(encoding="utf-8"))
    body = (tests_data / "pages/cc/bibliothek2null.de.mai.html").read_bytes()
    url = gold["cc/bibliothek2null.de.mai.html"]["url"]
    article, comment = parse_article(body, url)
    assert (article.kind, comment.kind) == ("article", "comment")
    assert (comment.external_id, comment.thread, comment.parent) == ("comment:1446", article.external_id, None)
    assert comment.text.startswith("ich bin schon ganz gespannt")
    assert comment.text[:27] not in article.text
