"""Terms that change: what was ignored is kept after all, and what is kept says by which term."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.relook import keep_ignored_again, match_again, preview_terms
from pipeline.run import run_source
from pipeline.terms import compile_terms
from storage import ignored
from storage.models import Cursor, Ignored, Mention, Source, TermMatch
from tests.pipeline_sample import NOW, ScriptedCollector, Term, make_batch, make_item, make_job, open_means

DISNAKER, HUJAN = Term("Disnaker", ("Disnaker",)), Term("Hujan", ("hujan",))

pytestmark = pytest.mark.django_db(transaction=True)


def poll(*terms: Term, at: int = 1) -> Source:
    """A source that says four things, of which one names the agency."""
    items = (
        make_item("a", "Disnaker buka loket", kind="article"),
        make_item("b", "Hujan deras di pasar", kind="article", title="Cuaca"),
        make_item("c", "Setuju sekali", thread="b", parent="b"),
        make_item("d", "Harga cabai naik"),
    )
    job = make_job(ScriptedCollector(make_batch(*items, at=at)), keep="matching")
    with open_means(*terms) as means:
        outcome = run_source(job, means)
    assert outcome.error is None
    return Source.objects.get(pk=job.source_id)


def test_what_is_ignored_is_remembered_once_with_why_however_often_it_comes() -> None:
    poll(DISNAKER)
    poll(DISNAKER, at=2)
    assert [(row.external_id, row.title, row.why) for row in Ignored.objects.order_by("id")] == [
        ("b", "Cuaca", "no term occurs in it"),
        ("c", None, "the conversation it belongs to is not kept"),
        ("d", None, "no term occurs in it"),
    ]


def test_another_term_keeps_what_was_ignored_and_what_stands_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    source = poll(DISNAKER)
    before = Cursor.objects.get().state
    monkeypatch.setattr("pipeline.relook.AT_ONCE", 100)
    with open_means(DISNAKER, HUJAN) as means:
        assert keep_ignored_again(source, means) == 2
        assert keep_ignored_again(source, means) == 0
    assert set(Mention.objects.values_list("external_id", flat=True)) == {"a", "b", "c"}
    assert set(TermMatch.objects.values_list("mention__external_id", "term")) == {("a", "Disnaker"), ("b", "Hujan")}
    assert list(Ignored.objects.values_list("external_id", flat=True)) == ["d"]
    assert Cursor.objects.get().state == before
    source_again = poll(DISNAKER, HUJAN, at=2)
    assert source_again.last_error == ""
    assert Mention.objects.count() == 3


def test_a_source_that_is_being_collected_is_left_alone() -> None:
    source = poll(DISNAKER)
    with open_means(HUJAN) as means, open_means(HUJAN) as others:
        with others.turns.take(f"source:{source.pk}"):
            assert keep_ignored_again(source, means) is None
        assert keep_ignored_again(source, means) == 2


def test_a_preview_says_what_a_term_finds_and_changes_nothing() -> None:
    poll(DISNAKER)
    preview = preview_terms(compile_terms([HUJAN]), Mention.objects.all())
    assert (preview.kept_looked, preview.kept_found, preview.ignored_looked, preview.ignored_found) == (1, 0, 3, 1)
    assert [(one.source, one.title, one.passage) for one in preview.examples] == [
        ("situs dinas", "Cuaca", "Hujan deras di pasar")
    ]
    both = preview_terms(compile_terms([replace(DISNAKER, any=("loket", "cabai"))]), Mention.objects.all())
    assert (both.kept_found, both.ignored_found) == (1, 1)
    assert (Mention.objects.count(), Ignored.objects.count()) == (1, 3)


def test_what_is_kept_is_matched_again_and_only_what_differs_is_written() -> None:
    poll(DISNAKER)
    told: list[tuple[int, int]] = []
    loket = Term("Loket", ("loket",))

    def tell(seen: int, changed: int) -> bool:
        told.append((seen, changed))
        return True

    assert match_again(compile_terms([DISNAKER, loket]), tell) == (1, 1)
    assert told == [(1, 1)]
    assert list(TermMatch.objects.order_by("term").values_list("term", flat=True)) == ["Disnaker", "Loket"]
    assert match_again(compile_terms([DISNAKER, loket])) == (1, 0)
    assert match_again(compile_terms([loket])) == (1, 1)
    assert list(TermMatch.objects.values_list("term", flat=True)) == ["Loket"]


def test_of_each_source_only_the_newest_are_remembered_and_none_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ignored, "_EDGE", ignored._EDGE.replace(f"OFFSET {ignored.KEPT}", "OFFSET 2"))
    poll(DISNAKER)
    assert list(Ignored.objects.order_by("id").values_list("external_id", flat=True)) == ["c", "d"]
    assert ignored.prune_ignored(NOW + ignored.AGE) == 0
    assert ignored.prune_ignored(NOW + 2 * ignored.AGE) == 2
