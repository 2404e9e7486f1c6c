"""Sources and terms in a real browser: an address is pasted and kept, a term is typed and its finds appear."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

import pytest

from inbox.office import get_office, set_office
from kentongan.demo import SITES
from kentongan.demo.city import build_city
from kentongan.demo.config import write_config
from kentongan.demo.server import serve_city
from kentongan.office import ConfiguredOffice
from storage.models import Source
from tests.inbox_browser import LAPTOP, PHONE, LiveOffice, assert_accessible, log_in
from tests.test_inbox_sources import poll


@pytest.fixture
def city(office: LiveOffice, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The sites of the sample city, and a configuration that may ask them."""
    import_module("kentongan.urls")
    before = get_office()
    with serve_city(build_city(datetime.now(UTC)), SITES) as origins:
        write_config(tmp_path, origins)
        set_office(ConfiguredOffice(tmp_path / "config.toml"))
        yield origins
    set_office(before)


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_an_address_is_pasted_looked_at_and_kept(
    office: LiveOffice, city: dict[str, str], tmp_path: Path, size: tuple[int, int], javascript: bool
) -> None:
    page = office.open_page(size, javascript=javascript)
    log_in(page, "admin")
    page.goto("/sources/add")
    page.get_by_label("Alamat").fill(f"{city['suara']}/")
    page.get_by_role("button", name="Lihat").click()
    page.get_by_text("paling cocok").wait_for(timeout=30_000)
    page.get_by_role("button", name="Simpan sebagai").first.click()
    page.get_by_text("ditambahkan").wait_for()
    table = tomllib.loads((tmp_path / "config.toml").read_text())["sources"][-1]
    assert (table["kind"], table["channel"]) == ("feed", "news")
    assert page.url.endswith(f"/sources/{Source.objects.get(name=table['name']).pk}")


def test_what_a_term_would_find_appears_while_it_is_typed(office: LiveOffice, city: dict[str, str]) -> None:
    poll(name="suara kota")
    page = office.open_page()
    log_in(page, "admin")
    page.goto("/terms/edit")
    page.get_by_label("Nama", exact=True).fill("Cuaca")
    page.get_by_label("Kata atau frasa").press_sequentially("hujan")
    page.get_by_text("1 akan disimpan").wait_for()
    page.get_by_label("Kata atau frasa").press_sequentially("xx")
    page.get_by_text("0 akan disimpan").wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_of_sources_are_accessible(
    office: LiveOffice, city: dict[str, str], language: str, dark: bool
) -> None:
    source = poll(name="situs-dinas")
    page = office.open_page(PHONE if dark else LAPTOP, language=language, dark=dark)
    log_in(page, "admin")
    term = quote(get_office().get_terms()[0].name)
    for address in ("/sources", f"/sources/{source.pk}", "/sources/add", "/terms", f"/terms/edit?name={term}"):
        page.goto(address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
