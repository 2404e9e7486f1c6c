"""A page of a real WordPress gives what its REST interface says: block theme, classic theme, pages of comments."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import ProxyHandler, build_opener
from zoneinfo import ZoneInfo

import pytest

from collectors.collector import Context, Cursor, SourceSpec
from collectors.fetcher import Fetcher, FetchSettings
from collectors.item import Item
from collectors.markup import to_text
from collectors.options import WebpageOptions
from collectors.sandbox import Sandbox
from collectors.webpage import WebpageCollector
from tests.servers.wordpress import WordPress, find_missing, start_wordpress

pytestmark = pytest.mark.wordpress

# The markup that WordPress itself writes for a theme that leaves its comments to it.
CLASSIC = """<?php ?><!doctype html><html <?php language_attributes(); ?>><head><?php wp_head(); ?></head>
<body <?php body_class(); ?>><?php the_post(); the_title('<h1>', '</h1>'); the_content();
comments_template(); wp_footer(); ?></body></html>"""
COMMENTS = """<?php ?><div id="comments"><h3><?php comments_number(); ?></h3>
<ol class="commentlist"><?php wp_list_comments(); ?></ol><?php paginate_comments_links(); comment_form(); ?></div>"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    missing = find_missing()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    assert missing is None, missing
    server = start_wordpress(tmp_path_factory.mktemp("wp"))
    yield server
    server.stop()


def run_php(site: WordPress, code: str) -> None:
    head = "$_SERVER['HTTP_HOST'] = '127.0.0.1'; require 'site/wp-load.php'; "
    subprocess.run(["php", "-r", head + code], cwd=site.folder, check=True, timeout=60, capture_output=True)


def seed(site: WordPress) -> int:
    """A post with threaded comments of citizens; its number."""
    day = datetime(2026, 11, 3, 1, tzinfo=UTC)
    (post,) = site.act(
        ("post", {"title": "Izin usaha", "text": "<p>Isi</p>", "date_gmt": f"{day:%Y-%m-%d %H:%M:%S}"})
    )
    parents: list[int] = []
    for number in range(24):
        fields = {
            "post": post,
            "parent": parents[-2] if number % 3 == 2 else 0,
            "author": f"Warga ke-{number}",
            "url": "https://warga.example/" if number % 5 == 0 else "",
            "text": f"Pertanyaan {number}: apa <b>syaratnya</b>?\n\nSalam :)\n<blockquote>kutipan</blockquote>",
            "date_gmt": f"{day + timedelta(hours=number):%F %T}",
        }
        parents += site.act(("comment", fields))
    return post


def get(site: WordPress, path: str) -> Any:
    with build_opener(ProxyHandler({})).open(f"{site.url}{path}", timeout=30) as answer:
        return json.loads(answer.read())


def collect(site: WordPress, post: int) -> list[Item]:
    """What the collector gives of the post's page and the pages of comments behind it."""
    fetcher = Fetcher(
        FetchSettings(
            contact="uji@dinas.example",
            pause=timedelta(0),
            allow_hosts=(site.url.removeprefix("http://").rstrip("/"),),
        )
    )
    sandbox = Sandbox(size=1)
    context = Context(
        visit=fetcher.visit("halaman", timedelta(seconds=60)),
        sandbox=sandbox,
        now=lambda: datetime(2026, 11, 24, tzinfo=UTC),
        wanted=bool,
        held=lambda *_: frozenset(),
    )
    link = get(site, f"/?rest_route=/wp/v2/posts/{post}")["link"]
    zone = ZoneInfo("Asia/Jakarta")
    spec = SourceSpec(name="halaman", kind="webpage", url=link, options=WebpageOptions(), zone=zone)
    try:
        return [item for batch in WebpageCollector().collect(spec, Cursor(), context) for item in batch.items]
    finally:
        sandbox.close()
        fetcher.close()


def describe_rest(site: WordPress, post: int) -> dict[str, tuple[object, ...]]:
    rows = get(site, f"/?rest_route=/wp/v2/comments&per_page=100&post={post}")
    return {
        f"comment:{row['id']}": (
            f"post:{row['post']}",
            f"comment:{row['parent']}" if row["parent"] else None,
            row["author_name"],
            row["author_url"] or None,
            to_text(row["content"]["rendered"]),
            datetime.fromisoformat(row["date_gmt"]).replace(tzinfo=UTC),
        )
        for row in rows
    }


def describe(items: list[Item]) -> dict[str, tuple[object, ...]]:
    return {
        item.external_id: (
            item.thread,
            item.parent,
            item.author.name,
            item.author.url,
            item.text,
            item.published,
        )
        for item in items
    }


@pytest.mark.parametrize(("theme", "paged"), [("block", True), ("classic", False)])
def test_the_page_says_what_rest_says(site: WordPress, theme: str, paged: bool) -> None:
    folder = site.folder / "site/wp-content/themes/klasik"
    folder.mkdir(exist_ok=True)
    (folder / "style.css").write_text("/* Theme Name: Klasik */")
    (folder / "index.php").write_text(CLASSIC)
    (folder / "comments.php").write_text(COMMENTS)
    name = "klasik" if theme == "classic" else "twentytwentythree"
    run_php(
        site,
        f"switch_theme('{name}'); update_option('page_comments', {int(paged)});"
        " update_option('comments_per_page', 5);",
    )
    site.act(("wipe", None))
    post = seed(site)
    told = describe_rest(site, post)
    assert len(told) == 24
    assert describe(collect(site, post)) == told
