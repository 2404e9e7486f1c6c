"""The commands around sources, on the sample city over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kentongan_office import AGENCY, Office, open_office

KEYS = {
    *("source", "channel", "external_id", "kind", "url", "canonical_url", "title", "text", "author", "parent"),
    *("thread", "published", "published_precision", "edited", "language", "reactions", "publisher", "raw", "terms"),
    *("kept", "why"),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as office:
        yield office


def test_a_check_prints_what_would_be_stored_and_stores_nothing(office: Office) -> None:
    items = office.read("source", "check", "suara-tirtamarga", "--json")
    assert {frozenset(item) for item in items} == {frozenset(KEYS)}
    kept = [item for item in items if item["kept"]]
    assert 0 < len(kept) < len(items)
    assert all(item["terms"] for item in kept if item["kind"] == "article" and "names" in item["why"])
    assert not list(office.folder.rglob("*.sqlite3"))


def test_a_check_needs_no_configured_source_and_no_network(office: Office, tmp_path: Path) -> None:
    body = tmp_path / "feed.xml"
    body.write_text(
        "<rss version='2.0'><channel><title>Koran</title><item><title>Layanan DPMPTSP Tirtamarga</title>"
        "<link>https://koran.test/1?utm_source=rss</link><guid>koran-1</guid>"
        "<pubDate>Tue, 24 Nov 2026 10:15:00 +0700</pubDate></item></channel></rss>"
    )
    check = ("source", "check", "--kind", "feed", "--url", "https://koran.test/feed", "--body", str(body), "--json")
    (item,) = office.read(*check, "--set", 'channel="news"')
    assert item["external_id"] == "koran-1"
    assert item["canonical_url"] == "https://koran.test/1"
    assert item["published"] == "2026-11-24T03:15:00+00:00"
    assert (item["kept"], item["terms"]) == (True, ["Disnaker-PMPTSP Tirtamarga"])
    (other,) = office.read(*check, "--set", 'channel="news"', "--config", str(_write_plain(tmp_path)))
    assert (other["kept"], other["why"]) == (False, "no term occurs in it")


def _write_plain(folder: Path) -> Path:
    path = folder / "plain.toml"
    path.write_text(AGENCY)
    return path


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["suara"], 2, 'config.toml: no source is called "suara" (did you mean "suara-tirtamarga"?)'),
        ([], 2, "kentongan source check: give the NAME of a source, or --kind and --url"),
        (
            ["--kind", "fed", "--url", "https://koran.test/"],
            2,
            'kentongan source check: kind = "fed": no such kind (did you mean "feed"?); it is one of',
        ),
        (
            ["--kind", "feed", "--url", "https://koran.test/", "--set", "pages=0"],
            2,
            "kentongan source check: pages = 0: it must be 1 or more",
        ),
        (
            ["--kind", "feed", "--url", "https://koran.test/", "--set", "pages=x"],
            2,
            "--set pages=x: write KEY=VALUE as in config.toml, texts in quotes",
        ),
        (
            ["--kind", "feed", "--url", "https://koran.test/", "--body", "nowhere.xml"],
            1,
            "nowhere.xml: No such file or directory",
        ),
        (["--kind", "feed", "--url", "http://127.0.0.1:9/"], 1, "http://127.0.0.1:9/"),
    ],
)
def test_a_check_that_cannot_be_done_says_why(office: Office, arguments: list[str], code: int, sentence: str) -> None:
    reply = office.run("source", "check", *arguments)
    assert reply.returncode == code
    assert sentence in reply.stderr
    assert reply.stderr.count("\n") == 1


def test_a_person_reads_three_lines_an_item(office: Office) -> None:
    lines = office.run("source", "check", "suara-tirtamarga").stdout.splitlines()
    assert lines[0].startswith(("keep  ", "skip  "))
    assert lines[-1].endswith("0 cannot be read; nothing was stored")


def test_every_source_is_listed_before_it_was_ever_polled(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(
        AGENCY + '[[sources]]\nname = "a"\nkind = "feed"\nurl = "https://a.test/"\n'
        '[[sources]]\nname = "b"\nkind = "feed"\nurl = "https://b.test/"\nenabled = false\ncron = "0 7 * * mon-fri"\n'
    )
    states = {line["name"]: (line["state"], line["next_run"]) for line in office.read("source", "list", "--json")}
    assert states == {"a": ("waiting", "now"), "b": ("disabled", None)}
    table = office.run("source", "list").stdout
    assert table.splitlines()[0].split() == ["SOURCE", "KIND", "STATE", "LAST", "SUCCESS", "NEXT", "RUN"]


def test_a_pause_is_listed_kept_in_the_audit_trail_and_ended(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.write(AGENCY + '[[sources]]\nname = "a"\nkind = "feed"\nurl = "https://a.test/"\n')
    assert office.run("source", "pause", "a", "--why", "situs pindah").returncode == 0
    (line,) = office.read("source", "list", "--json")
    assert (line["state"], line["why"]) == ("paused", "situs pindah")
    assert office.run("source", "resume", "a").stdout == "a is polled again\n"
    assert office.read("source", "list", "--json")[0]["state"] == "waiting"
    trail = office.run(
        "shell", "-v", "0", "-c", "print([(e.action, e.subject, e.why) for e in AuditEvent.objects.all()])"
    )
    assert trail.stdout == "[('source.pause', 'a', 'situs pindah'), ('source.resume', 'a', '')]\n", trail.stderr
    assert office.run("source", "pause", "b").returncode == 2


def test_an_address_alone_is_looked_at_and_every_way_to_read_it_is_tried(office: Office) -> None:
    proposals = office.read("source", "check", "--url", office.origins["suara"] + "/", "--json")
    assert proposals[0]["kind"] == "feed"
    assert proposals[0]["items"] == 10
    assert (proposals[0]["channel"], proposals[0]["keep"]) == ("news", "matching")
    reply = office.run("source", "check", "--url", office.origins["suara"] + "/")
    assert "items were tried" in reply.stdout
