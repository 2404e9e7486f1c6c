"""Comments in pages: the markup of well-known systems beside the items it must give."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors.collector import ParseError
from collectors.item import Author, Item
from collectors.webpage import parse_comments

URL = "https://dinas.example/2026/11/izin-usaha/"
PAGES = Path(__file__).parent / "data/comments"
CLASSIC = (PAGES / "wordpress-classic.html").read_bytes()


def describe(item: Item) -> dict[str, object]:
    """An item as the captured pages' gold states it."""
    return {
        "id": item.external_id,
        "kind": item.kind,
        "url": item.url,
        "title": item.title,
        "text": item.text,
        "author": item.author.name,
        "author_url": item.author.url,
        "parent": item.parent,
        "thread": item.thread,
        "published": item.published.isoformat() if item.published else None,
        "precision": item.published_precision,
        "reactions": dict(item.reactions),
    }


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.html")), ids=lambda page: page.stem)
def test_a_page_gives_the_comments_that_stand_in_it(page: Path) -> None:
    items = parse_comments(page.read_bytes(), f"https://dinas.example/layanan/{page.stem}")
    assert [describe(item) for item in items] == json.loads(page.with_suffix(".json").read_text())


def test_the_classic_markup_of_wordpress_gives_its_comments_and_nothing_else() -> None:
    question, answer = parse_comments(CLASSIC, URL)
    assert (question.external_id, question.thread, question.parent) == ("comment:7", "post:12", None)
    assert question.author == Author(name="Budi", url="https://budi.example/")
    assert question.text == "Apa syaratnya?\n\nTerima kasih."
    assert question.published == datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
    assert question.url == "https://dinas.example/2026/11/izin-usaha/#comment-7"
    assert (answer.external_id, answer.parent) == ("comment:9", "comment:7")
    assert answer.text == "Apa syaratnya?\n\nKTP dan NIB."
    assert answer.published == datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert answer.published_precision == "minute"


def test_an_empty_answer_is_no_page_without_comments() -> None:
    with pytest.raises(ParseError, match="empty"):
        parse_comments(b" ", URL)


def test_a_page_without_comments_gives_none() -> None:
    assert (
        parse_comments(b"<html><body><article><p>Berita 3 Januari 2020 oleh Budi.</p></article></body></html>", URL)
        == []
    )


def test_comments_under_a_heading_in_a_box_of_its_own_are_found() -> None:
    entry = "<table><tr><td><i></i> {} <span>{} November 2026 11:00</span></td></tr><tr><td>{}</td></tr></table>"
    entries = entry.format("Budi", 23, "Kapan loketnya buka?") + entry.format("Siti", 24, "Terima kasih, Pak.")
    page = f"<html lang='id'><div><div class='kepala'><h3>Komentar</h3></div><div>{entries}</div></div></html>"
    items = parse_comments(page.encode(), "https://desa.example/berita/7")
    assert [(item.author.name, item.text) for item in items] == [
        ("Budi", "Kapan loketnya buka?"),
        ("Siti", "Terima kasih, Pak."),
    ]
