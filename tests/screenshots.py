"""`make screenshots`: every page as a picture in build/screenshots; the best are copied to docs/screenshots."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inbox_browser import LAPTOP, PHONE, LiveOffice, log_in, visit
from tests.inbox_pages import list_pages

FOLDER = Path(__file__).parent.parent / "build" / "screenshots"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_every_page_is_pictured(office: LiveOffice, size: tuple[int, int], dark: bool) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    office.expect("Failed to load resource")  # the error pages are pictured too
    kind = f"{'phone' if size == PHONE else 'laptop'}-{'dark' if dark else 'light'}"
    pages = list(list_pages())
    for role in dict.fromkeys(sheet.role for sheet in pages):
        page = office.open_page(size, dark=dark)
        if role:
            log_in(page, role)
        for sheet in (one for one in pages if one.role == role):
            visit(page, sheet.address)
            path = FOLDER / f"{sheet.name}-{kind}.png"
            page.screenshot(path=path)
            assert path.stat().st_size > 2_000
