"""In a real browser: the way in, in both languages and both colour schemes, and for every role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.inbox_browser import NARROW, PHONE, LiveOffice, assert_accessible, assert_fits, log_in
from tests.inbox_office import PASSWORD, ROLES

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_log_in_page_is_for_everybody(empty_office: LiveOffice, language: str, dark: bool) -> None:
    page = empty_office.open_page(PHONE, language=language, dark=dark)
    page.goto("/account/login/")
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)
    assert_fits(page)


def test_the_log_in_page_fits_the_narrowest_screen(empty_office: LiveOffice) -> None:
    page = empty_office.open_page(NARROW)
    page.goto("/account/login/")
    assert_fits(page)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_in_with_their_role(empty_office: LiveOffice, role: str) -> None:
    page = empty_office.open_page()
    log_in(page, role)
    assert_accessible(page)
    assert_fits(page)


def test_a_wrong_password_says_nothing_about_who_there_is(empty_office: LiveOffice) -> None:
    def try_in(page: Page, username: str) -> str:
        page.goto("/account/login/")
        page.locator("input[name=login]").fill(username)
        page.locator("input[name=password]").fill("bukan " + PASSWORD)
        with page.expect_navigation():
            page.locator("input[name=password]").press("Enter")
        return page.locator("main").inner_text()

    page = empty_office.open_page()
    assert try_in(page, "agent") == try_in(page, "nobody")


def test_one_gets_in_without_javascript(empty_office: LiveOffice) -> None:
    page = empty_office.open_page(javascript=False)
    log_in(page, "agent")
    assert page.locator("main").is_visible()


def test_what_a_page_must_not_do_fails_its_test(empty_office: LiveOffice) -> None:
    page = empty_office.open_page()
    page.goto("/account/login/")
    page.evaluate("console.error('buatan')")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://asing.test/x.png'}))")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'alert(1)'}))")
    page.evaluate("setTimeout(() => alert('halo'))")
    page.wait_for_timeout(100)
    heard = "\n".join(empty_office.get_complaints())
    assert "console: buatan" in heard
    assert "Content Security Policy" in heard
    assert "dialog: alert halo" in heard
    empty_office.complaints.clear()
