"""What a run asks the store before it saves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.held import find_story_candidates, held, known_threads, prune_story_bands
from storage.ingest import save
from storage.models import Mention, Source
from tests.storage_sample import NOW, make_batch, make_incoming, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


def test_held_are_those_with_the_prefix_that_are_young_and_not_gone(source: Source) -> None:
    names = ("comment:1", "comment:2", "comment:%", "comments", "post:1", "KOMMENT:1")
    save(source.pk, make_batch(*map(make_incoming, names), make_incoming("comment:9", published=NOW - timedelta(9))))
    save(source.pk, make_batch(gone=("comment:2",)))
    save(make_source("lain").pk, make_batch(make_incoming("comment:7")))
    assert held(source.pk, "comment:", NOW - timedelta(days=2)) == {"comment:1", "comment:%"}
    assert held(source.pk, "", NOW - timedelta(days=2)) == {
        "comment:1",
        "comment:%",
        "comments",
        "post:1",
        "KOMMENT:1",
    }


def test_threads_are_known_by_their_mention(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("post:1")))
    assert known_threads(source.pk, ["post:1", "post:2"]) == {"post:1"}
    assert known_threads(make_source("lain").pk, ["post:1"]) == frozenset()
    assert known_threads(source.pk, []) == frozenset()


def test_candidates_share_a_band_and_say_their_story(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("1", bands=(1, 2, 3)), make_incoming("2", bands=(7, 8))))
    first = Mention.objects.get(external_id="1")
    save(source.pk, make_batch(make_incoming("3", bands=(3, 4), story=first.pk)))
    found = {key: (story, bands) for key, story, bands in find_story_candidates([3, -1])}
    third = Mention.objects.get(external_id="3")
    assert found == {first.pk: (first.pk, frozenset({3})), third.pk: (first.pk, frozenset({3}))}
    assert find_story_candidates([]) == []


def test_an_old_article_is_found_by_its_bands_no_more(source: Source) -> None:
    old = make_incoming("old", bands=(1,), published=NOW - timedelta(days=61))
    save(source.pk, make_batch(old, make_incoming("new", bands=(1,), published=NOW)))
    assert prune_story_bands(NOW - timedelta(days=60)) == 1
    assert [found.mention_id for found in find_story_candidates([1])] == [Mention.objects.get(external_id="new").pk]
