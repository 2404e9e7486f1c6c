"""Isso: a real server written to, edited and deleted from; and what a hostile one may answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from collectors.collector import Collected, Context, Cursor, FetchError, ParseError, SourceSpec
from collectors.fetcher import Fetcher, FetchSettings
from collectors.isso import SIZE, IssoCollector
from collectors.isso_thread import parse_latest, parse_thread
from collectors.item import Item
from collectors.options import IssoOptions
from collectors.sandbox import Sandbox
from tests.servers.isso import Isso, serve_isso
from tests.servers.pages import Site, serve_pages

URI = "/izin/usaha.html"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(size=1)
    yield box
    box.close()


@pytest.fixture
def isso(tmp_path: Path) -> Iterator[Isso]:
    with serve_isso(tmp_path) as server:
        yield server


class Office:
    """Polls one Isso source with the last cursor, and holds what it was given as the store would."""

    def __init__(self, server: Isso | Site, sandbox: Sandbox, options: IssoOptions) -> None:
        self.url = server.url if isinstance(server, Isso) else server.origin + "/"
        self.host, self.sandbox, self.options = server.host, sandbox, options
        self.cursor = Cursor()
        self.now = datetime.now(UTC)
        self.items: dict[str, Item] = {}
        self.gone: set[str] = set()
        self.requests = 0

    def poll(self, after: timedelta = timedelta(minutes=15)) -> list[Collected]:
        self.now += after
        fetcher = Fetcher(FetchSettings(contact="uji@dinas.example", pause=timedelta(0), allow_hosts=(self.host,)))
        visit = fetcher.visit("ruang", timedelta(seconds=60))
        context = Context(visit=visit, sandbox=self.sandbox, now=lambda: self.now, wanted=bool, held=self.hold)
        zone = ZoneInfo("Asia/Jakarta")
        spec = SourceSpec(name="ruang", kind="isso", url=self.url, options=self.options, zone=zone)
        batches = []
        try:
            for batch in IssoCollector().collect(spec, self.cursor, context):
                batches.append(batch)
                self.cursor = Cursor(state=json.loads(json.dumps(batch.cursor.state)))
                self.items |= {item.external_id: item for item in batch.items}
                self.gone |= set(batch.gone) & set(self.items)
        finally:
            fetcher.close()
        self.requests = visit.requests
        return batches

    def hold(self, prefix: str, _since: datetime) -> frozenset[str]:
        return frozenset(one for one in self.items if one.startswith(prefix) and one not in self.gone)


def get_ids(batches: list[Collected]) -> list[str]:
    return [item.external_id for batch in batches for item in batch.items]


def test_a_thread_gives_its_comments_replies_edits_and_deletions(isso: Isso, sandbox: Sandbox) -> None:
    question = isso.write(URI, "Apa **syaratnya**?\n\n> kutipan", author="Budi")
    answer = isso.write(URI, "KTP & NIB.", parent=question)
    alone = isso.write(URI, "Terima kasih")
    office = Office(isso, sandbox, IssoOptions(threads=(URI,), site="https://dinas.example"))
    office.poll()
    first, reply = office.items[f"{URI}#{question}"], office.items[f"{URI}#{answer}"]
    assert (first.text, first.author.name, first.parent, first.thread) == (
        "Apa syaratnya?\n\nkutipan",
        "Budi",
        None,
        URI,
    )
    assert (reply.text, reply.author.name, reply.parent) == ("KTP & NIB.", None, first.external_id)
    assert first.url == f"https://dinas.example{URI}#isso-{question}"
    assert first.published is not None
    assert abs(first.published - datetime.now(UTC)) < timedelta(minutes=1)
    assert first.edited is None

    assert (get_ids(office.poll()), office.requests) == ([], 1)
    isso.edit(alone, "Terima kasih banyak")
    office.poll()
    assert office.items[f"{URI}#{alone}"].text == "Terima kasih banyak"
    assert office.items[f"{URI}#{alone}"].edited is not None

    isso.delete(question)  # replies stand under it: Isso keeps the row and empties it
    office.poll()
    assert office.gone == {f"{URI}#{question}"}
    isso.delete(alone)  # a leaf disappears
    office.poll()
    assert office.gone == {f"{URI}#{question}"}
    office.poll(after=timedelta(days=1))
    assert office.gone == {f"{URI}#{question}", f"{URI}#{alone}"}
    late = isso.write(URI, "Jawaban baru atas pertanyaan lama", parent=answer)
    assert f"{URI}#{late}" in get_ids(office.poll())


def test_a_long_thread_is_read_to_its_end(isso: Isso, sandbox: Sandbox) -> None:
    roots = [isso.write(URI, f"Komentar {number}") for number in range(SIZE + 10)]
    replies = [isso.write(URI, f"Balasan {number}", parent=roots[-1]) for number in range(65)]
    office = Office(isso, sandbox, IssoOptions(threads=(URI,)))
    office.poll()
    assert set(office.items) == {f"{URI}#{number}" for number in (*roots, *replies)}
    assert office.requests == 2
    new = isso.write(URI, "Paling baru")
    office.poll()
    assert f"{URI}#{new}" in office.items
    isso.delete(roots[-2])
    newest = isso.write(URI, "Menggantikan yang dihapus")  # the first page and all its numbers stay as they were
    office.poll()
    assert f"{URI}#{newest}" in office.items
    office.poll(after=timedelta(days=1))
    assert office.gone == {f"{URI}#{roots[-2]}"}


def test_the_latest_of_all_threads_are_read_where_none_is_named(isso: Isso, sandbox: Sandbox) -> None:
    first = isso.write("/a.html", "Di halaman A")
    replies = [isso.write("/a.html", f"Balasan {number}", parent=first) for number in range(5)]
    other = isso.write("/b.html", "Di halaman B")
    office = Office(isso, sandbox, IssoOptions())
    office.poll()
    assert set(office.items) == {f"/a.html#{number}" for number in (first, *replies)} | {f"/b.html#{other}"}
    isso.edit(other, "Diubah")
    isso.delete(replies[0])
    office.poll(after=timedelta(days=1))
    assert office.items[f"/b.html#{other}"].text == "Diubah"
    assert office.gone == {f"/a.html#{replies[0]}"}


def test_a_server_without_a_list_of_latest_comments_says_what_to_do(tmp_path: Path, sandbox: Sandbox) -> None:
    with serve_isso(tmp_path, latest=False) as server, pytest.raises(FetchError, match='in the option "threads"'):
        Office(server, sandbox, IssoOptions()).poll()


RECORD = {
    "id": 1,
    "parent": None,
    "text": "<p>Baik</p>",
    "mode": 1,
    "created": 1764000000.5,
    "likes": 0,
    "dislikes": 0,
}


def write_thread(*records: object, **more: object) -> bytes:
    return json.dumps({"id": None, "total_replies": 1, "hidden_replies": 0, "replies": records, **more}).encode()


@pytest.mark.parametrize(
    "field",
    [
        {"id": "x"},
        {"id": None},
        {"id": 0},
        {"id": [1]},
        {"text": None},
        {"text": {"a": 1}},
        {"created": "kemarin"},
        {"parent": "akar"},
        {"author": ["a"]},
        {"replies": "tidak ada"},
    ],
)
def test_a_bad_record_is_put_aside_and_its_neighbours_are_kept(field: dict[str, object]) -> None:
    page = parse_thread(write_thread({**RECORD, **field}, {**RECORD, "id": 2}), "https://isso.example/", URI)
    assert [item.external_id for item in page.items] == [f"{URI}#2"]
    assert len(page.bad) == 1
    assert page.bad[0].reason.startswith("an Isso comment could not be read: ")


def test_likes_a_website_and_an_edit_are_told() -> None:
    record = {**RECORD, "likes": 3, "website": "https://budi.example", "hash": "4fb1", "modified": 1764000060.0}
    (item,) = parse_thread(write_thread(record), "https://isso.example/", URI).items
    assert (dict(item.reactions), item.author.url, item.author.handle) == (
        {"like": 3},
        "https://budi.example",
        "4fb1",
    )
    assert item.published is not None
    assert item.edited == item.published + timedelta(seconds=60)


def test_records_that_are_no_objects_are_put_aside() -> None:
    page = parse_thread(write_thread(None, "teks", 7, [RECORD], RECORD), "https://isso.example/", URI)
    assert len(page.bad) == 4
    assert len(page.items) == 1


@pytest.mark.parametrize("created", [b"NaN", b"1e999", b"9" * 5_000, b"1e18", b"-1e18"])
def test_a_time_that_no_calendar_has_leaves_the_comment_undated(created: bytes) -> None:
    body = write_thread(RECORD).replace(b"1764000000.5", created)
    page = parse_thread(body, "https://isso.example/", URI)
    assert [(item.text, item.published, item.published_precision) for item in page.items] == [("Baik", None, None)]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"replies": {}}', b'{"message": "error"}', b"<html>", b"", b"null"])
def test_what_is_no_thread_is_an_error_and_no_empty_thread(body: bytes) -> None:
    with pytest.raises(ParseError, match=r"isso\.example"):
        parse_thread(body, "https://isso.example/", URI)


def test_a_latest_comment_without_its_thread_is_put_aside() -> None:
    body = json.dumps([RECORD, {**RECORD, "uri": "/a"}]).encode()
    page = parse_latest(body, "https://isso.example/latest")
    assert [item.external_id for item in page.items] == ["/a#1"]
    assert len(page.bad) == 1
    with pytest.raises(ParseError, match="no list"):
        parse_latest(b"{}", "https://isso.example/latest")


def test_paging_that_never_ends_is_ended(sandbox: Sandbox) -> None:
    with serve_pages() as site:
        site.kind = "application/json"
        page = write_thread({**RECORD, "hidden_replies": 9}, hidden_replies=5).decode()
        site.anything = page
        office = Office(site, sandbox, IssoOptions(threads=(URI,)))
        office.poll()
        assert set(office.items) == {f"{URI}#1"}
        assert office.requests < 10


def test_a_server_that_lost_everything_deletes_nothing_at_first(sandbox: Sandbox) -> None:
    with serve_pages() as site:
        site.kind = "application/json"
        site.anything = write_thread(*({**RECORD, "id": number} for number in range(1, 9))).decode()
        office = Office(site, sandbox, IssoOptions(threads=(URI,)))
        office.poll()
        site.anything = write_thread().decode()
        office.poll(after=timedelta(days=1))
        assert (len(office.items), office.gone) == (8, set())
