"""One poll of one source, from what a collector gives to what stands in the store."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from collectors.collector import BadItem, Collected, Context, FetchError, GoneError, HeldError, OverrunError
from collectors.item import Author, Item
from pipeline.outcome import Outcome
from pipeline.run import Job, run_source
from storage.lease import take_lease
from storage.models import Cursor, Mention, Quarantine, Revision, Run, Source, TermMatch
from tests.pipeline_sample import NOW, ScriptedCollector, Step, Term, make_batch, make_item, make_job, open_means

pytestmark = pytest.mark.django_db(transaction=True)

DISNAKER = Term("Disnaker", ("Disnaker",))
ARTICLES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/story/articles.jsonl").read_text(encoding="utf-8").splitlines()
]


def run(*steps: Step, terms: tuple[Term, ...] = (), job: Job | None = None, **changed: Any) -> Outcome:
    """One poll that gives these steps."""
    collector = ScriptedCollector(*steps)
    job = replace(job, collector=collector) if job else make_job(collector, **changed)
    with open_means(*terms) as means:
        return run_source(job, means)


def test_a_poll_stores_what_came_with_its_cursor_and_its_record() -> None:
    outcome = run(make_batch(make_item("c1"), make_item("c2"), at=7))
    assert outcome.to_json() == {
        "source": "situs dinas", "kind": "feed", "outcome": "ok", "new": 2, "updated": 0, "unchanged": 0, "gone": 0,
        "ignored": 0, "quarantined": 0, "requests": 0, "bytes": 0, "seconds": outcome.seconds, "error": None,
    }  # fmt: skip
    assert Mention.objects.count() == 2
    assert json.loads(Cursor.objects.get().state) == {"at": 7}
    record = Run.objects.get()
    assert (record.outcome, record.new, record.finished) == ("ok", 2, NOW)
    source = Source.objects.get()
    assert (source.last_success, source.failures) == (NOW, 0)


def test_the_next_poll_resumes_at_the_cursor_and_stores_nothing_twice() -> None:
    run(make_batch(make_item("c1"), at=7))
    collector = ScriptedCollector(make_batch(make_item("c1"), make_item("c2"), at=8))
    with open_means() as means:
        outcome = run_source(make_job(collector), means)
    assert collector.cursors[0].state == {"at": 7}
    assert (outcome.new, outcome.unchanged) == (1, 1)


def test_a_cursor_that_cannot_be_read_begins_anew() -> None:
    job = make_job(ScriptedCollector())
    Cursor.objects.create(source_id=job.source_id, state="{half", saved=NOW)
    collector = ScriptedCollector(make_batch(make_item("c1")))
    with open_means() as means:
        assert run_source(replace(job, collector=collector), means).new == 1
    assert collector.cursors[0].state == {}


def test_an_edit_a_deletion_and_what_the_collector_knew_are_counted() -> None:
    run(make_batch(make_item("c1", "Lama"), make_item("c2"), make_item("c3")))
    outcome = run(make_batch(make_item("c1", "Sudah cepat"), make_item("c2"), gone=("c3",), unchanged=40, at=2))
    assert (outcome.new, outcome.updated, outcome.unchanged, outcome.gone) == (0, 1, 41, 1)
    assert Revision.objects.get().text == "Lama"
    assert Run.objects.latest("id").unchanged == 41


def test_what_is_stored_was_normalized() -> None:
    item = make_item(
        "c1",
        "Syarat\u200b NIB untuk usaha saya apa ya?\r\n\r\n\r\n\r\nTerima kasih",
        title="  Tanya\n NIB ",
        url="https://m.dinas.test/tanya?utm_source=wa#comment-1",
        author=Author(name="Bu  Siti\u202e"),
        published=NOW + timedelta(hours=7),
        reactions={"like": 3, "odd": -1},
    )
    run(make_batch(item))
    row = Mention.objects.get()
    assert row.text == "Syarat NIB untuk usaha saya apa ya?\n\nTerima kasih"
    assert (row.title, row.author_name, row.language) == ("Tanya NIB", "Bu Siti", "id")
    assert (row.url, row.canonical_url) == (item.url, "https://dinas.test/tanya#comment-1")
    assert (row.published, row.published_precision) == (NOW, None)
    assert row.reactions == {"like": 3}


def test_elsewhere_only_what_names_us_is_kept_with_the_passage() -> None:
    outcome = run(
        make_batch(make_item("a", "Disnaker buka loket"), make_item("b", "Harga cabai naik")),
        terms=(DISNAKER,),
        keep="matching",
    )
    assert (outcome.new, outcome.ignored) == (1, 1)
    match = TermMatch.objects.get()
    assert (match.term, match.passage) == ("Disnaker", "Disnaker buka loket")


def test_comments_of_an_article_kept_earlier_are_kept() -> None:
    run(make_batch(make_item("art", "Disnaker buka loket", kind="article")), terms=(DISNAKER,), keep="matching")
    outcome = run(
        make_batch(make_item("c1", thread="art"), make_item("c2", thread="other"), at=2),
        terms=(DISNAKER,),
        keep="matching",
    )
    assert (outcome.new, outcome.ignored) == (1, 1)


def test_one_bad_item_is_quarantined_and_ninety_nine_are_kept() -> None:
    items = [make_item(f"c{number}") for number in range(98)]
    broken = make_item("bad", published=NOW.replace(tzinfo=None))
    outcome = run(make_batch(*items[:50], broken, *items[50:], bad=(BadItem(raw=b"<x>", reason="no id"),)))
    assert (outcome.outcome, outcome.new, outcome.quarantined) == ("ok", 98, 2)
    reasons = {row.reason: bytes(row.raw) for row in Quarantine.objects.all()}
    assert reasons["no id"] == b"<x>"
    assert json.loads(reasons["the time has no zone"])["external_id"] == "bad"


@pytest.mark.parametrize(
    "changed",
    [
        {"external_id": ""},
        {"external_id": "x" * 3_000},
        {"external_id": "a\0b"},
        {"external_id": "a\ud800"},
        {"parent": "a\ud800"},
        {"kind": "advert"},
        {"text": None},
        {"reactions": None},
        {"published": "yesterday"},
    ],
)
def test_whatever_is_wrong_with_an_item_only_that_item_is_refused(changed: dict[str, Any]) -> None:
    broken = replace(make_item("bad"), **changed)
    outcome = run(make_batch(make_item("good"), broken))
    assert (outcome.new, outcome.quarantined) == (1, 1)


def test_an_error_before_anything_came_fails_the_run_with_its_sentence() -> None:
    outcome = run(FetchError("situs dinas", "answered HTTP 500"))
    assert (outcome.outcome, outcome.error) == ("failed", "situs dinas: answered HTTP 500")
    source = Source.objects.get()
    assert (source.failures, source.last_error, source.last_success) == (1, "situs dinas: answered HTTP 500", None)


def test_an_error_after_a_batch_is_partial_and_the_batch_stays() -> None:
    outcome = run(make_batch(make_item("c1")), OverrunError("situs dinas", "the run reached its time limit"))
    assert (outcome.outcome, outcome.new) == ("partial", 1)
    assert outcome.error == "situs dinas: the run reached its time limit"
    assert json.loads(Cursor.objects.get().state) == {"at": 1}


def test_a_host_that_asks_us_to_wait_is_skipped_and_no_failure() -> None:
    outcome = run(HeldError("situs dinas", "not before noon"))
    assert (outcome.outcome, Source.objects.get().failures) == ("skipped", 0)


def test_a_source_that_is_gone_for_good_is_paused_with_the_reason() -> None:
    outcome = run(GoneError("situs dinas", "dinas.test is gone for good (HTTP 410)", permanent=True))
    source = Source.objects.get()
    assert outcome.outcome == "failed" and source.paused
    assert source.paused_why == "dinas.test is gone for good (HTTP 410)"


def test_a_bug_is_loud_fails_its_run_and_tells_nothing_of_a_citizen(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        outcome = run(RuntimeError("Bu Siti, 081234567890"))
    assert outcome.outcome == "failed"
    assert outcome.error == "situs dinas: internal error (RuntimeError); the log says where"
    assert "pipeline_sample.py" in caplog.text and "Siti" not in caplog.text
    assert Run.objects.get().outcome == "failed"


def test_a_source_that_another_process_collects_is_left_to_it() -> None:
    job = make_job(ScriptedCollector())
    take_lease(f"source:{job.source_id}", "elsewhere", 30, NOW)
    outcome = run(make_batch(make_item("c1")), job=job)
    assert (outcome.outcome, outcome.error) == ("skipped", "situs dinas: is being collected by another process")
    assert Mention.objects.count() == 0


def test_a_run_whose_lease_was_taken_over_stores_nothing_more() -> None:
    fence = take_lease("scheduler", "we", 30, NOW)
    take_lease("scheduler", "others", 30, NOW + timedelta(minutes=1))
    job = make_job(ScriptedCollector(make_batch(make_item("c1"))))
    with open_means(fence=fence) as means:
        outcome = run_source(job, means)
    assert outcome.outcome == "failed" and "another process took over" in (outcome.error or "")
    assert Mention.objects.count() == 0


def test_a_source_is_read_anew_under_other_terms_until_a_run_has_stored_it() -> None:
    ignored = make_batch(make_item("c1"), at=7)
    assert run(ignored, terms=(DISNAKER,), keep="matching").ignored == 1

    def poll(*steps: Step, term: Term, keep: str = "matching") -> list[bool]:
        collector = ScriptedCollector(*steps)
        with open_means(term) as means:
            run_source(make_job(collector, keep=keep), means)
        return [cursor.anew for cursor in collector.cursors]

    other = Term("antrean", ("antrean",))
    assert poll(ignored, term=replace(DISNAKER, name="called otherwise")) == [False]
    assert poll(FetchError("situs dinas", "HTTP 500"), term=other) == [True]
    assert Mention.objects.count() == 0
    assert poll(ignored, term=other) == [True]
    assert Mention.objects.count() == 1
    assert poll(ignored, term=other) == [False]
    assert poll(make_batch(at=7), term=other, keep="all") == [True]
    assert poll(make_batch(at=7), term=other, keep="all") == [False]


def test_a_scheduler_that_slept_leaves_a_source_to_who_collects_it_now() -> None:
    job = make_job(ScriptedCollector())
    later = NOW + timedelta(minutes=1)

    def give(_: Context) -> Collected:
        assert take_lease(f"source:{job.source_id}", "kentongan collect", 30, later) is not None
        return make_batch(make_item("c1"), at=1)

    with open_means(fence=take_lease("scheduler", "we", 30, NOW)) as means:
        outcome = run_source(replace(job, collector=ScriptedCollector(give)), means)
    assert outcome.outcome == "failed" and "another process took over" in (outcome.error or "")
    assert Mention.objects.count() == 0


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has one writer at a time")
def test_who_finds_the_store_held_by_another_process_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    job = make_job(ScriptedCollector())
    connection.close()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.1)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcome = run(make_batch(make_item("c1")), job=job)
    connection.close()
    assert "another process holds it for too long" in (outcome.error or "")
    assert "locked" not in (outcome.error or "")
    assert run(make_batch(make_item("c1")), job=job).new == 1


def test_a_poll_that_says_nothing_new_writes_no_batch() -> None:
    run(make_batch(make_item("c1"), at=7))
    saved = Cursor.objects.get().saved
    outcome = run(make_batch(at=7, unchanged=1))
    assert (outcome.outcome, outcome.unchanged, Cursor.objects.get().saved) == ("ok", 1, saved)


def test_a_batch_of_any_size_is_stored_in_parts_and_the_cursor_last() -> None:
    outcome = run(make_batch(*(make_item(f"c{number}") for number in range(2_500)), at=5))
    assert (outcome.new, json.loads(Cursor.objects.get().state)) == (2_500, {"at": 5})


def post(number: int, **changed: Any) -> Item:
    row = ARTICLES[number]
    return make_item(f"a{number}", row["text"], title=row["title"], kind="article", **changed)


def test_articles_that_tell_one_event_share_a_story_over_sources_and_batches() -> None:
    chosen = [number for number, row in enumerate(ARTICLES) if row["outlet"] == "kantor"]
    run(make_batch(*(post(number) for number in chosen)), name="kantor")
    others = [number for number in range(len(ARTICLES)) if number not in chosen]
    run(make_batch(*(post(number) for number in others)), name="koran")
    stories: dict[int, set[str]] = {}
    for external_id, story in Mention.objects.values_list("external_id", "story"):
        if story is not None:
            stories.setdefault(story, set()).add(ARTICLES[int(external_id[1:])]["story"])
    assert sorted(map(sorted, stories.values())) == [["bursa"], ["investasi"], ["pbg"], ["umk"]]
    first = {row.id: row.source.name for row in Mention.objects.filter(id__in=stories).select_related("source")}
    assert set(first.values()) == {"kantor"}
    alone = Mention.objects.filter(story=None).count()
    assert alone == sum(
        row["story"] in {"bursa-2025", "bursa-kampus", "pbg-bongkar", "umk-demo", "investasi-lkpm", "ak1"}
        for row in ARTICLES
    )


def test_two_articles_of_one_batch_that_tell_one_event_share_a_story() -> None:
    run(make_batch(post(0), post(1), post(2), post(3)))
    rows = dict(Mention.objects.values_list("external_id", "story"))
    assert rows["a0"] == rows["a1"] == rows["a2"] == Mention.objects.get(external_id="a0").id
    assert rows["a3"] is None


def test_one_address_is_one_story_and_an_edited_article_is_not_its_own() -> None:
    run(make_batch(post(0, url="https://koran.test/a")))
    run(
        make_batch(make_item("a0", ARTICLES[0]["text"] + " Ralat.", kind="article", url="https://koran.test/a"), at=2)
    )
    assert Mention.objects.get().story is None
    short = make_item(
        "b", "Ringkasan: " + "kata lain sama sekali " * 6, kind="article", url="https://m.koran.test/a?utm_source=x"
    )
    run(make_batch(short), name="pengumpul")
    assert Mention.objects.get(external_id="b").story == Mention.objects.get(external_id="a0").id
