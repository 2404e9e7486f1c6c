"""Terms that change: what was ignored before is looked at again once, by every kind of source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import Office, open_office

SOURCES = ("situs-dinas", "ruang-warga", "suara-tirtamarga", "kabar-tirtamarga")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose sources all keep only what matches, and whose terms are these tests' own."""
    with open_office(tmp_path) as office:
        text = (tmp_path / "config.toml").read_text(encoding="utf-8")
        text = re.sub(r"(?s)\[\[terms\]\].*?(?=\[\[sources\]\])", "", text, count=1)
        office.write(re.sub(r"(?m)^keep = .*\n", "", text).replace("[[sources]]", '[[sources]]\nkeep = "matching"'))
        yield office


def watch(office: Office, *words: str) -> None:
    """Let the configuration end in one term of these words."""
    text = (office.folder / "config.toml").read_text(encoding="utf-8").partition("[[terms]]")[0]
    office.write(f'{text}[[terms]]\nname = "uji"\nany = {list(words)}\n')


def read_kept(office: Office) -> dict[str, set[str]]:
    """The identities that the store holds, by source."""
    kept: dict[str, set[str]] = {name: set() for name in SOURCES}
    for row in office.read("export", "--format", "jsonl"):
        kept[row["source"]].add(row["external_id"])
    return kept


def test_what_was_ignored_is_looked_at_again_when_a_term_is_added_and_only_then(office: Office) -> None:
    watch(office, "izin", "loker")
    office.read("collect", "--json")
    wanted = read_kept(office)
    assert all(wanted.values()), wanted
    for file in office.folder.glob("kentongan.sqlite3*"):
        file.unlink()

    watch(office, "kata yang tidak ada")
    assert {line["new"] for line in office.read("collect", "--json")} == {0}
    watch(office, "kata yang tidak ada", "loker")
    office.read("collect", "--json")
    watch(office, "izin", "loker")
    office.read("collect", "--json")
    kept = read_kept(office)
    assert {name: wanted[name] - kept[name] for name in SOURCES} == {name: set() for name in SOURCES}

    watch(office, "loker", "izin")
    again = {line["source"]: line for line in office.read("collect", "--json")}
    assert again["suara-tirtamarga"]["unchanged"] > 0
    assert (again["suara-tirtamarga"]["ignored"], again["kabar-tirtamarga"]["ignored"]) == (0, 0)
