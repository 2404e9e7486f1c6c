"""In a real browser: the search box offers what may be meant, the panel writes the text, a search is kept."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.inbox_browser import NARROW, LiveOffice, assert_accessible, assert_fits, log_in


def get_search(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("q", [""])[0]


def test_a_search_is_typed_with_the_keyboard_and_what_is_offered(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page, "agent")
    box = page.locator("#q")
    box.fill("")
    box.press_sequentially("stat")
    options = page.locator("#q-suggestions [role=option]")
    options.first.wait_for()
    assert (box.get_attribute("role"), box.get_attribute("aria-expanded")) == ("combobox", "true")
    assert_accessible(page)
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "suggestion-1"
    box.press("Enter")
    page.locator("#q-suggestions [role=option]", has_text="diproses").wait_for()
    assert box.input_value() == "status:"
    box.press_sequentially("dipro")
    page.locator("#q-suggestions").filter(has_not_text="terjawab").locator("[role=option]").wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    assert box.input_value() == "status:diproses "
    box.press_sequentially("kan")
    options.first.wait_for()
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Enter")
    page.wait_for_url("**q=status*")
    assert get_search(page.url) == "status:diproses kan"


def test_what_is_offered_can_be_clicked(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page, "agent")
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("jenis:kel")
    page.locator("#q-suggestions [role=option]").first.click()
    assert page.locator("#q").input_value() == "jenis:keluhan "


@pytest.mark.parametrize("javascript", [True, False])
def test_the_panel_writes_the_search_with_and_without_javascript(office: LiveOffice, javascript: bool) -> None:
    page = office.open_page(javascript=javascript)
    log_in(page, "agent")
    page.goto("/?q=izin")
    page.locator(".search-tools a").first.click()
    page.locator("form.filter input[name=tag][value=complaint]").check()
    page.locator("form.filter select[name=within]").select_option("3w")
    page.locator("form.filter button[name=go]").click()
    page.wait_for_url("**/?q=*")
    assert get_search(page.url) == "izin jenis:keluhan dalam:3w"


def test_a_wrong_search_is_marked_where_it_goes_wrong(office: LiveOffice) -> None:
    page = office.open_page()
    log_in(page, "agent")
    page.goto("/?q=loket+status%3Abaruu")
    assert page.locator("#search-error mark").inner_text() == "baruu"
    assert page.locator("#q").input_value() == "loket status:baruu"
    assert_accessible(page)


def test_a_search_is_kept_by_name_deleted_and_brought_back(office: LiveOffice) -> None:
    page = office.open_page(NARROW)
    log_in(page, "agent")
    page.goto("/views/new?q=jenis%3Akeluhan")
    page.locator("input[name=name]").fill("Keluhan " + "panjang " * 8)
    assert_accessible(page)
    assert_fits(page)
    page.locator("main form[method=post] button.main").click()
    page.wait_for_url("**/?view=*")
    page.goto("/views/")
    assert_accessible(page)
    assert_fits(page)
    page.locator("form[action$='/delete'] button").click()
    page.locator("form[action$='/restore'] button").click()
    page.locator("form[action$='/delete'] button").wait_for()
    assert page.locator("tbody tr").count() == 1


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("address", ["/help/search", "/search/filter?q=status:baru", "/views/"])
def test_the_pages_of_finding_are_for_everybody(office: LiveOffice, address: str, language: str, dark: bool) -> None:
    page = office.open_page(NARROW, language=language, dark=dark)
    log_in(page, "viewer")
    page.goto(address)
    assert_accessible(page)
    assert_fits(page)
