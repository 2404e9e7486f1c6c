"""`kentongan collect` on a real WordPress: what it stores, run after run, as the command itself counts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.servers.wordpress import WordPress, find_missing, start_wordpress

pytestmark = pytest.mark.wordpress

NOW = datetime.now(UTC).replace(microsecond=0)
CONFIG = """
[agency]
name = "Dinas Uji"
contact = "humas@dinas.test"
[storage]
url = "sqlite:///{name}.sqlite3"
[collecting]
pause = "0s"
allow_hosts = ["{place}"]
[[sources]]
name = "situs"
kind = "wordpress"
url = "{url}/"
sweep_every = "{sweep_every}"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    missing = find_missing()
    if missing and os.environ.get("CI") != "true":
        pytest.skip(missing)
    assert missing is None, missing
    site = start_wordpress(tmp_path_factory.mktemp("wp"))
    yield site
    site.stop()


@pytest.fixture
def seeded(site: WordPress) -> WordPress:
    """30 articles of the last month with 1,000 comments in threads, and 20 that wait for approval."""
    site.open_rest()
    site.act(("wipe", None))
    days = [NOW - timedelta(days=35) + timedelta(days=day) for day in range(30)]
    site.act(
        *(
            ("post", {"title": f"Layanan {day}", "text": f"Isi {day}", "date_gmt": gmt(at)})
            for day, at in enumerate(days)
        )
    )
    steps: list[tuple[str, object]] = []
    for number in range(1, 1021):
        post = (number - 1) % 30
        steps.append(
            (
                "comment",
                {
                    "post": post + 1,
                    "parent": number - 30 if 30 < number <= 1000 and number // 30 % 3 else 0,
                    "text": f"Bagaimana cara mengurus izin nomor {number}?",
                    "approved": int(number <= 1000),
                    "date_gmt": gmt(days[post] + timedelta(minutes=number)),
                },
            )
        )
    site.act(*steps)
    return site


def gmt(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


class Agency:
    """An agency's folder with its configuration; what its commands print."""

    def __init__(self, folder: Path, site: WordPress) -> None:
        self.folder = folder
        self.site = site

    def collect(self, name: str = "store", sweep_every: str = "1d") -> dict[str, Any]:
        config = self._write(name, sweep_every)
        done = self._run("collect", "--json", config=config)
        assert done.returncode == 0, done.stdout + done.stderr
        (line,) = done.stdout.splitlines()
        outcome: dict[str, Any] = json.loads(line)
        assert (outcome["outcome"], outcome["error"], outcome["quarantined"]) == ("ok", None, 0)
        return outcome

    def export(self, name: str = "store") -> dict[str, dict[str, Any]]:
        done = self._run("export", "--format", "jsonl", config=self._write(name, "1d"))
        assert done.returncode == 0, done.stderr
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert len({row["external_id"] for row in rows}) == len(rows)
        return {row["external_id"]: row for row in rows}

    def _write(self, name: str, sweep_every: str) -> Path:
        path = self.folder / f"{name}.toml"
        place = urlsplit(self.site.url).netloc
        path.write_text(CONFIG.format(name=name, place=place, url=self.site.url, sweep_every=sweep_every))
        return path

    def _run(self, *arguments: str, config: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "KENTONGAN"))
        }
        return subprocess.run(
            [sys.executable, "-m", "kentongan", *arguments, "--config", str(config)],
            cwd=Path(__file__).parent.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture
def agency(tmp_path: Path, seeded: WordPress) -> Agency:
    return Agency(tmp_path, seeded)


def count(outcome: dict[str, Any]) -> tuple[int, int, int]:
    return outcome["new"], outcome["updated"], outcome["gone"]


def test_a_thousand_comments_are_stored_once_and_one_sweep_gives_what_changed(agency: Agency) -> None:
    assert count(agency.collect()) == (1030, 0, 0)
    again = agency.collect()
    assert count(again) == (0, 0, 0)
    assert agency.collect()["requests"] == 2
    steps: list[tuple[str, object]] = [("edit", [number, f"Disunting {number}"]) for number in range(101, 121)]
    steps += [("trash", number) for number in range(301, 321)]
    steps += [("approve", number) for number in range(1001, 1021)]
    steps += [("comment", {"post": 2, "text": f"Baru {n}", "date_gmt": gmt(NOW)}) for n in range(20)]
    agency.site.act(*steps)
    assert count(agency.collect(sweep_every="0s")) == (40, 20, 20)
    assert count(agency.collect(sweep_every="0s")) == (0, 0, 0)
    rows = agency.export()
    assert rows["comment:101"]["text"] == "Disunting 101"
    assert rows["comment:301"]["gone"]
    assert rows["comment:61"]["parent"] == "comment:31"
    assert rows["comment:61"]["thread"] == "post:1"


def test_with_rest_closed_the_feeds_store_the_same_and_nothing_twice(agency: Agency) -> None:
    assert count(agency.collect("rest")) == (1030, 0, 0)
    agency.site.close_rest()
    assert count(agency.collect("feeds")) == (1030, 0, 0)
    assert count(agency.collect("rest")) == (0, 0, 0)
    rest, feeds = agency.export("rest"), agency.export("feeds")
    assert rest.keys() == feeds.keys()
    compared = ("kind", "title", "text", "parent", "thread", "published", "canonical_url", "author")
    different = [name for name in rest if any(rest[name][part] != feeds[name][part] for part in compared)]
    assert different == []
