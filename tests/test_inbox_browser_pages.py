"""In a real browser: every page, in both languages, both colour schemes and at every width, is for everybody."""

from __future__ import annotations

import pytest

from tests.inbox_browser import LAPTOP, NARROW, PHONE, LiveOffice, assert_accessible, assert_fits, log_in, visit
from tests.inbox_pages import list_pages

pytestmark = pytest.mark.appearance


@pytest.mark.parametrize(
    ("language", "dark", "size"),
    [("id", False, LAPTOP), ("id", True, PHONE), ("en", False, PHONE), ("en", True, LAPTOP)],
    ids=["id-light-laptop", "id-dark-phone", "en-light-phone", "en-dark-laptop"],
)
def test_every_page_is_accessible(office: LiveOffice, language: str, dark: bool, size: tuple[int, int]) -> None:
    office.expect("Failed to load resource")  # the error pages are looked at too
    pages = list(list_pages())
    for role in dict.fromkeys(sheet.role for sheet in pages):
        page = office.open_page(size, language=language, dark=dark)
        if role:
            log_in(page, role)
        for sheet in (one for one in pages if one.role == role):
            visit(page, sheet.address)
            assert page.url == office.url + sheet.address, "another page came instead"
            assert page.locator("html").get_attribute("lang") == language
            assert_accessible(page)
            page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
            assert_fits(page)
            page.set_viewport_size({"width": size[0], "height": size[1]})
