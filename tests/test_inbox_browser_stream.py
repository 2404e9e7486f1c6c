"""In a real browser: officers work through the stream by keyboard, by touch, without JavaScript, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.models import Draft, Mention, Note, ReviewEvent
from tests.inbox_browser import NARROW, PHONE, LiveOffice, assert_accessible, assert_fits, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page


def get_opened(page: Page) -> int:
    return int(page.locator("#opened").get_attribute("data-id") or 0)


def press(page: Page, key: str) -> int:
    """Press a key that acts, wait for the next mention; the key of the one that was acted on."""
    acted = get_opened(page)
    page.keyboard.press(key)
    page.locator(f"#opened:not([data-id='{acted}'])").wait_for()
    return acted


def open_first(page: Page) -> int:
    page.keyboard.press("j")
    page.locator("#opened").wait_for()
    return get_opened(page)


def test_an_officer_works_by_keyboard_only(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page)
    open_first(page)
    acted = [press(page, key) for key in "1234si"]
    stored = Mention.objects.in_bulk(acted)
    assert [stored[key].tag for key in acted[:4]] == ["question", "complaint", "praise", "other"]
    assert [stored[key].status for key in acted[4:]] == ["closed", "ignored"]
    mine = press(page, "m")
    assert Mention.objects.get(pk=mine).assignee is not None
    for undone in reversed([*acted, mine]):
        page.keyboard.press("u")
        page.locator(f"#opened[data-id='{undone}']").wait_for()
        assert page.locator("#bar").inner_text() == "Diurungkan."
    assert Mention.objects.exclude(status="new").count() == 0
    assert get_opened(page) == acted[0]


def test_a_key_never_fires_while_somebody_types(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page)
    opened = open_first(page)
    page.keyboard.press("n")
    page.keyboard.type("1 2 3 su x Dinas")
    page.locator("#draft-state", has_text="Draf tersimpan.").wait_for()
    assert (get_opened(page), page.locator("#note").input_value()) == (opened, "1 2 3 su x Dinas")
    page.keyboard.press("Control+1")
    assert not ReviewEvent.objects.exists()
    assert Draft.objects.get().text == "1 2 3 su x Dinas"


def test_what_is_not_ours_is_told_where_it_belongs_without_the_mouse(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page)
    opened = open_first(page)
    page.keyboard.press("b")
    page.keyboard.type("Dinas Perhubungan")
    page.keyboard.press("Enter")
    page.locator(f"#opened:not([data-id='{opened}'])").wait_for()
    mention = Mention.objects.get(pk=opened)
    assert (mention.status, mention.belongs) == ("not_ours", "Dinas Perhubungan")


def test_several_are_picked_by_key_and_decided_at_once(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page)
    open_first(page)
    page.keyboard.press("x")
    page.locator(".row input").nth(3).click(modifiers=["Shift"])
    assert page.locator("[data-chosen]").inner_text() == "4 dipilih"
    page.locator("#bulk-act").select_option("status:closed")
    page.get_by_role("button", name="Lakukan").click()
    page.locator("#bar", has_text="4 sebutan: Selesai").wait_for()
    assert Mention.objects.filter(status="closed").count() == 4
    page.locator("#bar").get_by_role("button", name="Urungkan").click()
    page.locator("#bar", has_text="4 sebutan diurungkan.").wait_for()
    assert Mention.objects.filter(status="closed").count() == 0


def test_the_whole_path_works_without_javascript(office: LiveOffice) -> None:
    page = office.open_page(javascript=False)
    log_in(page)
    page.locator(".row-who").first.click()
    acted = int(page.url.split("/mentions/")[1].split("?")[0])
    page.get_by_role("button", name="Keluhan").click()
    assert Mention.objects.get(pk=acted).tag == "complaint"
    assert str(acted) not in page.url.split("?")[0]
    page.locator("#bar").get_by_role("button", name="Urungkan").click()
    assert Mention.objects.get(pk=acted).tag == ""
    page.locator("#note").fill("Ditulis tanpa JavaScript")
    page.get_by_role("button", name="Simpan catatan").click()
    assert Note.objects.get().text == "Ditulis tanpa JavaScript"


def test_on_a_phone_the_four_tags_are_within_the_thumbs_reach(office: LiveOffice) -> None:
    page = office.open_page(PHONE)
    log_in(page)
    page.locator(".row-who").first.tap()
    page.locator("#opened").wait_for()
    acted = get_opened(page)
    button = page.get_by_role("button", name="Pertanyaan")
    box = button.bounding_box()
    assert box is not None
    assert box["y"] > PHONE[1] / 2
    assert box["height"] >= 44
    assert_accessible(page)
    button.tap()
    page.locator(f"#opened:not([data-id='{acted}'])").wait_for()
    assert Mention.objects.get(pk=acted).tag == "question"


def test_two_officers_see_each_other_and_neither_overwrites_the_other(office: LiveOffice) -> None:
    office.expect("409")
    mine, theirs = office.open_page(), office.open_page()
    log_in(mine, "agent")
    log_in(theirs, "agent2")
    opened = open_first(mine)
    assert open_first(theirs) == opened
    mine.locator("#presence", has_text="Bayu Prasetyo juga sedang membuka ini.").wait_for(timeout=5_000)
    press(theirs, "3")
    mine.locator("#note").fill("Jangan sampai hilang")
    mine.locator("body").press("Escape")
    mine.locator("#note").blur()
    mine.keyboard.press("2")
    mine.locator("#conflict").wait_for()
    assert "Bayu menandai Pujian" in mine.locator("#conflict").inner_text()
    assert mine.locator("#note").input_value() == "Jangan sampai hilang"
    assert Mention.objects.get(pk=opened).tag == "praise"
    mine.get_by_role("button", name="Simpan pilihan saya").click()
    mine.locator(f"#opened:not([data-id='{opened}'])").wait_for()
    assert Mention.objects.get(pk=opened).tag == "complaint"


@pytest.mark.parametrize("dark", [False, True])
def test_an_opened_mention_is_for_everybody_and_fits_the_narrowest_screen(office: LiveOffice, dark: bool) -> None:
    longest = Mention.objects.order_by("-pk").first()
    assert longest is not None
    Mention.objects.filter(pk=longest.pk).update(
        text="a" * 300 + " \u202eterbalik 👩‍👩‍👧 " + "kata " * 12_000, author_name="n" * 200
    )
    page = office.open_page(dark=dark)
    log_in(page)
    page.goto(f"/mentions/{longest.pk}?view=semua")
    assert_accessible(page)
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    assert_accessible(page)
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert_fits(page)
