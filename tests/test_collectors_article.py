"""One news page in, its article and reader comments out."""

from __future__ import annotations

import pytest

from collectors.article import parse_article
from collectors.collector import ParseError

URL = "https://koran.test/berita/izin"


@pytest.mark.parametrize("body", [b"", b" \n ", b"<html><body></body></html>", b"\x00\x01\x02"])
def test_a_body_without_an_article_is_refused_in_one_sentence(body: bytes) -> None:
    with pytest.raises(ParseError, match=URL) as error:
        parse_article(body, URL)
    assert "\n" not in str(error.value)
