"""What a batch changes in the store, and that it changes nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from storage.dialect import write_list
from storage.held import find_story_candidates
from storage.ingest import save
from storage.models import Cursor, Mention, Quarantine, RawPayload, Revision, Source, TermMatch
from storage.payload import unpack
from storage.record import Poison, Saved, TermHit
from storage.timekey import get_instant
from tests.storage_sample import NOW, make_batch, make_incoming, make_source, search

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(db: None) -> Source:
    return make_source()


def test_a_comment_seen_twice_is_kept_once(source: Source) -> None:
    batch = make_batch(make_incoming("comment:1"), make_incoming("comment:2"))
    assert save(source.pk, batch) == Saved(new=2)
    assert save(source.pk, batch) == Saved(unchanged=2)
    assert Mention.objects.count() == 2


def test_everything_a_mention_says_is_stored(source: Source) -> None:
    hit = TermHit(term="Dinas", field="text", start=3, length=5, passage="di Dinas kami")
    incoming = make_incoming("comment:1", raw="<p>mentah</p>", terms=(hit,), bands=(-5, 2**62), reactions={"like": 3})
    save(source.pk, make_batch(incoming))
    mention = Mention.objects.get()
    for name in ("external_id", "kind", "channel", "url", "title", "text", "author_name", "published", "language"):
        assert getattr(mention, name) == getattr(incoming, name)
    assert mention.reactions == {"like": 3}
    assert bytes(mention.content_hash) == incoming.content_hash
    assert mention.collected == NOW
    assert get_instant(mention.pk) == incoming.published
    assert unpack(bytes(RawPayload.objects.get(mention=mention).body)) == "<p>mentah</p>"
    assert TermMatch.objects.filter(mention=mention).values_list("term", "start").get() == ("Dinas", 3)
    assert find_story_candidates([-5, 2**62, 8]) == [(mention.pk, None, frozenset({-5, 2**62}))]
    assert search("antrean") == [mention.pk]


def test_an_edit_keeps_the_old_text_as_a_revision_and_is_found_by_its_new_words(source: Source) -> None:
    old = make_incoming("comment:1", text="Kapan loket buka?")
    save(source.pk, make_batch(old))
    before = Mention.objects.get()
    new = make_incoming("comment:1", text="Kapan perizinan buka?", published=NOW, edited=NOW)
    assert save(source.pk, make_batch(new)) == Saved(updated=1)
    mention, revision = Mention.objects.get(), Revision.objects.get()
    assert (mention.pk, mention.text, mention.edited) == (before.pk, new.text, NOW)
    assert (revision.mention_id, revision.text, revision.replaced) == (mention.pk, old.text, NOW)
    assert (search("loket"), search("izin")) == ([], [mention.pk])
    assert save(source.pk, make_batch(new)) == Saved(unchanged=1)


def test_a_version_that_is_older_than_ours_changes_nothing(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("1", text="baru", edited=NOW)))
    stale = make_incoming("1", text="lama", edited=NOW - timedelta(hours=1))
    assert save(source.pk, make_batch(stale)) == Saved(unchanged=1)
    assert Mention.objects.get().text == "baru"


def test_reactions_change_without_a_revision(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("1", reactions={"like": 1})))
    assert save(source.pk, make_batch(make_incoming("1", reactions={"like": 2}))) == Saved(unchanged=1)
    assert Mention.objects.get().reactions == {"like": 2}
    assert not Revision.objects.exists()


def test_a_fuller_answer_fills_in_what_a_poorer_one_left_out_and_not_the_other_way(source: Source) -> None:
    poor = make_incoming("1", author_name=None, thread=None)
    save(source.pk, make_batch(poor))
    save(source.pk, make_batch(make_incoming("1", author_name="Sri", thread="post:9")))
    assert save(source.pk, make_batch(poor)) == Saved(unchanged=1)
    mention = Mention.objects.get()
    assert (mention.author_name, mention.thread) == ("Sri", "post:9")


def test_a_deletion_marks_once_and_a_fresh_fetch_brings_back(source: Source) -> None:
    incoming = make_incoming("1")
    save(source.pk, make_batch(incoming))
    assert save(source.pk, make_batch(gone=("1", "never seen"))) == Saved(gone=1)
    assert Mention.objects.get().gone == NOW
    assert save(source.pk, make_batch(gone=("1",))) == Saved()
    assert save(source.pk, make_batch(incoming)) == Saved(updated=1)
    assert Mention.objects.get().gone is None


def test_an_edit_of_what_was_gone_brings_it_back(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("1")))
    save(source.pk, make_batch(gone=("1",)))
    assert save(source.pk, make_batch(make_incoming("1", text="lain"))) == Saved(updated=1)
    assert Mention.objects.get().gone is None


def test_of_two_with_one_identity_in_a_batch_the_last_is_kept_and_counted_once(source: Source) -> None:
    first, last = make_incoming("1", text="satu"), make_incoming("1", text="dua")
    assert save(source.pk, make_batch(first, last, gone=("1",))) == Saved(new=1)
    assert Mention.objects.get().text == "dua"
    assert Mention.objects.get().gone is None


def test_two_sources_may_use_the_same_identity(source: Source) -> None:
    other = make_source("lain")
    for each in (source, other):
        assert save(each.pk, make_batch(make_incoming("1"))) == Saved(new=1)


def test_the_cursor_is_saved_with_its_batch_and_only_when_it_moved(source: Source) -> None:
    save(source.pk, replace(make_batch(), cursor='{"a": 1}'))
    save(source.pk, replace(make_batch(), cursor='{"a": 1}', now=NOW + timedelta(hours=1)))
    assert Cursor.objects.values_list("state", "saved").get() == ('{"a": 1}', NOW)
    save(source.pk, replace(make_batch(), cursor='{"a": 2}'))
    assert Cursor.objects.get().state == '{"a": 2}'


@pytest.mark.parametrize(
    "bad",
    [
        {"text": "antrean setengah \ud83d huruf"},
        {"title": "nol \0"},
        {"external_id": "\udc00"},
        {"story": 2**70},
        {"kind": None},
    ],
    ids=["lone surrogate", "NUL", "lone surrogate in the identity", "number too big", "required and missing"],
)
def test_a_mention_that_the_database_refuses_is_quarantined_and_the_others_are_kept(
    source: Source, bad: dict[str, Any]
) -> None:
    mentions = [make_incoming(str(number)) for number in range(20)]
    mentions[7] = replace(mentions[7], **bad)
    batch = replace(make_batch(*mentions), cursor='{"page": 2}')
    assert save(source.pk, batch) == Saved(new=19, quarantined=1)
    assert Mention.objects.count() == 19
    assert Cursor.objects.get().state == '{"page": 2}'
    held = Quarantine.objects.get()
    assert b"antrean" in bytes(held.raw)
    assert held.reason.startswith("the store refuses it")
    assert save(source.pk, batch) == Saved(unchanged=19)


def test_poison_is_kept_once_with_its_reason(source: Source) -> None:
    poison = (Poison(raw=b"\xff\x00", reason="no id\0"), Poison(raw=b"\xff\x00", reason="again"))
    assert save(source.pk, replace(make_batch(), poison=poison)).quarantined == 1
    assert save(source.pk, replace(make_batch(), poison=poison)).quarantined == 0
    assert bytes(Quarantine.objects.get().raw) == b"\xff\x00"


def test_the_first_mention_of_a_story_belongs_to_it_once_a_second_one_does(source: Source) -> None:
    save(source.pk, make_batch(make_incoming("1")))
    first = Mention.objects.get()
    assert first.story is None
    save(source.pk, make_batch(make_incoming("2", story=first.pk)))
    assert set(Mention.objects.values_list("story", flat=True)) == {first.pk}


@pytest.mark.parametrize(
    ("published", "stands_at"),
    [
        (None, NOW),
        (datetime(9999, 12, 31, tzinfo=UTC), NOW),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_strange_date_is_kept_and_its_key_is_clamped(
    source: Source, published: datetime | None, stands_at: datetime
) -> None:
    save(source.pk, make_batch(make_incoming("1", published=published)))
    mention = Mention.objects.get()
    assert mention.published == published
    assert get_instant(mention.pk) == stands_at


@pytest.mark.django_db(transaction=True)
def test_a_source_that_is_not_there_is_an_error_and_no_quarantine(transactional_db: None) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        save(4711, make_batch(make_incoming("1")))
    assert not Quarantine.objects.exists()


def test_a_list_of_any_length_is_one_parameter() -> None:
    assert len([write_list(range(100_000))]) == 1
