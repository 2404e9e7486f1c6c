"""A real WordPress is looked at: it is recognised, and what it gives is shown, with REST open and closed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kentongan.config import load_config
from kentongan.newcomer import Proposal, propose
from tests.servers.wordpress import WordPress, find_missing, start_wordpress

CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[collecting]
pause = "0s"
allow_hosts = ["{host}"]
"""

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    missing = find_missing()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    assert missing is None, missing
    site = start_wordpress(tmp_path_factory.mktemp("wp"))
    site.act(("wipe", None), ("post", {"title": "Layanan", "text": "<p>Loket buka</p>"}))
    yield site
    site.stop()


def look(site: WordPress, folder: Path) -> Proposal:
    path = folder / "config.toml"
    path.write_text(CONFIG.format(host=site.url.removeprefix("http://")), encoding="utf-8")
    proposals, missing = propose(load_config(path), f"{site.url}/")
    assert not missing
    return proposals[0]


def test_a_real_wordpress_is_recognised_and_its_items_are_shown(site: WordPress, tmp_path: Path) -> None:
    site.open_rest()
    best = look(site, tmp_path)
    assert (best.kind, best.url, best.trial.note) == ("wordpress", f"{site.url}/", "")
    assert [one.mention.title for one in best.trial.items] == ["Layanan"]


def test_a_real_wordpress_whose_rest_is_closed_says_so_and_shows_its_feeds(site: WordPress, tmp_path: Path) -> None:
    site.close_rest()
    best = look(site, tmp_path)
    assert best.kind == "wordpress"
    assert "REST is closed" in best.trial.note
    assert [one.mention.title for one in best.trial.items] == ["Layanan"]
