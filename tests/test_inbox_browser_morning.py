"""In a real browser: an officer's morning by keyboard, thumb and without JavaScript; and two at one mention."""

from __future__ import annotations

import re
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.inbox_browser import PHONE, LiveOffice, log_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = {"1": "question", "2": "complaint", "3": "praise", "4": "other"}


def open_first(page: Page) -> int:
    """The first row of the list, opened by its link; the mention's key."""
    page.goto("/?view=semua")
    page.locator(".row-who").first.click()
    page.locator("#opened").wait_for()
    return get_opened(page)


def get_opened(page: Page) -> int:
    return int(page.locator("#opened").get_attribute("data-id") or 0)


def press_and_move(page: Page, key: str) -> float:
    """Press a key that decides; how long the next mention took to stand there, in seconds."""
    before = get_opened(page)
    started = perf_counter()
    page.keyboard.press(key)
    page.locator(f"#opened:not([data-id='{before}'])").wait_for()
    return perf_counter() - started


def test_fifty_are_tagged_by_keyboard_and_each_key_shows_the_next(office: LiveOffice) -> None:
    from storage.models import Mention

    page = office.open_page()
    log_in(page)
    page.goto("/?view=semua")
    page.keyboard.press("j")
    page.locator("#opened").wait_for()
    wanted: dict[int, str] = {}
    seconds = []
    for number in range(50):
        key = str(number % 4 + 1)
        wanted[get_opened(page)] = TAGS[key]
        seconds.append(press_and_move(page, key))
    assert len(wanted) == 50
    assert dict(Mention.objects.filter(pk__in=wanted).values_list("id", "tag")) == wanted
    print(f"from key to next: median {median(seconds) * 1000:.0f} ms, worst {max(seconds) * 1000:.0f} ms")


def test_each_kind_of_act_is_done_by_its_key_and_taken_back_by_u(office: LiveOffice) -> None:
    from storage.models import Mention

    page = office.open_page()
    log_in(page)
    key = open_first(page)
    for pressed, field, value in (("2", "tag", "complaint"), ("s", "status", "closed"), ("i", "status", "ignored")):
        before = Mention.objects.values_list(field, flat=True).get(pk=key)
        page.goto(f"/mentions/{key}?view=semua")
        page.keyboard.press(pressed)
        page.locator(f"#opened:not([data-id='{key}'])").wait_for()
        assert Mention.objects.values_list(field, flat=True).get(pk=key) == value
        page.keyboard.press("u")
        page.locator(f"#opened[data-id='{key}']").wait_for()
        assert Mention.objects.values_list(field, flat=True).get(pk=key) == before


def test_a_note_that_was_begun_is_back_after_the_session_was_lost(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page)
    key = open_first(page)
    page.locator("#note").fill("Sudah ditelepon, menunggu berkas")
    page.locator("#draft-state:not(:empty)").wait_for()
    page.context.clear_cookies()
    log_in(page)
    page.goto(f"/mentions/{key}")
    assert page.locator("#note").input_value() == "Sudah ditelepon, menunggu berkas"
    page.get_by_role("button", name="Simpan catatan").click()
    page.locator("#notes li").wait_for()
    assert "Sudah ditelepon" in page.locator("#notes").inner_text()


def test_the_second_of_two_officers_sees_both_versions_and_loses_nothing(office: LiveOffice) -> None:
    from storage.models import Mention

    office.expect("status of 409")
    first, second = office.open_page(), office.open_page()
    log_in(first, "agent")
    log_in(second, "agent2")
    key = open_first(first)
    second.goto(f"/mentions/{key}?view=semua")
    first.goto(f"/mentions/{key}?view=semua")
    first.keyboard.press("2")
    first.locator(f"#opened:not([data-id='{key}'])").wait_for()
    second.locator("#note").fill("catatan saya")
    second.get_by_role("button", name=re.compile("Pujian")).click()
    second.locator("#conflict").wait_for()
    said = second.locator("#conflict").inner_text()
    assert "Keluhan" in said
    assert "Pujian" in said
    assert Mention.objects.get(pk=key).tag == "complaint"
    second.get_by_role("button", name="Simpan pilihan saya").click()
    second.locator("#conflict").wait_for(state="detached")
    assert Mention.objects.get(pk=key).tag == "praise"


def test_a_phone_tags_by_thumb(office: LiveOffice) -> None:
    from storage.models import Mention

    page = office.open_page(PHONE)
    log_in(page)
    page.goto("/?view=semua")
    page.locator(".row-who").first.tap()
    page.locator("#opened").wait_for()
    key = get_opened(page)
    button = page.get_by_role("button", name=re.compile("Keluhan"))
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44, "a thumb's width"
    button.tap()
    page.locator(f"#opened:not([data-id='{key}'])").wait_for()
    assert Mention.objects.get(pk=key).tag == "complaint"


def test_everything_goes_without_javascript(office: LiveOffice) -> None:
    from storage.models import Mention

    page = office.open_page(javascript=False)
    log_in(page)
    page.goto("/?view=semua")
    page.locator(".row-who").first.click()
    key = get_opened(page)
    page.get_by_role("button", name=re.compile("Keluhan")).click()
    assert Mention.objects.get(pk=key).tag == "complaint"
    page.goto(f"/mentions/{key}")
    page.locator("#note").fill("tanpa skrip")
    page.get_by_role("button", name="Simpan catatan").click()
    page.goto(f"/mentions/{key}")
    assert "tanpa skrip" in page.locator("#notes").inner_text()
    page.goto("/entry")
    page.locator("#id_text").fill("Warga datang menanyakan NIB")
    page.get_by_role("button", name="Simpan").click()
    page.get_by_role("link", name="Buka sebutannya").click()
    assert "Warga datang menanyakan NIB" in page.locator("#opened").inner_text()


def test_a_viewer_sees_no_button_and_nothing_confidential(office: LiveOffice) -> None:
    from storage.models import Mention, User
    from storage.review import set_confidential

    mention = Mention.objects.latest("id")
    set_confidential(mention, True, by=User.objects.get(username="supervisor"))
    office.expect("status of 404")
    page = office.open_page()
    log_in(page, "viewer")
    page.goto("/?view=semua")
    assert page.locator(f"#row-{mention.pk}").count() == 0
    reply = page.goto(f"/mentions/{mention.pk}")
    assert reply is not None
    assert reply.status == 404
    other = Mention.objects.exclude(pk=mention.pk).latest("id")
    page.goto(f"/mentions/{other.pk}")
    assert page.locator("#tags").count() == 0
    assert page.locator("#note").count() == 0
