"""In a real browser: what strangers write is text, whatever it looks like, and breaks no page whatever its shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from collectors.item import Author, Item
from tests.inbox_browser import LAPTOP, NARROW, PHONE, LiveOffice, assert_fits, log_in
from tests.inbox_office import save_items
from tests.inbox_payloads import ODD_TEXTS, list_payloads

if TYPE_CHECKING:
    from playwright.sync_api import Page

# What our own pages never hold, so that one of these came out of a stranger's text.
_FOREIGN = """[...document.querySelectorAll(
    "svg:not(.brand svg), math, iframe, object, embed, video, audio, marquee, template, base, custom-element,"
    + "script:not([src]), script[src*='asing'], [onerror], [onload], [onfocus], [onclick], [onmouseover],"
    + "a[href^='javascript' i], form[action^='javascript' i], [formaction], meta[http-equiv], link[href*='asing'],"
    + "img[src='x'], img[src*='asing'], [hx-get^='http'], [data-hx-get]"
)].map(element => element.outerHTML.slice(0, 120))"""
PAYLOADS = list_payloads()


def assert_only_ours(page: Page) -> None:
    found = page.evaluate(_FOREIGN)
    assert found == [], page.url


def fill_with(payloads: list[str]) -> None:
    """A mention for each payload, which stands in every field that a stranger can write."""
    now = datetime.now(UTC)
    items = [
        Item(
            external_id=f"serang:{number} {payload}"[:500],
            kind="comment",
            url=f"https://dinas.test/?{quote(payload)}" if number % 2 else payload,
            title=payload,
            text=f"{payload} dpmptsp {payload}",
            author=Author(name=payload, handle=payload, url=payload),
            thread="post:1",
            parent="serang:0",
            published=now - timedelta(minutes=number),
            published_precision="second",
            publisher=payload,
        )
        for number, payload in enumerate(payloads)
    ]
    save_items(items, name="sumber <img src=x onerror=alert(2)>")


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 100


def test_no_payload_comes_alive_in_the_list_or_in_a_mention(empty_office: LiveOffice) -> None:
    from storage.models import Mention

    fill_with(PAYLOADS)
    page = empty_office.open_page()
    log_in(page)
    page.goto("/?view=semua")
    for _ in range(2):
        assert_only_ours(page)
        page.goto(page.locator("#list a[rel=next]").get_attribute("href") or "")
    for key in list(Mention.objects.order_by("id").values_list("id", flat=True))[::4]:
        page.goto(f"/mentions/{key}")
        assert_only_ours(page)
        assert "asing" not in page.locator("#pane").evaluate("pane => [...pane.querySelectorAll('[src]')].join()")


def test_no_payload_comes_alive_in_what_is_searched_or_written_by_colleagues(empty_office: LiveOffice) -> None:
    from storage.models import Mention, Note, SavedView, User
    from storage.topic import TopicError, add_topic

    fill_with(PAYLOADS[:3])
    mention, by = Mention.objects.earliest("id"), User.objects.get(username="supervisor")
    now = datetime.now(UTC)
    for number, payload in enumerate(PAYLOADS[::3]):
        Note.objects.create(mention=mention, by=by, at=now, text=payload)
        SavedView.objects.create(name=payload[:100], slug=f"v{number}", query=payload)
        try:
            add_topic(payload[:100], by)
        except TopicError:  # two that begin alike
            continue
    page = empty_office.open_page()
    empty_office.expect("the server responded with a status of 4")
    log_in(page, "supervisor")
    for address in (f"/mentions/{mention.pk}", "/topics", "/views/", "/?view=v1"):
        page.goto(address)
        assert_only_ours(page)
    for payload in PAYLOADS[::8]:
        page.goto(f"/?q={quote(payload)}")
        assert_only_ours(page)


@pytest.mark.parametrize("size", [NARROW, PHONE, LAPTOP], ids=["narrow", "phone", "laptop"])
def test_no_shape_of_text_makes_a_page_scroll_sideways(empty_office: LiveOffice, size: tuple[int, int]) -> None:
    from storage.models import Mention

    now = datetime.now(UTC)
    shapes = [
        Item(external_id=name, kind="comment", text=text, title=text[:900] or None, author=Author(name=text[:190]))
        for name, text in ODD_TEXTS.items()
    ]
    bare = [Item(external_id="bare", kind="comment"), Item(external_id="post:1", kind="article", title="x" * 900)]
    late = Item(external_id="late", kind="review", text="a", published=now - timedelta(days=9000), thread="post:1")
    save_items([*shapes, *bare, late], name="s" * 200)
    page = empty_office.open_page(size)
    log_in(page)
    page.goto("/?view=semua")
    assert_fits(page)
    for key in Mention.objects.values_list("id", flat=True):
        page.goto(f"/mentions/{key}")
        assert_fits(page)
