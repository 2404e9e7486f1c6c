"""`kentongan source add`: an address is looked at, and a table appended; the rest of the file is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office, open_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.mark.parametrize(
    ("site", "path", "kind"),
    [("office", "/", "wordpress"), ("suara", "/", "feed"), ("suara", "/feed/", "feed"), ("kabar", "/", "sitemap")],
)
def test_an_address_is_looked_at_and_added(office: Office, tmp_path: Path, site: str, path: str, kind: str) -> None:
    other = Office(tmp_path)
    hosts = ", ".join(f'"{origin.removeprefix("http://")}"' for origin in office.origins.values())
    before = f"{AGENCY}# a remark that stays\n[collecting]\npause = '20ms'\nallow_hosts = [{hosts}]   # no line end"
    other.write(before)
    reply = other.run("source", "add", office.origins[site] + path, "--name", "tempat-baru")
    assert reply.returncode == 0, reply.stderr
    after = (tmp_path / "config.toml").read_text()
    assert after.startswith(before + "\n\n# added ")
    assert f'name = "tempat-baru"\nkind = "{kind}"\n' in after
    assert other.read("source", "list", "--json")[0]["channel"] == "news"
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["config.toml"]


def test_what_cannot_be_added_leaves_the_file_alone(office: Office) -> None:
    before = (office.folder / "config.toml").read_bytes()
    for arguments, sentence in (
        (["http://127.0.0.1:9/"], "127.0.0.1:9"),
        (["https://a.test/", "--kind", "rss"], 'kind = "rss": no such kind'),
        (["https://a.test/", "--kind", "feed", "--name", "situs-dinas"], "there are two of this name"),
        (["a.test", "--kind", "feed"], 'url = "a.test": write the whole address'),
    ):
        reply = office.run("source", "add", *arguments)
        assert reply.returncode in {1, 2}
        assert sentence in reply.stderr
        assert ".part" not in reply.stderr
    assert (office.folder / "config.toml").read_bytes() == before


def test_windows_line_ends_stay_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(AGENCY.replace("\n", "\r\n").encode())
    reply = Office(tmp_path).run("source", "add", "https://dinas.test/feed", "--kind", "feed")
    assert reply.returncode == 0, reply.stderr
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    assert (
        b'name = "dinas-test"\r\nkind = "feed"\r\nurl = "https://dinas.test/feed"\r\nchannel = "website"'
        in path.read_bytes()
    )
